import { SiteProtocolError } from './errors/index.ts'
import type { SiteSettings } from './settings.ts'
import { isLink, type Row } from './types.ts'

export type RecordRules = Pick<SiteSettings, 'dates' | 'platform'>

const isoSeconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const createEcho = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/

/**
 * One entity out of an answer. It is changed in place, being ours alone.
 *
 * @throws {SiteProtocolError} `SITE_ANSWER_INVALID` when it is no entity of that type
 */
export function parseRecord<T extends string, F extends string>(
  record: unknown,
  entityType: T,
  rules: RecordRules,
  what: string,
): Row<T, F> {
  if (!isRowOf<T, F>(record, entityType)) {
    throw new SiteProtocolError(
      'SITE_ANSWER_INVALID',
      `The ${what} was answered with a record that is no ${entityType} with an id: expected { type, id, … }.`,
    )
  }
  convertFields(record, rules)
  return record
}

/** The one record of an answer that may also be a list around it. */
export function unwrapRecord(results: unknown): unknown {
  return Array.isArray(results) ? results[0] : results
}

function isRowOf<T extends string, F extends string>(record: unknown, entityType: T): record is Row<T, F> {
  return isLink(record) && record.type === entityType
}

/** Changes the values of a record in place. Top-level values only: a link's name or an event's meta stays as sent. */
export function convertFields(record: { [field: string]: unknown }, rules: RecordRules): void {
  // Runs for every value of every row: no entries, no pairs.
  for (const field in record) {
    const value = record[field]
    if (typeof value === 'string') {
      if (field === 'type') continue
      const converted = convertText(field, value, rules)
      if (converted !== value) record[field] = converted
    } else if (typeof value === 'object' && isLocalFile(value)) {
      addLocalPath(value, rules)
    }
  }
}

function convertText(field: string, value: string, { dates }: RecordRules): string | Date {
  let text = value
  if (text.length === 23 && (field === 'created_at' || field === 'updated_at'))
    text = text.replace(createEcho, '$1T$2Z')
  if (dates === 'Date' && text.length === 20 && isoSeconds.test(text)) {
    const date = new Date(text)
    if (!Number.isNaN(date.getTime())) return date
  }
  return text.includes('&lt;') ? text.replaceAll('&lt;', '<') : text
}

type LocalFile = { local_path?: unknown; url?: unknown }

function isLocalFile(value: unknown): value is LocalFile {
  return typeof value === 'object' && value !== null && 'link_type' in value && value.link_type === 'local'
}

/** `local_path` for this machine and its `file://` address; null where the storage has no root on this platform. */
function addLocalPath(value: LocalFile, { platform }: RecordRules): void {
  const path: unknown = Reflect.get(value, `local_path_${platform}`)
  if (path === undefined) return
  value.local_path = path
  value.url = typeof path === 'string' ? `file://${path}` : null
}
