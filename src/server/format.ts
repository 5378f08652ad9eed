/** A moment for people: relative while it is fresh, with the exact one beside it for hovering. */
export function formatMoment(
  ms: number,
  nowMs: number,
  timeZone: string,
): { short: string; exact: string; iso: string } {
  const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(ms)
  return { short: relative(ms, nowMs) ?? exact, exact, iso: new Date(ms).toISOString() }
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** `812 B`, `4.1 kB`, `2.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** step
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[step]}`
}

/** `1 Version`, `3 Versions`. */
export function formatCount(count: number, entityType: string): string {
  const plural = entityType.endsWith('y')
    ? `${entityType.slice(0, -1)}ies`
    : /(s|sh|ch|x)$/.test(entityType)
      ? `${entityType}es`
      : `${entityType}s`
  return `${count.toLocaleString('en')} ${count === 1 ? entityType : plural}`
}

function relative(ms: number, nowMs: number): string | undefined {
  const seconds = Math.round((nowMs - ms) / 1000)
  if (seconds < 0 || seconds > 86_400) return undefined
  if (seconds < 10) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`
}
