import { isLink, type Link } from '../site/types.ts'
import { isVisible } from './text/clean.ts'

/** A link that can be called by a name. */
export type NamedLink = Required<Link>

/** A text value with something to see in it, trimmed; undefined for everything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && isVisible(value) ? value.trim() : undefined
}

/** A link value. One without a name is called by its type and id. */
export function linkOf(value: unknown): NamedLink | undefined {
  if (!isLink(value)) return undefined
  const { type, id, name } = value
  return { type, id, name: textOf(name) ?? `${type} ${id}` }
}

/**
 * `12 Mar 2026` in a zone; undefined when the value is no date.
 *
 * @param value     milliseconds since 1970, a Date, or a text in ISO 8601
 * @param timeZone  IANA name, such as `Europe/Paris`
 */
export function dateOf(value: unknown, timeZone: string): string | undefined {
  const isDateLike = typeof value === 'number' || typeof value === 'string' || value instanceof Date
  const date = new Date(isDateLike ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : dateFormat(timeZone).format(date)
}

/** Address of the page on the site that shows one entity. */
export function detailUrl(siteUrl: string, { type, id }: { readonly type: string; readonly id: number }): string {
  return `${siteUrl.replace(/\/+$/, '')}/detail/${type}/${id}`
}

/** Texts in one line, without those that are missing. */
export function inOneLine(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join('  ·  ')
}

let lastFormat: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined

/** To make one takes longer than to format a thousand dates. */
function dateFormat(timeZone: string): Intl.DateTimeFormat {
  if (lastFormat?.timeZone === timeZone) return lastFormat.format
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone })
  lastFormat = { timeZone, format }
  return format
}
