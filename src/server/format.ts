import { words } from '../words.ts'

/** A moment for people: relative while it is fresh, with the exact one beside it for hovering. */
export interface Moment {
  readonly short: string
  readonly exact: string
  readonly iso: string
}

export function formatMoment(ms: number, nowMs: number, timeZone: string): Moment {
  const text = (timeStyle: 'short' | 'medium'): string =>
    new Intl.DateTimeFormat(words.locale, { dateStyle: 'medium', timeStyle, timeZone }).format(ms)
  return { short: relative(ms, nowMs) ?? text('short'), exact: text('medium'), iso: new Date(ms).toISOString() }
}

/** `under 0.1 s`, `0.4 s`, `12 s`, `3 min`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  const { duration } = words
  if (ms < 50) return duration.less
  if (ms < 10_000) return fill(duration.seconds, { s: (Math.max(0, ms) / 1000).toFixed(1) })
  const seconds = Math.round(ms / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (h > 0) return fill(m > 0 ? duration.hours : duration.wholeHours, { h, m })
  if (m > 0) return fill(s > 0 ? duration.minutes : duration.wholeMinutes, { m, s })
  return fill(duration.seconds, { s })
}

/** A moment of a run's log, from its beginning: `0.02 s`, `3 min 5 s`. */
export function formatOffset(ms: number): string {
  return ms < 60_000 ? fill(words.duration.seconds, { s: (Math.max(0, ms) / 1000).toFixed(2) }) : formatDuration(ms)
}

/** `812 B`, `4.1 kB`, `2.3 MB`. */
export function formatBytes(bytes: number): string {
  const { units, text } = words.size
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return text(step > 0 && value < 10 ? value.toFixed(1) : String(Math.round(value)), units[step] ?? '')
}

/** `1 Version`, `3 Versions`. */
export function formatCount(count: number, entityType: string): string {
  return words.count(count, entityType)
}

function relative(ms: number, nowMs: number): string | undefined {
  const { time } = words
  const seconds = Math.round((nowMs - ms) / 1000)
  if (seconds < 0 || seconds >= 86_400) return undefined
  if (seconds < 10) return time.now
  if (seconds < 60) return fill(time.seconds, { n: seconds })
  if (seconds < 3600) return fill(time.minutes, { n: Math.floor(seconds / 60) })
  return fill(time.hours, { n: Math.floor(seconds / 3600) })
}

/** Put values into the places of a text: `{n} s ago`. The browser's scripts do the same. */
function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
