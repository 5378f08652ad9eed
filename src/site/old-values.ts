import type { Scope } from './connection.ts'
import type { AttemptedWrite } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { parseRecord } from './records.ts'
import { callSite } from './rpc.ts'

const IDS_PER_READ = 100 // no site has smaller pages
const MAX_WAIT_MS = 10_000

type OldValues = { readonly [field: string]: unknown }

/**
 * What the fields of updates hold so far, in as few reads as there are entity types. What cannot be read is left out: the
 * write itself will tell what is wrong.
 */
export async function readOldValues(
  scope: Scope,
  writes: readonly AttemptedWrite[],
  options: CallOptions,
): Promise<(write: AttemptedWrite) => OldValues | undefined> {
  const found = new Map<string, OldValues>()
  for (const [entityType, { ids, fields }] of groupUpdates(writes)) {
    for (let start = 0; start < ids.length; start += IDS_PER_READ) {
      const some = ids.slice(start, start + IDS_PER_READ)
      for (const row of await readRows(scope, entityType, some, fields, options).catch(() => [])) {
        found.set(`${entityType} ${row.id}`, row)
      }
    }
  }
  return ({ operation, entityType, entityId, fields = [] }) => {
    const row = operation === 'update' ? found.get(`${entityType} ${entityId}`) : undefined
    if (row === undefined) return undefined
    return Object.fromEntries(fields.flatMap((field) => (field in row ? [[field, row[field]]] : [])))
  }
}

type Updates = { readonly ids: number[]; readonly fields: Set<string> }

function groupUpdates(writes: readonly AttemptedWrite[]): Map<string, { ids: readonly number[]; fields: string[] }> {
  const groups = new Map<string, Updates>()
  for (const { operation, entityType, entityId, fields = [] } of writes) {
    if (operation !== 'update' || entityId === undefined) continue
    const group = groups.get(entityType) ?? { ids: [], fields: new Set() }
    group.ids.push(entityId)
    for (const field of fields) group.fields.add(field)
    groups.set(entityType, group)
  }
  return new Map([...groups].map(([type, { ids, fields }]) => [type, { ids: [...new Set(ids)], fields: [...fields] }]))
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
  const timeoutMs = Math.min(options.timeoutMs ?? scope.timeoutMs, MAX_WAIT_MS)
  const call = { method: 'read', what, argument, repeatable: false } // the write waits for it
  const results = await callSite(scope, call, { ...options, timeoutMs })
  const isList = typeof results === 'object' && results !== null && 'entities' in results
  const entities: readonly unknown[] = isList && Array.isArray(results.entities) ? results.entities : []
  return entities.map((entity) => parseRecord(entity, entityType, scope.connection.settings, what))
}
