/** Text as PostgreSQL takes it: no NUL, no half of a surrogate pair. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD')
}

/** JSON text as PostgreSQL takes it, keys included. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value)
  // Nearly all is fine as it is, and looking at every value takes ten times as long.
  return /\\u(0000|d[89a-f])/.test(text) ? mendedJson(value) : text
}

function mendedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'string') return storableText(inner)
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      return Object.fromEntries(Object.entries(inner).map(([key, field]) => [storableText(key), field]))
    }
    return inner
  })
}
