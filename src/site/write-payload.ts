import type { BatchRequest, MultiEntityUpdateMode } from './call-types.ts'
import { type AttemptedWrite, SiteUsageError } from './errors/index.ts'
import { checkCount, checkName } from './query.ts'
import type { EntityRef, FieldData, FieldValue } from './types.ts'
import { encodeValue, trimLinks, type WireValue } from './values.ts'

type Modes = { readonly [field: string]: MultiEntityUpdateMode }
export type WirePayload = { [key: string]: WireValue }

const modes: ReadonlySet<string> = new Set(['set', 'add', 'remove'])

export function buildCreate(
  entityType: string,
  data: FieldData,
  returnFields: readonly string[] = ['id'],
): WirePayload {
  checkName(entityType, 'The entity type')
  for (const [index, field] of returnFields.entries()) checkName(field, `returnFields[${index}]`)
  const fields = writtenFields(data).map(([field_name, value]) => ({
    field_name,
    value: encodeValue(value, `data.${field_name}`),
  }))
  return { type: entityType, fields, return_fields: [...returnFields] }
}

export function buildUpdate(ref: EntityRef, data: FieldData, fieldModes: Modes = {}, trims = true): WirePayload {
  const fields = writtenFields(data).map(([field_name, value]) => {
    const mode = Object.hasOwn(fieldModes, field_name) ? fieldModes[field_name] : undefined
    return {
      field_name,
      value: encodeValue(trims ? trimLinks(value) : value, `data.${field_name}`),
      ...(mode !== undefined && { multi_entity_update_mode: mode }),
    }
  })
  for (const [field, mode] of Object.entries(fieldModes)) {
    if (!modes.has(mode)) {
      throw new SiteUsageError(
        'SITE_CALL_INVALID',
        `The update mode of ${field} is "${mode}": expected "set", "add" or "remove".`,
      )
    }
  }
  return { ...buildRef(ref), fields }
}

/** Type and id alone, whatever else a row carries. */
export function buildRef(ref: EntityRef): { type: string; id: number } {
  if (typeof ref !== 'object' || ref === null) {
    throw new SiteUsageError('SITE_CALL_INVALID', `The entity is ${String(ref)}: expected { type, id }.`)
  }
  checkName(ref.type, 'The type of the entity')
  checkCount(ref.id, `The id of the ${ref.type}`, 1)
  return { type: ref.type, id: ref.id }
}

export function buildBatch(requests: readonly BatchRequest[]): WirePayload[] {
  return requests.map((request, index) => {
    try {
      return buildBatchRequest(request)
    } catch (error) {
      if (!(error instanceof SiteUsageError)) throw error
      throw new SiteUsageError(error.code, `Request ${index} of the batch: ${error.message}`, { cause: error })
    }
  })
}

/** What a write was about, for the error that says its outcome is unknown: names and ids, no values. */
export function describeWrite(request: BatchRequest): AttemptedWrite {
  const { requestType: operation, entityType } = request
  if (request.requestType === 'delete') return { operation, entityType, entityId: request.entityId }
  const fields = Object.entries(request.data).flatMap(([field, value]) => (value === undefined ? [] : [field]))
  return request.requestType === 'create'
    ? { operation, entityType, fields }
    : { operation, entityType, entityId: request.entityId, fields }
}

function buildBatchRequest(request: BatchRequest): WirePayload {
  const requestType: unknown = request?.requestType
  switch (request?.requestType) {
    case 'create':
      return { request_type: 'create', ...buildCreate(request.entityType, request.data, request.returnFields) }
    case 'update': {
      const ref = { type: request.entityType, id: request.entityId }
      return { request_type: 'update', ...buildUpdate(ref, request.data, request.multiEntityUpdateModes, false) }
    }
    case 'delete':
      return { request_type: 'delete', ...buildRef({ type: request.entityType, id: request.entityId }) }
    default:
      throw new SiteUsageError(
        'SITE_CALL_INVALID',
        `requestType is ${String(requestType)}: expected "create", "update" or "delete".`,
      )
  }
}

/** The fields that are written, checked for what no site takes. */
function writtenFields(data: FieldData): [string, FieldValue][] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new SiteUsageError('SITE_CALL_INVALID', 'data is not an object: expected field names with their values.')
  }
  const written: [string, FieldValue][] = []
  for (const [field, value] of Object.entries(data)) {
    if (value === undefined) continue
    if (field === 'id' || field === 'type') {
      throw new SiteUsageError('SITE_CALL_INVALID', `data holds "${field}", which cannot be written: leave it out.`)
    }
    if ((field === 'image' || field === 'filmstrip_image') && value !== null) {
      throw new SiteUsageError(
        'SITE_CALL_INVALID',
        `data.${field} takes null alone: pictures are uploaded, with ${field === 'image' ? 'uploadThumbnail()' : 'uploadFilmstripThumbnail()'}.`,
      )
    }
    written.push([field, value])
  }
  return written
}
