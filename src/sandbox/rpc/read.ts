import { isList, isObject, type Json } from '../json.ts'
import { compileFilter, type RowTest } from '../query/filter.ts'
import { compilePresenter } from '../query/present.ts'
import { type Sort, sortRows } from '../query/sort.ts'
import type { Actor, PagingInfo, ReadParams, ReadResult, SandboxSite } from '../site.ts'
import { isRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { inspect } from '../values/inspect.ts'
import { candidates } from './candidates.ts'
import { entityTypeParam, malformed, stringsParam } from './params.ts'

/** The same as `ReadParams`, before anything was checked. */
export type UncheckedReadParams = { readonly [key in keyof ReadParams]?: unknown } & {
  readonly additional_filter_presets?: unknown
}

type Paging = { readonly perPage: number; readonly page: number }

/**
 * The entities that match, as `read` answers them.
 * Throws a `Fault` whose message is the one the API would send.
 */
export function readEntities(site: SandboxSite, actor: Actor, params: ReadParams | UncheckedReadParams): ReadResult {
  const { name: type } = entityTypeParam(site, 'read', params)
  const returnFields = stringsParam('read', 'return_fields', params.return_fields)
  const filters = params.filters === undefined ? noFilters : toJson(params.filters)
  const matches = compileFilter({ site, method: 'read', type }, filters)
  const sorts = parseSorts(params.sorts)
  const paging = parsePaging(params.paging)
  refusePresets(params)
  const retired = parseReturnOnly(params.return_only) === 'retired'
  const wanted: RowTest =
    params.include_archived_projects === false
      ? (row) => row.retired === retired && !inArchivedProject(site, row) && matches(row)
      : (row) => row.retired === retired && matches(row)

  const rows = candidates(site, type, filters)
  const counted = params.return_paging_info === true
  const stopAt = sorts.length === 0 && !counted ? paging.page * paging.perPage + 1 : Number.POSITIVE_INFINITY
  const found = sortRows(site, type, take(rows, wanted, stopAt), sorts)
  const start = (paging.page - 1) * paging.perPage
  const present = compilePresenter(site, actor, type, returnFields)
  const entities = found.slice(start, start + paging.perPage).map(present)
  if (counted) return { entities, paging_info: countsOf(found.length, paging) }
  if (params.return_paging_info_without_counts !== true) return { entities }
  return { entities, paging_info: { has_next_page: found.length > start + paging.perPage } }
}

const noFilters = { logical_operator: 'and', conditions: [] } as const

/** Lets a typed filter pass as the JSON that it is; anything else is refused where filters are checked. */
function toJson(filters: unknown): Json {
  return isObject(filters) ? filters : null
}

function take(rows: readonly Row[], wanted: RowTest, stopAt: number): Row[] {
  const found: Row[] = []
  for (const row of rows) {
    if (!wanted(row)) continue
    found.push(row)
    if (found.length >= stopAt) break
  }
  return found
}

/** Whether an entity belongs to a project that is archived. */
export function inArchivedProject(site: SandboxSite, row: Row): boolean {
  const project = row.values.project
  return isRef(project) && site.store.find(project.type, project.id)?.values.archived === true
}

function countsOf(count: number, { perPage, page }: Paging): PagingInfo {
  return {
    current_page: count === 0 ? 0 : page,
    page_count: Math.ceil(count / perPage),
    entity_count: count,
    entities_per_page: perPage,
  }
}

function parsePaging(paging: unknown): Paging {
  if (paging === undefined || paging === null) return { perPage: 500, page: 1 }
  if (!isObject(paging)) throw malformed('read', `invalid/missing hash 'paging': ${inspect(paging)}`)
  return {
    perPage: pagingNumber(paging.entities_per_page, 'entities_per_page'),
    page: pagingNumber(paging.current_page, 'current_page'),
  }
}

function pagingNumber(value: Json | undefined, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw malformed('read', `invalid/missing integer 'paging' '${name}': ${inspect(value)}`)
  }
  return value
}

function parseSorts(sorts: unknown): Sort[] {
  if (sorts === undefined || sorts === null) return []
  if (!isList(sorts)) throw malformed('read', `invalid/missing array 'sorts': ${inspect(sorts)}`)
  return sorts.map((sort) => {
    const name = isObject(sort) ? (sort.field_name ?? sort.column) : undefined
    if (!isObject(sort) || typeof name !== 'string') {
      throw malformed('read', `invalid/missing string 'sorts' 'field_name': ${inspect(sort)}`)
    }
    const direction = sort.direction ?? 'asc'
    if (direction !== 'asc' && direction !== 'desc') {
      throw malformed('read', `invalid 'sorts' 'direction': ${inspect(direction)}. Valid directions: ["asc", "desc"]`)
    }
    return { field_name: name, direction }
  })
}

function parseReturnOnly(returnOnly: unknown): 'active' | 'retired' {
  if (returnOnly === undefined || returnOnly === null || returnOnly === 'active') return 'active'
  if (returnOnly === 'retired') return 'retired'
  throw malformed('read', `invalid 'return_only': ${inspect(returnOnly)}. Valid values: ["active", "retired"]`)
}

function refusePresets(params: UncheckedReadParams): void {
  const presets = params.additional_filter_presets
  if (presets === undefined || presets === null || (isList(presets) && presets.length === 0)) return
  throw malformed('read', `this sandbox site does not offer 'additional_filter_presets' yet: ${inspect(presets)}`)
}
