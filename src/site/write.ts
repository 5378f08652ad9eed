import type { BatchRequest, BatchResults, CreateOptions, UpdateOptions } from './call-types.ts'
import type { Scope } from './connection.ts'
import { SiteProtocolError } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { parseRecord, unwrapRecord } from './records.ts'
import { sendWrite } from './send-write.ts'
import type { EntityRef, FieldData, Row } from './types.ts'
import { buildBatch, buildCreate, buildRef, buildUpdate, describeWrite } from './write-payload.ts'

/** The writing calls of one scope. None is ever sent twice. */
export function createWriter(scope: Scope) {
  const rules = scope.connection.settings

  const create = <T extends string>(entityType: T, data: FieldData, options: CreateOptions = {}): Promise<Row<T>> => {
    const what = `create of ${entityType}`
    const argument = buildCreate(entityType, data, options.returnFields)
    const attempted = [describeWrite({ requestType: 'create', entityType, data })]
    const parse = (results: unknown): Row<T> => parseRecord(unwrapRecord(results), entityType, rules, what)
    return sendWrite(scope, { call: { method: 'create', what, argument }, attempted, parse }, options)
  }

  const update = <T extends string>(
    ref: EntityRef<T>,
    data: FieldData,
    options: UpdateOptions = {},
  ): Promise<Row<T>> => {
    const argument = buildUpdate(ref, data, options.multiEntityUpdateModes)
    const what = `update of ${ref.type} ${ref.id}`
    const attempted = [describeWrite({ requestType: 'update', entityType: ref.type, entityId: ref.id, data })]
    const parse = (results: unknown): Row<T> => parseRecord(unwrapRecord(results), ref.type, rules, what)
    return sendWrite(scope, { call: { method: 'update', what, argument }, attempted, parse }, options)
  }

  const switchState = (operation: 'delete' | 'revive', ref: EntityRef, options: CallOptions): Promise<boolean> => {
    const argument = buildRef(ref)
    const what = `${operation} of ${ref.type} ${ref.id}`
    const attempted = [{ operation, entityType: ref.type, entityId: ref.id }]
    return sendWrite(
      scope,
      { call: { method: operation, what, argument }, attempted, parse: (r) => parseBoolean(r, what) },
      options,
    )
  }

  const batch = async <const R extends readonly BatchRequest[]>(
    requests: R,
    options: CallOptions = {},
  ): Promise<BatchResults<R>> => {
    const argument = buildBatch(requests)
    const what = `batch of ${requests.length}`
    const parse = (results: unknown): BatchResults<R> => {
      const parsed = parseList(results, requests.length, what).map((result, index) => {
        const request = requests[index]
        return request === undefined || request.requestType === 'delete'
          ? parseBoolean(result, what)
          : parseRecord(result, request.entityType, rules, what)
      })
      if (isBatchResults(parsed, requests)) return parsed
      throw invalid(what, 'results of other kinds than the requests')
    }
    if (requests.length === 0) return parse([])
    return await sendWrite(
      scope,
      { call: { method: 'batch', what, argument }, attempted: requests.map(describeWrite), parse },
      options,
    )
  }

  return {
    // async: what is malformed rejects, it does not throw
    create: async <T extends string>(entityType: T, data: FieldData, options?: CreateOptions) =>
      create(entityType, data, options),
    update: async <T extends string>(ref: EntityRef<T>, data: FieldData, options?: UpdateOptions) =>
      update(ref, data, options),
    delete: async (ref: EntityRef, options: CallOptions = {}) => switchState('delete', ref, options),
    revive: async (ref: EntityRef, options: CallOptions = {}) => switchState('revive', ref, options),
    batch,
  }
}

/** One result per request, of its kind: what the mapped type says. */
function isBatchResults<R extends readonly BatchRequest[]>(
  results: readonly (Row | boolean)[],
  requests: R,
): results is readonly (Row | boolean)[] & BatchResults<R> {
  return (
    results.length === requests.length &&
    requests.every(({ requestType }, index) => (typeof results[index] === 'boolean') === (requestType === 'delete'))
  )
}

function parseList(results: unknown, length: number, what: string): unknown[] {
  if (Array.isArray(results) && results.length === length) return results
  throw invalid(what, `something else than a list of ${length} results`)
}

function parseBoolean(results: unknown, what: string): boolean {
  if (typeof results === 'boolean') return results
  throw invalid(what, 'neither true nor false')
}

function invalid(what: string, got: string): SiteProtocolError {
  return new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered with ${got}.`)
}
