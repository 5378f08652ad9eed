import { isList, isObject, type Json } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import type { Row } from '../store/store.ts'

/**
 * The rows, by id, among which the matches of a filter must be: fewer than all where a condition on `id`
 * that must hold says so. Every one of them still has to pass the filter.
 */
export function candidates(site: SandboxSite, type: string, filters: Json): readonly Row[] {
  for (const { relation, values } of idConditions(filters)) {
    if (relation === 'greater_than') {
      const [id] = values
      if (typeof id === 'number') return site.store.rowsAfter(type, id)
    } else if (relation === 'is' || relation === 'in') {
      const ids = values.filter((id) => typeof id === 'number').sort((a, b) => a - b)
      return [...new Set(ids)].map((id) => site.store.find(type, id)).filter((row) => row !== undefined)
    }
  }
  return site.store.rows(type)
}

/** The conditions on `id` that every match fulfils. */
function* idConditions(filter: Json): Generator<{ relation: Json | undefined; values: readonly Json[] }> {
  if (!isObject(filter)) return
  if (filter.path === 'id' && isList(filter.values)) yield { relation: filter.relation, values: filter.values }
  if (!isList(filter.conditions)) return
  if (filter.logical_operator !== 'and' && filter.conditions.length !== 1) return
  for (const condition of filter.conditions) yield* idConditions(condition)
}
