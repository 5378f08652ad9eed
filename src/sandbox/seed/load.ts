import { isList, isObject, type Json } from '../json.ts'
import { createRow } from '../rpc/create.ts'
import type { ParsedWrite } from '../rpc/field-writes.ts'
import type { EntityTypeSchema, FieldSchema } from '../schema/types.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { changeField } from '../store/change.ts'
import { isLinkField } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { type WriteContext, writeContext } from '../store/write-context.ts'
import { inspect } from '../values/inspect.ts'
import { parseValue } from '../values/parse.ts'

/** One entity to load. */
export type LoadRecord = {
  readonly type: string
  readonly id?: number
  readonly values: Readonly<Record<string, Json>>
  /** Where it stands in its file, for messages: `entities[3]`. */
  readonly path: string
}

/** A record that cannot be loaded; the message begins with its place. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
}

/**
 * Loads entities without leaving event log entries, all or none. Links may point at records further down, and
 * name their target by any of its fields: `{"type": "Shot", "code": "LH_010"}`. Throws a `LoadError`.
 */
export function loadRecords(site: SandboxSite, records: readonly LoadRecord[]): Row[] {
  const context = writeContext(site, loader, true)
  return site.store.transact(() => {
    const loaded = records.map((record) => ({ record, row: insert(context, record) }))
    for (const { record, row } of loaded) link(context, record, row)
    return loaded.map(({ row }) => row)
  })
}

/** The first script of the site stands for whoever set it up. */
const loader: Actor = {
  user: { type: 'ApiUser', id: 1 },
  sessionUuid: null,
  sudoActualUser: null,
  baseUrl: '',
  logsEvents: false,
}

/** Stores a record with everything but its links. */
function insert(context: WriteContext, record: LoadRecord): Row {
  const entityType = entityTypeOf(context.site, record)
  const writes = fieldsOf(entityType, record)
    .filter(({ field }) => !isLinkField(field))
    .map(({ field, value, path }) => parsed(context, record, field, value, path))
  if (entityType.projectScoped && !isObject(record.values.project)) {
    throw new LoadError(`${record.path}.project: expected a link to the Project of this ${record.type}`)
  }
  return at(record.path, () => createRow(context, entityType, writes, record.id))
}

/** Sets the links of a record that is stored already. */
function link(context: WriteContext, record: LoadRecord, row: Row): void {
  const entityType = entityTypeOf(context.site, record)
  for (const { field, value, path } of fieldsOf(entityType, record)) {
    if (!isLinkField(field)) continue
    const resolved = isList(value)
      ? value.map((item, index) => resolve(context.site, item, `${path}[${index}]`))
      : resolve(context.site, value, path)
    const write = parsed(context, record, field, resolved, path)
    if (stampLinks.has(field.name)) context.site.store.setValue(row, field.name, write.value)
    else at(path, () => changeField(context, row, field, write.value))
  }
}

const stampLinks: ReadonlySet<string> = new Set(['created_by', 'updated_by'])

function parsed(context: WriteContext, record: LoadRecord, field: FieldSchema, value: Json, path: string): ParsedWrite {
  const place = { method: 'create', type: record.type, field: field.name } as const
  return {
    field,
    value: at(path, () => parseValue({ site: context.site, place, asSite: true }, field, value)),
    mode: 'set',
  }
}

function entityTypeOf(site: SandboxSite, { type, path }: LoadRecord): EntityTypeSchema {
  const entityType = site.schema.get(type)
  if (entityType !== undefined) return entityType
  throw new LoadError(
    `${path}.type: there is no entity type "${type}"; expected one of ${[...site.schema.keys()].join(', ')}`,
  )
}

function fieldsOf(entityType: EntityTypeSchema, record: LoadRecord) {
  return Object.entries(record.values).map(([name, value]) => {
    const path = `${record.path}.${name}`
    const field = entityType.fields.get(name)
    if (field !== undefined && name !== 'id') return { field, value, path }
    const known = [...entityType.fields.keys()].filter((one) => one !== 'id').join(', ')
    throw new LoadError(`${path}: ${entityType.name} has no field "${name}"; expected one of ${known}`)
  })
}

/** A link by id as it is; a link by other fields with the id that it means. */
function resolve(site: SandboxSite, value: Json, path: string): Json {
  if (!isObject(value) || typeof value.type !== 'string' || value.id !== undefined) return value
  const { type, ...wanted } = value
  const entries = Object.entries(wanted)
  if (entries.length === 0)
    throw new LoadError(`${path}: expected {"type", "id"} or {"type", "code"}, got ${inspect(value)}`)
  const matches = site.store
    .rows(type)
    .filter((row) => entries.every(([field, one]) => JSON.stringify(row.values[field]) === JSON.stringify(one)))
  const [match] = matches
  if (match !== undefined && matches.length === 1) return { type, id: match.id }
  const found = matches.length === 0 ? 'no such entity' : `${matches.length} such entities`
  throw new LoadError(`${path}: expected one ${type} with ${JSON.stringify(wanted)}, found ${found}`)
}

/** Puts the place in front of whatever goes wrong. */
function at<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error) || error instanceof LoadError) throw error
    throw new LoadError(`${path}: ${error.message}`, { cause: error })
  }
}
