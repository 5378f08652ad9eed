import { z } from 'zod'
import type { Scope } from './connection.ts'
import { SiteUsageError } from './errors/index.ts'
import type { Filters } from './filter-types.ts'
import { buildFilters } from './filters.ts'
import type { CallOptions } from './options.ts'
import { checkCount, checkName } from './query.ts'
import { convertFields, type RecordRules, unwrapRecord } from './records.ts'
import { callSite } from './rpc.ts'
import { parseShape } from './shape.ts'
import type { EntityTypeOf, LooseSchema } from './types.ts'

export type TextSearchOptions = CallOptions & {
  /** Only what belongs to these projects. Default: all. */
  readonly projectIds?: readonly number[]
  /** At most this many matches. Default: the site's own, about 25. */
  readonly limit?: number
}

/** The types to search, each with filters that its entities must pass (`[]`: all of them). */
export type TextSearchTypes<S = LooseSchema> = { readonly [T in EntityTypeOf<S>]?: Filters }

export type TextSearchResult = {
  /** The text as it was searched for: its words in lower case, each of which must occur. */
  readonly terms: readonly string[]
  readonly matches: readonly TextMatch[]
}

/** One entity whose name, or whose main link's name, has every term in it. A ref too. */
export type TextMatch = {
  readonly type: string
  readonly id: number
  readonly name: string
  readonly projectId: number | null
  /** The address of its thumbnail. */
  readonly image: string | null
  /** What it mainly belongs to, such as the Shot of a Version; undefined when there is none. */
  readonly link: { readonly type: string; readonly name: string } | undefined
  readonly status: string | null
}

export interface SiteTextSearch<S = LooseSchema> {
  /**
   * Find entities of several types by words in their names, as the site's own search box does. At least 3 characters.
   * @example
   * const { matches } = await site.textSearch('LH comp', { Shot: [], Version: [['sg_status_list', 'is', 'rev']] })
   */
  textSearch(text: string, entityTypes: TextSearchTypes<S>, options?: TextSearchOptions): Promise<TextSearchResult>
}

const Match = z.looseObject({
  type: z.string(),
  id: z.int(),
  name: z.string().nullish(),
  project_id: z.int().nullish(),
  image: z.string().nullish(),
  links: z.tuple([z.string(), z.string()]).nullish(),
  status: z.string().nullish(),
})
const Result = z.looseObject({ terms: z.array(z.string()), matches: z.array(Match) })

/** The text search of one scope. */
export function createTextSearch(scope: Scope): SiteTextSearch {
  return {
    textSearch: async (text, entityTypes, options = {}) => {
      checkName(text, 'The text')
      const { projectIds = [], limit } = options
      const argument = {
        text,
        entity_types: buildEntityTypes(entityTypes),
        project_ids: projectIds.map((id, index) => checkCount(id, `projectIds[${index}]`, 1)),
        max_results: limit === undefined ? null : checkCount(limit, 'limit', 1),
      }
      const what = 'text search'
      const call = { method: 'query_display_name_cache', what, argument, repeatable: true }
      const results = await callSite(scope, call, options)
      const { terms, matches } = parseShape(Result, unwrapRecord(results), what, 'terms and matches')
      return { terms, matches: matches.map((match) => toMatch(match, scope.connection.settings)) }
    },
  }
}

function buildEntityTypes(entityTypes: TextSearchTypes): { [entityType: string]: ReturnType<typeof buildFilters> } {
  const given: unknown = entityTypes
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  const pairs = isObject ? Object.entries(entityTypes) : []
  if (pairs.length > 0) {
    return Object.fromEntries(pairs.map(([entityType, filters]) => [entityType, buildFilters(filters ?? [])]))
  }
  throw new SiteUsageError('SITE_CALL_INVALID', 'entityTypes names no type: expected types with filters, { Shot: [] }.')
}

function toMatch(match: z.infer<typeof Match>, rules: RecordRules): TextMatch {
  const { type, id, project_id, image, links, status } = match
  const named = { name: match.name ?? '' }
  convertFields(named, { ...rules, dates: 'string' })
  const [linkType = '', linkName = ''] = links ?? []
  return {
    type,
    id,
    ...named,
    projectId: project_id ?? null,
    image: image ?? null,
    link: linkType === '' ? undefined : { type: linkType, name: linkName },
    status: status ?? null,
  }
}
