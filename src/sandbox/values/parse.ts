import { isList, isObject, type Json } from '../json.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { ValueContext } from './context.ts'
import { parseDate, parseDateTime } from './date.ts'
import { expected, type FieldPlace, rejected, unsupportedImage } from './faults.ts'
import { inspect } from './inspect.ts'
import { parseLink, parseLinks } from './link.ts'
import { parseUrl } from './url.ts'

/** Turns a value from outside into the stored form of its field's data type. Throws a `Fault`. */
export function parseValue(context: ValueContext, field: FieldSchema, value: Json): Json {
  const { place } = context
  switch (field.dataType) {
    case 'text':
    case 'footage':
    case 'password':
    case 'system_task_type':
    case 'url_template':
    case 'uuid':
      return parseText(place, value)
    case 'number':
    case 'integer':
    case 'percent':
      return parseInteger(place, value, { strings: true, floats: false })
    case 'duration':
      return parseInteger(place, value, { strings: true, floats: true })
    case 'timecode':
      return parseInteger(place, value, { strings: false, floats: false })
    case 'float':
    case 'currency':
      return parseFloatNumber(place, value)
    case 'checkbox':
      return parseCheckbox(place, value)
    case 'date':
      return parseDay(place, value)
    case 'date_time':
      return parseTime(place, value)
    case 'list':
    case 'status_list':
      return parseChoice(place, field, value)
    case 'entity_type':
      return parseEntityType(context, value)
    case 'color':
      return parseColor(place, value)
    case 'tag_list':
      return parseTagList(place, value)
    case 'serializable':
    case 'jsonb':
      if (value === null || typeof value === 'object') return value
      throw expected(place, ['Hash', 'Array', 'NilClass'], value)
    case 'entity':
      return parseLink(context, field, value)
    case 'multi_entity':
    case 'addressing':
      return parseLinks(context, field, value)
    case 'url':
      return parseUrl(context, value)
    case 'image':
      if (value === null || (context.asSite && typeof value === 'string')) return value
      throw unsupportedImage(place)
    case 'calculated':
    case 'pivot_column':
    case 'summary':
      return null
  }
}

function parseText(place: FieldPlace, value: Json): Json {
  if (value === null) return null
  if (typeof value !== 'string') throw expected(place, ['String', 'NilClass'], value)
  return value.trim() === '' ? null : value.trim()
}

function parseInteger(place: FieldPlace, value: Json, allow: { strings: boolean; floats: boolean }): Json {
  if (value === null) return null
  const number = allow.strings && typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !(allow.floats || Number.isInteger(number))) {
    throw expected(place, ['Integer', 'NilClass'], value)
  }
  if (number < -2_147_483_648 || number > 2_147_483_647) {
    throw rejected(place, `PG::NumericValueOutOfRange: ERROR:  value "${number}" is out of range for type integer`)
  }
  return Math.trunc(number) + 0
}

function parseFloatNumber(place: FieldPlace, value: Json): Json {
  if (value === null) return null
  if (typeof value !== 'number') throw expected(place, ['Float', 'Integer', 'NilClass'], value)
  if (Math.abs(value) > 9_999_999_999_999.99)
    throw rejected(place, 'PG::NumericValueOutOfRange: numeric field overflow')
  return Math.round(value * 1_000_000) / 1_000_000
}

function parseCheckbox(place: FieldPlace, value: Json): Json {
  if (value === 'true' || value === 'false') return value === 'true'
  if (typeof value === 'boolean') return value
  throw expected(place, ['TrueClass', 'FalseClass'], value)
}

function parseDay(place: FieldPlace, value: Json): Json {
  if (value === null || value === '') return null
  if (typeof value !== 'string') throw expected(place, ['String', 'NilClass'], value)
  const day = parseDate(value)
  if (day === undefined) throw rejected(place, `Invalid date format: ${value}. Correct format is: 2011-01-21`)
  return day
}

function parseTime(place: FieldPlace, value: Json): Json {
  if (value === null || value === '') return null
  if (typeof value !== 'string') throw expected(place, ['String', 'NilClass'], value)
  const time = parseDateTime(value)
  if (time === undefined) {
    throw rejected(
      place,
      `Invalid date time format: ${value}. Correct format is 2011-01-21T13:26:09Z (UTC), 2011-01-21T13:26:09+01:00 or 2011-01-21`,
    )
  }
  return time
}

function parseChoice(place: FieldPlace, field: FieldSchema, value: Json): Json {
  if (value === null || value === '') return null
  if (typeof value !== 'string') throw expected(place, ['String', 'NilClass'], value)
  if (field.validValues.includes(value)) return value
  const [kind, all] = field.dataType === 'list' ? ['list value', 'list values'] : ['status', 'statuses']
  throw rejected(place, `'${value}' is not a valid ${kind}. Valid ${all}: ${field.validValues.join(', ')}`)
}

function parseEntityType({ site, place }: ValueContext, value: Json): Json {
  if (value === null || value === '') return null
  if (typeof value !== 'string') throw expected(place, ['String', 'NilClass'], value)
  if (!site.schema.has(value)) throw rejected(place, `'${value}' is not a valid entity type.`)
  return value
}

const taskColors: Readonly<Record<string, string>> = {
  blue: '49,120,198',
  orange: '222,139,44',
  pink: '214,110,160',
  red: '196,68,52',
  green: '46,139,87',
  purple: '120,90,180',
  grey: '140,140,140',
  black: '45,45,45',
}

function parseColor(place: FieldPlace, value: Json): Json {
  const onTask = place.type === 'Task'
  if (value === null && !onTask) return null
  if (typeof value !== 'string') throw expected(place, onTask ? ['String'] : ['String', 'NilClass'], value)
  if (onTask && value === 'pipeline_step') return value
  const named = onTask ? taskColors[value.toLowerCase()] : undefined
  if (named !== undefined) return named
  const parts = value.split(',')
  if (parts.length === 3 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return value
  throw rejected(place, `'${value}' is not a valid color. Correct format is: 255,128,0`)
}

function parseTagList(place: FieldPlace, value: Json): Json {
  if (value === null) return []
  if (!isList(value) || isObject(value)) throw expected(place, ['Array', 'NilClass'], value)
  for (const tag of value) if (typeof tag !== 'string') throw rejected(place, `${inspect(tag)} is not a valid tag.`)
  return [...new Set(value)]
}
