import type { FieldValue } from './types.ts'

/** The relations that sites document or name in their errors; which of them a field takes depends on its data type. */
export const relations = [
  'is',
  'is_not',
  'in',
  'not_in',
  'less_than',
  'greater_than',
  'between',
  'not_between',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'in_last',
  'not_in_last',
  'in_next',
  'not_in_next',
  'in_calendar_day',
  'in_calendar_week',
  'in_calendar_month',
  'in_calendar_year',
  'type_is',
  'type_is_not',
  'name_is',
  'name_contains',
  'name_not_contains',
  'name_starts_with',
  'name_ends_with',
  'name_id',
] as const
export type Relation = (typeof relations)[number]

/** How the filters of a group combine: `all` (also spelled `and`) or `any` (also spelled `or`). */
export type FilterOperator = 'all' | 'any' | 'and' | 'or'

/**
 * One condition: field, relation, value or values. Several values may follow one another or stand in one list.
 * @example ['sg_status_list', 'in', ['rev', 'apr']]
 * @example ['entity.Shot.sg_sequence', 'is', { type: 'Sequence', id: 41 }]
 * @example ['created_at', 'in_last', 2, 'WEEK']
 */
export type FilterCondition = readonly [path: string, relation: Relation, ...values: readonly FieldValue[]]

/**
 * Filters that belong together.
 * @example { filterOperator: 'any', filters: [['code', 'is', 'a'], ['code', 'is', 'b']] }
 */
export type FilterGroup = { readonly filterOperator: FilterOperator; readonly filters: readonly Filter[] }

export type Filter = FilterCondition | FilterGroup

/** A condition as it travels. */
export type WireCondition = {
  readonly path: string
  readonly relation: string
  readonly values: readonly FieldValue[]
}

/** A group as it travels, and as saved queries hold it. */
export type WireGroup = {
  readonly logical_operator: 'and' | 'or'
  readonly conditions: readonly (WireCondition | WireGroup)[]
}

/** What every reading call takes as filters: a list (joined by `filterOperator`, `all` by default) or a ready wire group. */
export type Filters = readonly Filter[] | WireGroup
