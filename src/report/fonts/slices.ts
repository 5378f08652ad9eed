import { readFile } from 'node:fs/promises'
import { type SlicedFamily, sliceIndexPath } from './catalog.ts'

/** Finds the slice of a family that holds a code point. */
export interface SliceIndex {
  find(codePoint: number): string | undefined
}

const indexes = new Map<SlicedFamily, Promise<SliceIndex>>()

/** Read once per family, when the first text needs it. */
export function sliceIndex(family: SlicedFamily): Promise<SliceIndex> {
  const known = indexes.get(family)
  if (known) return known
  const reading = readFile(sliceIndexPath(family), 'utf8').then((text) => parseSliceIndex(JSON.parse(text)))
  indexes.set(family, reading)
  return reading
}

/** From `{ "[119]": "U+30a2-30ad,U+30b3", latin: … }`; only the numbered slices, the named ones are Inter's. */
export function parseSliceIndex(ranges: unknown): SliceIndex {
  const spans: { from: number; to: number; slice: string }[] = []
  for (const [name, list] of Object.entries(Object(ranges))) {
    const slice = /^\[(\d+)\]$/.exec(name)?.[1]
    if (slice === undefined || typeof list !== 'string') continue
    for (const [, from = '', to = from] of list.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)) {
      spans.push({ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), slice })
    }
  }
  spans.sort((a, b) => a.from - b.from)
  return {
    find(codePoint) {
      let low = 0
      let high = spans.length - 1
      while (low <= high) {
        const middle = (low + high) >> 1
        const span = spans[middle]
        if (span === undefined) return undefined
        if (codePoint < span.from) high = middle - 1
        else if (codePoint > span.to) low = middle + 1
        else return span.slice
      }
      return undefined
    },
  }
}
