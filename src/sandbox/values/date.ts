const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/
const timePattern = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?UTC|Z|[+-]\d{2}:?\d{2})?$/

/** A `date` value, `YYYY-MM-DD`, or undefined when the text is no such day. */
export function parseDate(text: string): string | undefined {
  const parts = dayPattern.exec(text)
  if (parts === null) return undefined
  const [, year, month, day] = parts.map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  const time = new Date(Date.UTC(year, month - 1, day))
  time.setUTCFullYear(year)
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === day ? text : undefined
}

/**
 * A `date_time` value, `YYYY-MM-DDTHH:MM:SSZ`: an offset is applied, fractions of a second are dropped,
 * a time without zone is UTC, a bare day is its midnight. Undefined when the text is no such time.
 */
export function parseDateTime(text: string): string | undefined {
  if (dayPattern.test(text)) return parseDate(text) === undefined ? undefined : `${text}T00:00:00Z`
  if (!timePattern.test(text) || parseDate(text.slice(0, 10)) === undefined) return undefined
  const zoned = text.replace(/ ?UTC$/, 'Z').replace(' ', 'T')
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(zoned) ? zoned : `${zoned}Z`)
  return Number.isNaN(time) ? undefined : formatDateTime(new Date(time))
}

/** `YYYY-MM-DDTHH:MM:SSZ` */
export function formatDateTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}

/** `YYYY-MM-DD`, in UTC. */
export function formatDate(time: Date): string {
  return time.toISOString().slice(0, 10)
}

export const timeUnits = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'] as const
export type TimeUnit = (typeof timeUnits)[number]

/** A time moved by whole units; a month or year that has no such day gives its last one. */
export function shift(time: Date, count: number, unit: TimeUnit): Date {
  const milliseconds = { HOUR: 3_600_000, DAY: 86_400_000, WEEK: 604_800_000 } as const
  if (unit !== 'MONTH' && unit !== 'YEAR') return new Date(time.getTime() + count * milliseconds[unit])
  const moved = new Date(time)
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + count * (unit === 'YEAR' ? 12 : 1))
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(time.getUTCDate(), lastDay))
  return moved
}

/** First and last day of the calendar unit that is `offset` units from now. Weeks start on Monday; all in UTC. */
export function calendarDays(
  now: Date,
  unit: Exclude<TimeUnit, 'HOUR'>,
  offset: number,
): [first: string, last: string] {
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
  if (unit === 'WEEK') start.setUTCDate(start.getUTCDate() - ((start.getUTCDay() + 6) % 7))
  if (unit === 'MONTH' || unit === 'YEAR') start.setUTCDate(1)
  if (unit === 'YEAR') start.setUTCMonth(0)
  const first = shift(start, offset, unit)
  return [formatDate(first), formatDate(shift(shift(first, 1, unit), -1, 'DAY'))]
}
