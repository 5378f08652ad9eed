import { isList, isObject, type Json, type JsonObject } from '../json.ts'
import { compileFilter } from '../query/filter.ts'
import { findPath, type Path } from '../query/path.ts'
import { fieldPresenter } from '../query/present.ts'
import { rowAt } from '../query/walk.ts'
import type { Actor, SandboxSite } from '../site.ts'
import type { Row } from '../store/store.ts'
import { inspect } from '../values/inspect.ts'
import { candidates } from './candidates.ts'
import { type GroupValue, parseGroupingType } from './grouping.ts'
import { entityTypeParam, malformed } from './params.ts'
import { inArchivedProject } from './read.ts'
import { parseSummaryType, type Summarize } from './summaries.ts'

/** Reads the value of a field, also of one behind links, as the API shows it. */
type ReadValue = (row: Row) => Json
type Summary = { readonly field: string; readonly read: ReadValue; readonly summarize: Summarize }
type Level = { readonly read: ReadValue; readonly sign: 1 | -1; readonly groupOf: (value: Json) => GroupValue }
type Grouped = { readonly group: GroupValue; readonly rows: Row[] }

const noFilters = { logical_operator: 'and', conditions: [] } as const

/** Totals over all entities that match, and the same by group. Throws a `Fault`. */
export function summarizeEntities(site: SandboxSite, actor: Actor, params: JsonObject): JsonObject {
  const { name: type } = entityTypeParam(site, 'summarize', params)
  const filters = params.filters ?? noFilters
  const matches = compileFilter({ site, method: 'summarize', type }, filters)
  const summaries = itemsOf(params, 'summaries').map((item) => parseSummary(site, actor, type, item))
  const levels = itemsOf(params, 'grouping').map((item) => parseLevel(site, actor, type, item))
  const withArchived = params.include_archived_projects !== false
  const rows = candidates(site, type, filters).filter(
    (row) => !row.retired && (withArchived || !inArchivedProject(site, row)) && matches(row),
  )
  return { summaries: total(rows, summaries), groups: levels.length === 0 ? [] : groupsOf(rows, summaries, levels) }
}

/** By field: a second summary of one field takes the place of the first. */
function total(rows: readonly Row[], summaries: readonly Summary[]): JsonObject {
  return Object.fromEntries(summaries.map(({ field, read, summarize }) => [field, summarize(rows.map(read))]))
}

/** The groups of the first level, each with those of the next; the last level has no `groups`. */
function groupsOf(rows: readonly Row[], summaries: readonly Summary[], levels: readonly Level[]): JsonObject[] {
  const [level, ...deeper] = levels
  if (level === undefined) return []
  const groups = new Map<string, Grouped>()
  for (const row of rows) {
    const group = level.groupOf(level.read(row))
    const key = JSON.stringify(group.value)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { group, rows: [row] })
    else known.rows.push(row)
  }
  return [...groups.values()]
    .sort((a, b) => compareKeys(a.group.sortKey, b.group.sortKey) * level.sign)
    .map(({ group, rows: members }) => ({
      group_name: group.name,
      group_value: group.value,
      summaries: total(members, summaries),
      ...(deeper.length > 0 && { groups: groupsOf(members, summaries, deeper) }),
    }))
}

/** Rows without value come last, first under `desc`. */
function compareKeys(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -1 : 1
}

function parseSummary(site: SandboxSite, actor: Actor, type: string, item: Json): Summary {
  const { field, path } = parseField(site, type, 'summaries', item)
  const summarize = parseSummaryType(path, isObject(item) ? item.type : undefined)
  return { field, read: valueReader(site, actor, path), summarize }
}

function parseLevel(site: SandboxSite, actor: Actor, type: string, item: Json): Level {
  const { path } = parseField(site, type, 'grouping', item)
  const { type: grouping, direction = null } = isObject(item) ? item : {}
  if (direction !== null && direction !== 'asc' && direction !== 'desc') {
    const text = `invalid 'grouping' 'direction': ${inspect(direction)}. Valid directions: ["asc", "desc"]`
    throw malformed('summarize', text)
  }
  return {
    read: valueReader(site, actor, path),
    sign: direction === 'desc' ? -1 : 1,
    groupOf: parseGroupingType(site, path, grouping),
  }
}

function parseField(site: SandboxSite, type: string, list: string, item: Json): { field: string; path: Path } {
  const field = isObject(item) ? item.field : undefined
  if (typeof field !== 'string') {
    throw malformed('summarize', `invalid/missing string '${list}' 'field': ${inspect(item)}`)
  }
  const path = findPath(site.schema, type, field)
  if (typeof path === 'string') throw malformed('summarize', `${path} doesn't exist.: ${inspect(item)}`)
  if (path.throughMany || path.leaf.secret) {
    throw malformed('summarize', `${type}.${field} cannot be summarized or grouped by: ${inspect(item)}`)
  }
  return { field, path }
}

function valueReader(site: SandboxSite, actor: Actor, path: Path): ReadValue {
  const present = fieldPresenter(site, actor, path.leaf)
  if (path.hops.length === 0) return present
  return (row) => {
    const target = rowAt(site, path, row)
    return target === undefined ? null : present(target)
  }
}

/** The list under this name; empty when it is not given, which `summaries` has to be. */
function itemsOf(params: JsonObject, name: 'summaries' | 'grouping'): readonly Json[] {
  const items = params[name] ?? (name === 'grouping' ? [] : null)
  if (isList(items)) return items
  throw malformed('summarize', `invalid/missing array '${name}': ${inspect(items)}`)
}
