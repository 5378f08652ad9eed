import type { QueryOptions } from './call-types.ts'
import { SiteUsageError } from './errors/index.ts'
import type { Filters } from './filter-types.ts'
import { buildFilters } from './filters.ts'
import { encodeValue, type WireValue } from './values.ts'

/** What is asked for, without the page. */
export type Query = {
  readonly entityType: string
  readonly filters: Filters
  readonly fields: readonly string[]
  readonly options: QueryOptions
}

/** The checked query as it travels. @throws {SiteUsageError} for what is malformed */
export function buildQuery({ entityType, filters, fields, options }: Query): { [key: string]: WireValue } {
  checkName(entityType, 'The entity type')
  checkList(fields, 'fields')
  checkList(options.order ?? [], 'order')
  const {
    order = [],
    filterOperator,
    retiredOnly = false,
    includeArchivedProjects = true,
    additionalFilterPresets,
  } = options
  const sorts = order.map(({ field, direction = 'asc' }, index) => {
    checkName(field, `The field of order[${index}]`)
    if (direction !== 'asc' && direction !== 'desc') {
      throw new SiteUsageError(
        'SITE_CALL_INVALID',
        `The direction of order[${index}] is "${direction}": expected "asc" or "desc".`,
      )
    }
    return { field_name: field, direction }
  })
  for (const [index, field] of fields.entries()) checkName(field, `fields[${index}]`)
  return {
    type: entityType,
    return_fields: fields.length === 0 ? ['id'] : [...fields],
    filters: buildFilters(filters, filterOperator),
    return_only: retiredOnly ? 'retired' : 'active',
    ...(sorts.length > 0 && { sorts }),
    ...(!includeArchivedProjects && { include_archived_projects: false }),
    ...(additionalFilterPresets !== undefined && {
      additional_filter_presets: encodeValue(additionalFilterPresets, 'additionalFilterPresets'),
    }),
    api_return_image_urls: true,
  }
}

/** @throws {SiteUsageError} `SITE_CALL_INVALID` unless the value is a list */
function checkList(value: unknown, what: string): void {
  if (Array.isArray(value)) return
  throw new SiteUsageError('SITE_CALL_INVALID', `${what} is ${JSON.stringify(value)}: expected a list.`)
}

/** @throws {SiteUsageError} `SITE_CALL_INVALID` unless the value is a text that is not empty */
export function checkName(value: unknown, what: string): void {
  if (typeof value === 'string' && value !== '') return
  throw new SiteUsageError('SITE_CALL_INVALID', `${what} is ${JSON.stringify(value) ?? 'missing'}: expected a name.`)
}

/** @throws {SiteUsageError} `SITE_CALL_INVALID` unless the value is a whole number of at least `min` */
export function checkCount(value: number, what: string, min = 0): number {
  if (Number.isSafeInteger(value) && value >= min) return value
  throw new SiteUsageError('SITE_CALL_INVALID', `${what} is ${value}: expected a whole number of at least ${min}.`)
}
