import { callSignals, type Scope } from './connection.ts'
import { openDeadline } from './deadline.ts'
import type { AttemptedWrite } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { parseRecord } from './records.ts'
import { callSite } from './rpc.ts'

const IDS_PER_READ = 100 // no site has smaller pages
const MAX_WAIT_MS = 10_000

type OldValues = { readonly [field: string]: unknown }

/**
 * What the fields of updates hold so far, in one read per entity type and hundred ids, all of them within one time limit
 * (the wait for a turn included). What cannot be read is left out: the write itself will tell what is wrong.
 */
export async function readOldValues(
  scope: Scope,
  writes: readonly AttemptedWrite[],
  options: CallOptions,
): Promise<(write: AttemptedWrite) => OldValues | undefined> {
  const found = new Map<string, OldValues>()
  const timeoutMs = Math.min(options.timeoutMs ?? scope.timeoutMs, MAX_WAIT_MS)
  using deadline = openDeadline(callSignals(scope, options), timeoutMs, 'The reads of old values')
  const { signal } = deadline
  for (const { entityType, ids, fields } of splitUpdates(writes)) {
    if (signal.aborted) break
    const rows = await readRows(scope, entityType, ids, fields, { ...options, timeoutMs, signal }).catch(() => [])
    for (const row of rows) found.set(`${entityType} ${row.id}`, row)
  }
  return ({ operation, entityType, entityId, fields = [] }) => {
    const row = operation === 'update' ? found.get(`${entityType} ${entityId}`) : undefined
    if (row === undefined) return undefined
    return Object.fromEntries(fields.flatMap((field) => (field in row ? [[field, row[field]]] : [])))
  }
}

type Updates = { readonly ids: Set<number>; readonly fields: Set<string> }
type Part = { readonly entityType: string; readonly ids: readonly number[]; readonly fields: readonly string[] }

/** What to read together. */
function splitUpdates(writes: readonly AttemptedWrite[]): Part[] {
  const groups = new Map<string, Updates>()
  for (const { operation, entityType, entityId, fields = [] } of writes) {
    if (operation !== 'update' || entityId === undefined) continue
    const group = groups.get(entityType) ?? { ids: new Set(), fields: new Set() }
    group.ids.add(entityId)
    for (const field of fields) group.fields.add(field)
    groups.set(entityType, group)
  }
  return [...groups].flatMap(([entityType, { ids, fields }]) =>
    Array.from({ length: Math.ceil(ids.size / IDS_PER_READ) }, (_, part) => ({
      entityType,
      ids: [...ids].slice(part * IDS_PER_READ, (part + 1) * IDS_PER_READ),
      fields: [...fields],
    })),
  )
}

async function readRows(
  scope: Scope,
  entityType: string,
  ids: readonly number[],
  fields: readonly string[],
  options: CallOptions,
) {
  const what = `read of what ${entityType} holds before a write`
  const argument = {
    type: entityType,
    return_fields: fields,
    filters: { logical_operator: 'and', conditions: [{ path: 'id', relation: 'in', values: ids }] },
    return_only: 'active',
    paging: { entities_per_page: ids.length, current_page: 1 },
    api_return_image_urls: true,
  }
  const call = { method: 'read', what, argument, repeatable: false } // the write waits for it
  const results = await callSite(scope, call, options)
  const isList = typeof results === 'object' && results !== null && 'entities' in results
  const entities: readonly unknown[] = isList && Array.isArray(results.entities) ? results.entities : []
  return entities.map((entity) => parseRecord(entity, entityType, scope.connection.settings, what))
}
