const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const MAX_GUESSES = 6 // then the search halves

/** The grapheme clusters of a text, cut off only as far as they are asked for: a text may be very long. */
export class Clusters {
  readonly #source: Iterator<Intl.SegmentData>
  #known: string[] = []

  constructor(text: string) {
    this.#source = graphemes.segment(text)[Symbol.iterator]()
  }

  at(index: number): string | undefined {
    while (this.#known.length <= index) {
      const next = this.#source.next()
      if (next.done) return undefined
      this.#known.push(next.value.segment)
    }
    return this.#known[index]
  }

  /** The first `count` of them as text. */
  start(count: number): string {
    this.at(count - 1)
    return this.#known.slice(0, count).join('')
  }

  /** Take the first `count` of them away. */
  take(count: number): string {
    const start = this.start(count)
    this.#known = this.#known.slice(count)
    return start
  }
}

/**
 * How many clusters fit into `width` from the start; 0 if not even one does.
 *
 * Clusters are measured one by one for a guess and then together, for kerning and joined letters: a long text costs no
 * more than the part that fits.
 *
 * @param measureStart  width of so many clusters together, with whatever is to stand behind them
 */
export function countFitting(
  clusters: Clusters,
  width: number,
  measure: (text: string) => number,
  measureStart: (count: number) => number = (count) => measure(clusters.start(count).trimEnd()),
): number {
  let fits = 0
  let tooMany = Number.POSITIVE_INFINITY
  let guess = guessCount(clusters, width, measure)
  for (let turn = 0; tooMany - fits > 1; turn++) {
    const halfway = tooMany === Number.POSITIVE_INFINITY ? fits * 2 : (fits + tooMany) >> 1
    const count = Math.min(Math.max(turn < MAX_GUESSES ? guess : halfway, fits + 1), tooMany - 1)
    if (clusters.at(count - 1) === undefined) {
      tooMany = count // the text is shorter than that
      guess = count - 1
      continue
    }
    const used = measureStart(count)
    const average = Math.max(used / count, 0.01)
    if (used > width) {
      tooMany = count
      guess = count - Math.max(1, Math.ceil((used - width) / average))
    } else {
      fits = count
      const next = clusters.at(count)
      if (next === undefined || used + measure(next) > width) break
      guess = count + Math.max(1, Math.floor((width - used) / average))
    }
  }
  return fits
}

function guessCount(clusters: Clusters, width: number, measure: (text: string) => number): number {
  let used = 0
  for (let count = 0; ; count++) {
    const cluster = clusters.at(count)
    if (cluster === undefined) return Math.max(1, count)
    used += measure(cluster)
    if (used > width) return Math.max(1, count)
  }
}
