import { SiteUsageError } from './errors/index.ts'
import type { FilterOperator, Filters } from './filter-types.ts'
import type { FieldValue } from './types.ts'
import { encodeValue, trimLinks, type WireValue } from './values.ts'

/** Sites fail with a server error beyond 265 groups inside one another. */
const MAX_NESTING = 250

const operators: Readonly<Record<string, 'and' | 'or'>> = { all: 'and', and: 'and', any: 'or', or: 'or' }

/** How many values a relation takes; `in` and `not_in`, like unknown ones, take one or more. */
const valueCounts: Readonly<Record<string, number>> = {
  is: 1,
  is_not: 1,
  less_than: 1,
  greater_than: 1,
  between: 2,
  not_between: 2,
  contains: 1,
  not_contains: 1,
  starts_with: 1,
  ends_with: 1,
  in_last: 2,
  not_in_last: 2,
  in_next: 2,
  not_in_next: 2,
  in_calendar_day: 1,
  in_calendar_week: 1,
  in_calendar_month: 1,
  in_calendar_year: 1,
  type_is: 1,
  type_is_not: 1,
  name_is: 1,
  name_contains: 1,
  name_not_contains: 1,
  name_starts_with: 1,
  name_ends_with: 1,
}
const linkRelations: ReadonlySet<string> = new Set(['is', 'is_not', 'in', 'not_in'])

/**
 * Filters in the form that travels.
 * @throws {SiteUsageError} `SITE_FILTER_INVALID`, `SITE_VALUE_INVALID`
 */
export function buildFilters(filters: Filters, filterOperator?: FilterOperator): WireValue {
  const given: unknown = filters
  if (isRecord(given) && 'logical_operator' in given) {
    if (filterOperator === undefined) return buildReadyGroup(given)
    throw invalid('filters is a ready group and filterOperator is set', 'one of the two')
  }
  if (!Array.isArray(given)) throw invalid(`filters is ${describe(given)}`, 'a list such as [["code", "is", "LH_010"]]')
  if (typeof given[0] === 'string')
    throw invalid(`filters is one condition, ${describe(given)}`, 'a list of conditions; put it in one more [ ]')
  return buildGroup(given, filterOperator ?? 'all', 'filters', 0)
}

function buildGroup(filters: readonly unknown[], operator: unknown, where: string, depth: number): WireValue {
  if (depth > MAX_NESTING)
    throw invalid('the filters are nested too deeply', `at most ${MAX_NESTING} groups inside one another`)
  const logical = typeof operator === 'string' ? operators[operator] : undefined
  if (logical === undefined || !Object.hasOwn(operators, String(operator))) {
    throw invalid(`the filterOperator of ${where} is ${describe(operator)}`, '"all" or "any"')
  }
  return {
    logical_operator: logical,
    conditions: filters.map((filter, index) => buildFilter(filter, `${where}[${index}]`, depth)),
  }
}

function buildFilter(filter: unknown, where: string, depth: number): WireValue {
  if (Array.isArray(filter)) return buildCondition(filter, where)
  if (isRecord(filter) && Array.isArray(filter.filters)) {
    return buildGroup(filter.filters, filter.filterOperator, `${where}.filters`, depth + 1)
  }
  throw invalid(`${where} is ${describe(filter)}`, '[field, relation, value] or { filterOperator, filters: [ … ] }')
}

function buildCondition(condition: readonly unknown[], where: string): WireValue {
  const [path, relation, ...rest] = condition
  if (typeof path !== 'string' || path === '')
    throw invalid(`the field of ${where} is ${describe(path)}`, 'the name of a field')
  if (typeof relation !== 'string' || relation === '') {
    throw invalid(`the relation of ${where} is ${describe(relation)}`, 'a relation such as "is"')
  }
  // One list stands for its items: ['id', 'in', [1, 2]] is ['id', 'in', 1, 2].
  const values: readonly unknown[] = rest.length === 1 && Array.isArray(rest[0]) ? rest[0] : rest
  checkCount(path, relation, values, where)
  const trims = linkRelations.has(relation) && path !== 'id'
  return {
    path,
    relation,
    values: values.map((value, index) => {
      const encoded = encodeValue(value, `value ${index + 1} of ${where}`)
      return trims ? trimWire(encoded) : encoded
    }),
  }
}

function checkCount(path: string, relation: string, values: readonly unknown[], where: string): void {
  const expected = Object.hasOwn(valueCounts, relation) ? valueCounts[relation] : undefined
  if (expected === undefined ? values.length > 0 : values.length === expected) return
  const wanted = expected === undefined ? 'one value or more' : expected === 1 ? 'one value' : `${expected} values`
  const advice =
    values.length === 0
      ? ' Write null for "empty"; when a list turns out empty, skip the call.'
      : relation === 'is' || relation === 'is_not'
        ? ` For several values use "${relation === 'is' ? 'in' : 'not_in'}".`
        : ''
  throw invalid(`${where} (${path} ${relation}) has ${values.length} values`, `${wanted}.${advice}`)
}

/** A group that is already in the form that travels, as saved queries hold it: checked for its shape, not rebuilt. */
function buildReadyGroup(group: Record<string, unknown>): WireValue {
  if (group.logical_operator !== 'and' && group.logical_operator !== 'or') {
    throw invalid(`the logical_operator of filters is ${describe(group.logical_operator)}`, '"and" or "or"')
  }
  if (!Array.isArray(group.conditions))
    throw invalid(`the conditions of filters are ${describe(group.conditions)}`, 'a list')
  return encodeValue(group, 'filters', -2 * MAX_NESTING)
}

function trimWire(value: WireValue): WireValue {
  const trimmed: FieldValue = trimLinks(value)
  return encodeValue(trimmed, 'value')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A short picture of a wrong value. */
function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isRecord(value)) return `an object with the keys ${Object.keys(value).slice(0, 5).join(', ') || '(none)'}`
  return String(value)
}

function invalid(got: string, expected: string): SiteUsageError {
  return new SiteUsageError('SITE_FILTER_INVALID', `${got}: expected ${expected}${expected.endsWith('.') ? '' : '.'}`)
}
