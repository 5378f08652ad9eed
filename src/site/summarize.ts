import { z } from 'zod'
import type { Scope } from './connection.ts'
import { SiteUsageError } from './errors/index.ts'
import type { EntityTypeArg, FieldArg } from './field-paths.ts'
import type { FiltersArg } from './filter-check.ts'
import type { FilterOperator, Filters } from './filter-types.ts'
import { buildFilters } from './filters.ts'
import type { CallOptions } from './options.ts'
import { checkName } from './query.ts'
import { convertFields, type RecordRules } from './records.ts'
import { callSite } from './rpc.ts'
import { fieldValue, parseShape } from './shape.ts'
import type { EntityTypeOf, FieldValue, LooseSchema } from './types.ts'
import type { WireValue } from './values.ts'

/**
 * How the values of a field become one: `count` counts rows with a value and `record_count` all rows; `sum`,
 * `average`, `minimum`, `maximum` are for numbers, `earliest`, `latest` for dates, `checked`, `unchecked` for
 * checkboxes, the others for statuses.
 */
export type SummaryType =
  | 'record_count'
  | 'count'
  | 'sum'
  | 'maximum'
  | 'minimum'
  | 'average'
  | 'earliest'
  | 'latest'
  | 'percentage'
  | 'status_percentage'
  | 'status_percentage_as_float'
  | 'status_list'
  | 'checked'
  | 'unchecked'

/** One value per field: a field can be summarized in one way per call. */
export type SummaryField<F extends string = string> = { readonly field: F; readonly type: SummaryType }

/** Which rows stand together: those with the `exact` value, or in the same range. */
export type GroupingType =
  | 'exact'
  | 'tens'
  | 'hundreds'
  | 'thousands'
  | 'tensofthousands'
  | 'hundredsofthousands'
  | 'millions'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'clustered_date'
  | 'oneday'
  | 'fivedays'
  | 'entitytype'
  | 'firstletter'

export type Grouping<F extends string = string> = {
  readonly field: F
  readonly type: GroupingType
  /** Order of the groups. Default `asc`. */
  readonly direction?: 'asc' | 'desc'
}

export type SummarizeOptions<F extends string = string> = CallOptions & {
  /** How the list of filters combines. Default `all`. */
  readonly filterOperator?: FilterOperator
  /** Outermost level first. Default: no groups. */
  readonly grouping?: readonly Grouping<F>[]
  /** False leaves out entities of archived projects. Default true. */
  readonly includeArchivedProjects?: boolean
}

/** Field ▸ what its values became. */
export type SummaryValues<F extends string = string> = { readonly [K in F]?: FieldValue }

export type Summary<F extends string = string> = {
  /** Over everything that matches; counts of nothing are 0. */
  readonly summaries: SummaryValues<F>
  /** Empty without grouping. */
  readonly groups: readonly SummaryGroup<F>[]
}

export type SummaryGroup<F extends string = string> = Summary<F> & {
  /** The value as people see it; empty for rows without one. */
  readonly groupName: string
  /** The value itself, a link for link fields, null for rows without one. */
  readonly groupValue: FieldValue
}

export interface SiteSummaries<S = LooseSchema> {
  /**
   * Count, add up, or find the first and last of what matches, in all and by group.
   * @example
   * const { groups } = await site.summarize('Task', [['project', 'is', project]], [{ field: 'id', type: 'count' }], {
   *   grouping: [{ field: 'sg_status_list', type: 'exact' }],
   * })
   * for (const group of groups) console.log(group.groupName, group.summaries.id)
   */
  summarize<T extends string = EntityTypeOf<S>, const X = [], F extends string = never, G extends string = never>(
    entityType: EntityTypeArg<S, T>,
    filters: FiltersArg<S, T, X>,
    summaryFields: readonly SummaryField<FieldArg<S, T, F>>[],
    options?: SummarizeOptions<FieldArg<S, T, G>>,
  ): Promise<Summary<F>>
}

/** The summaries of one scope. */
export function createSummarizer(scope: Scope): SiteSummaries {
  return {
    summarize: async (entityType, filters, summaryFields, options = {}) => {
      const argument = buildSummarize(entityType, filters, summaryFields, options)
      const what = `summary of ${entityType}`
      const results = await callSite(scope, { method: 'summarize', what, argument, repeatable: true }, options)
      return toSummary(parseShape(WireSummary, results, what, 'summaries and groups'), scope.connection.settings)
    },
  }
}

/** @throws {SiteUsageError} for what is malformed */
function buildSummarize(
  entityType: string,
  filters: Filters,
  summaryFields: readonly SummaryField[],
  options: SummarizeOptions,
): { [key: string]: WireValue } {
  checkName(entityType, 'The entity type')
  const { filterOperator, grouping, includeArchivedProjects = true } = options
  return {
    type: entityType,
    summaries: buildSummaries(summaryFields),
    filters: buildFilters(filters, filterOperator),
    ...(grouping !== undefined && grouping.length > 0 && { grouping: buildGrouping(grouping) }),
    ...(!includeArchivedProjects && { include_archived_projects: false }),
  }
}

function buildSummaries(summaryFields: readonly SummaryField[]): WireValue[] {
  checkItems(summaryFields, 'summaryFields')
  const seen = new Set<string>()
  return summaryFields.map(({ field, type }, index) => {
    checkName(field, `The field of summaryFields[${index}]`)
    checkName(type, `The type of summaryFields[${index}]`)
    if (seen.has(field)) {
      const text = `summaryFields names ${field} twice: a site answers one summary per field. Make a second call.`
      throw new SiteUsageError('SITE_CALL_INVALID', text)
    }
    seen.add(field)
    return { field, type }
  })
}

function buildGrouping(grouping: readonly Grouping[]): WireValue[] {
  checkItems(grouping, 'grouping')
  return grouping.map(({ field, type, direction = 'asc' }, index) => {
    checkName(field, `The field of grouping[${index}]`)
    checkName(type, `The type of grouping[${index}]`)
    if (direction === 'asc' || direction === 'desc') return { field, type, direction }
    const text = `The direction of grouping[${index}] is "${direction}": expected "asc" or "desc".`
    throw new SiteUsageError('SITE_CALL_INVALID', text)
  })
}

function checkItems(items: unknown, what: string): void {
  if (Array.isArray(items) && items.every((item) => typeof item === 'object' && item !== null)) return
  throw new SiteUsageError('SITE_CALL_INVALID', `${what} is not a list: expected [{ field, type }, …].`)
}

type WireSummary = { summaries: { [field: string]: FieldValue }; groups?: WireGroup[] | undefined }
type WireGroup = WireSummary & { group_name: string | null; group_value: FieldValue }

const summaryValues = z.record(z.string(), fieldValue)
const WireGroup: z.ZodType<WireGroup> = z.looseObject({
  group_name: z.string().nullable(),
  group_value: fieldValue,
  summaries: summaryValues,
  groups: z.lazy(() => z.array(WireGroup)).optional(),
})
const WireSummary: z.ZodType<WireSummary> = z.looseObject({
  summaries: summaryValues,
  groups: z.array(WireGroup).optional(),
})

function toSummary({ summaries, groups = [] }: WireSummary, rules: RecordRules): Summary {
  convertFields(summaries, rules)
  return { summaries, groups: groups.map((group) => toGroup(group, rules)) }
}

function toGroup(group: WireGroup, rules: RecordRules): SummaryGroup {
  const value = { groupValue: group.group_value }
  convertFields(value, rules)
  return { groupName: group.group_name ?? '', ...value, ...toSummary(group, rules) }
}
