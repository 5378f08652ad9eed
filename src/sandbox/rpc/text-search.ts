import { isList, isObject, type Json, type JsonObject } from '../json.ts'
import { compileFilter } from '../query/filter.ts'
import { compilePresenter } from '../query/present.ts'
import type { EntityLink } from '../refs.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { displayNameOf } from '../store/display-name.ts'
import { isRef, linkTo } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { inspect } from '../values/inspect.ts'
import { candidates } from './candidates.ts'
import { entityTypeParam, malformed } from './params.ts'
import { statusOf } from './status.ts'

const method = 'query_display_name_cache'
const MIN_LENGTH = 3
const DEFAULT_MAX_RESULTS = 25

type Match = { readonly row: Row; readonly name: string; readonly link: EntityLink | undefined }

/** Entities in whose names, or main links' names, every word of a text occurs; shortest names first. Throws a `Fault`. */
export function searchText(site: SandboxSite, actor: Actor, params: JsonObject): JsonObject {
  const { text } = params
  if (typeof text !== 'string' || text.trim().length < MIN_LENGTH) {
    throw malformed(method, `'text' must be a string of at least ${MIN_LENGTH} characters: ${inspect(text)}`)
  }
  const terms = text.trim().toLowerCase().split(/\s+/)
  const projects = projectIdsParam(params.project_ids)
  const maxResults = maxResultsParam(params.max_results)
  const matches = Object.entries(entityTypesParam(params.entity_types))
    .flatMap(([type, filters]) => matchesIn(site, type, filters, terms))
    .filter(({ row }) => projects.size === 0 || projects.has(projectIdOf(row) ?? 0))
    .sort((a, b) => a.name.length - b.name.length || compare(a.name, b.name) || a.row.id - b.row.id)
  return { terms, matches: matches.slice(0, maxResults).map((match) => present(site, actor, match)) }
}

function matchesIn(site: SandboxSite, type: string, filters: Json, terms: readonly string[]): Match[] {
  entityTypeParam(site, method, { type })
  const passes = compileFilter({ site, method, type }, filters)
  return candidates(site, type, filters).flatMap((row) => {
    if (row.retired || !passes(row)) return []
    const name = displayNameOf(site.schema, row) ?? ''
    const link = isRef(row.values.entity) ? linkTo(site, row.values.entity) : undefined
    const [own, linked] = [name.toLowerCase(), link?.name?.toLowerCase() ?? '']
    return terms.every((term) => own.includes(term) || linked.includes(term)) ? [{ row, name, link }] : []
  })
}

function present(site: SandboxSite, actor: Actor, { row, name, link }: Match): JsonObject {
  const { image = null } = compilePresenter(site, actor, row.type, ['image'])(row)
  return {
    type: row.type,
    id: row.id,
    name,
    project_id: projectIdOf(row),
    image,
    links: link === undefined ? ['', ''] : [link.type, link.name ?? ''],
    status: statusOf(site, row),
  }
}

function projectIdOf(row: Row): number | null {
  const { project } = row.values
  return isRef(project) ? project.id : null
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function entityTypesParam(value: Json | undefined): JsonObject {
  if (isObject(value)) return value
  throw malformed(method, `invalid/missing hash 'entity_types': ${inspect(value)}`)
}

function projectIdsParam(value: Json | undefined): ReadonlySet<number> {
  const ids = value ?? []
  if (isList(ids)) {
    const integers = ids.filter((id) => typeof id === 'number')
    if (integers.length === ids.length) return new Set(integers)
  }
  throw malformed(method, `invalid integer array 'project_ids': ${inspect(value)}`)
}

function maxResultsParam(value: Json | undefined): number {
  if (value === undefined || value === null) return DEFAULT_MAX_RESULTS
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw malformed(method, `invalid integer 'max_results': ${inspect(value)}`)
}
