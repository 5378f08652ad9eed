/**
 * Ids out of one comma-joined value or out of repeated keys, in the order sent, each once. Spaces are ignored.
 *
 * @returns the ids, or the first item that is not one
 */
export function parseIdList(values: readonly string[]): number[] | { wrong: string } {
  const ids = new Set<number>()
  for (const value of values) {
    for (const part of value.split(',')) {
      const item = part.trim()
      if (item === '') continue
      const id = Number(item)
      if (!/^\d{1,15}$/.test(item) || id === 0) return { wrong: item.slice(0, 40) }
      ids.add(id)
    }
  }
  return [...ids]
}

/** Items out of one comma-joined value, or each value of repeated keys as it is (so a comma inside a repeated one survives). */
export function parseTextList(values: readonly string[]): string[] {
  const items = values.length > 1 ? values : (values[0]?.split(',') ?? [])
  const trimmed = items.map((item) => item.trim())
  return trimmed.length === 1 && trimmed[0] === '' ? [] : trimmed
}
