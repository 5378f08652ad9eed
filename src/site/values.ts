import { SiteUsageError } from './errors/index.ts'
import type { FieldValue } from './types.ts'

/** Deeper than any value of a site; a value that contains itself never ends. */
const MAX_DEPTH = 64

/** What the site reads of a link or a file value; the rest of a row is left at home. */
const linkKeys = ['id', 'type', 'url', 'name', 'content_type', 'local_path', 'storage', 'relative_path'] as const

/** A value as it travels: JSON only. */
export type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue }

/**
 * A value ready to send.
 *
 * @param where  names the value in an error: `filters[0]`, `data.sg_cut_in`
 * @throws {SiteUsageError} `SITE_VALUE_INVALID` for what JSON would drop or change without a word
 */
export function encodeValue(value: unknown, where: string, depth = 0): WireValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw invalid(where, String(value), 'a finite number')
  }
  if (typeof value !== 'object') throw invalid(where, typeof value, 'text, number, boolean, Date, link, list or null')
  if (depth > MAX_DEPTH) throw invalid(where, 'nested too deeply or contains itself', `at most ${MAX_DEPTH} levels`)
  if (value instanceof Date) return encodeDate(value, where)
  if (Array.isArray(value)) return value.map((item, index) => encodeValue(item, `${where}[${index}]`, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw invalid(where, `a ${value.constructor.name}`, 'a plain object, list or Date')
  }
  const encoded: { [key: string]: WireValue } = {}
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) Object.defineProperty(encoded, key, own(encodeValue(item, `${where}.${key}`, depth + 1)))
  }
  return encoded
}

/** A `Date` in the site's form: UTC, whole seconds, the rest dropped. */
export function encodeDate(date: Date, where: string): string {
  const year = date.getUTCFullYear()
  if (Number.isNaN(year)) throw invalid(where, 'an invalid Date', 'a Date that holds a time')
  if (year < 0 || year > 9999) throw invalid(where, `a Date in the year ${year}`, 'a year from 0 to 9999')
  return `${date.toISOString().slice(0, 19)}Z`
}

/** A link cut down to what the site reads; also inside a list, not deeper. Everything else is returned as it is. */
export function trimLinks(value: FieldValue): FieldValue {
  return Array.isArray(value) ? value.map(trimLink) : trimLink(value)
}

function trimLink(value: FieldValue): FieldValue {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('type' in value)) return value
  const trimmed: { [key: string]: FieldValue | undefined } = {}
  for (const key of linkKeys) if (key in value) trimmed[key] = value[key]
  return trimmed
}

/** A plain property, also when the key is `__proto__`. */
function own(value: WireValue): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true }
}

function invalid(where: string, got: string, expected: string): SiteUsageError {
  return new SiteUsageError('SITE_VALUE_INVALID', `${where} is ${got}: expected ${expected}.`)
}
