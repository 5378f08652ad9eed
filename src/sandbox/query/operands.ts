import { Fault } from '../fault.ts'
import type { Json } from '../json.ts'
import { parseDate, parseDateTime } from '../values/date.ts'
import { classOf, inspect } from '../values/inspect.ts'
import type { Condition } from './condition.ts'

/** A value of a condition, checked against the field's data type, in the form in which stored values are compared. */
export function keyOf(condition: Condition, value: Json): string | number | boolean | null {
  const { field, relation } = condition
  switch (field.dataType) {
    case 'text':
    case 'footage':
      if (value === null && (relation === 'in' || relation === 'not_in')) throw wrongClass(condition, ['String'], value)
      return foldedText(condition, value) || null
    case 'list':
      return foldedText(condition, value)
    case 'checkbox':
      if (typeof value !== 'boolean') throw wrongClass(condition, ['TrueClass', 'FalseClass'], value)
      return value
    case 'number':
    case 'integer':
    case 'percent':
    case 'duration':
    case 'timecode':
      if (value !== null && !Number.isInteger(value)) throw wrongClass(condition, ['Integer', 'NilClass'], value)
      return typeof value === 'number' ? value : null
    case 'float':
    case 'currency':
      if (value !== null && typeof value !== 'number') {
        throw wrongClass(condition, ['Float', 'Integer', 'NilClass'], value)
      }
      return value
    case 'date':
    case 'date_time':
      return time(condition, value)
    case 'uuid':
      return uuid(condition, value)
    case 'image':
      if (value !== null) throw wrongClass(condition, ['NilClass'], value)
      return null
    default:
      if (value !== null && typeof value !== 'string') throw wrongClass(condition, ['String', 'NilClass'], value)
      return value
  }
}

function foldedText(condition: Condition, value: Json): string | null {
  if (value !== null && typeof value !== 'string') throw wrongClass(condition, ['String', 'NilClass'], value)
  return value?.toLowerCase() ?? null
}

function time(condition: Condition, value: Json): string | null {
  if (value === null) return null
  if (typeof value !== 'string') throw wrongClass(condition, ['String', 'NilClass'], value)
  const isDay = condition.field.dataType === 'date'
  const parsed = isDay ? parseDate(value) : parseDateTime(value)
  if (parsed !== undefined) return parsed
  const text = isDay
    ? `Invalid date format: ${value}. Correct format is: 2011-01-21`
    : `Invalid date time format: ${value}. Correct format is 2011-01-21T13:26:09Z (UTC)`
  throw new Fault(103, `API ${condition.method}() ${condition.place} ${text}`)
}

/** Case and hyphens do not count; `""` stands for "unset". */
function uuid(condition: Condition, value: Json): string | null {
  if (typeof value !== 'string') throw wrongClass(condition, ['String'], value)
  const digits = value.toLowerCase().replaceAll('-', '')
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(digits)
  return parts === null ? digits || null : parts.slice(1).join('-')
}

/** A value of the wrong JSON type in a condition. */
export function wrongClass({ method, place }: Condition, classes: readonly string[], value: Json): Fault {
  const wanted = `expected [${classes.join(', ')}] data type(s)`
  return new Fault(103, `API ${method}() ${place} ${wanted} but got ${classOf(value)}: ${inspect(value)}`)
}
