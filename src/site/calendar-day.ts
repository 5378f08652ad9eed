import { SiteUsageError } from './errors/index.ts'

/**
 * A day as the site takes it, `2026-05-02`. It has no time zone, so a `Date` is refused.
 *
 * @throws {SiteUsageError} `SITE_CALL_INVALID`
 */
export function checkDay(value: unknown, what: string): string {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) {
    const time = Date.parse(`${value}T00:00:00Z`)
    if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(value)) return value
  }
  const got = value instanceof Date ? 'a Date' : JSON.stringify(value)
  throw new SiteUsageError('SITE_CALL_INVALID', `${what} is ${got}: expected a day as text, such as "2026-05-02".`)
}
