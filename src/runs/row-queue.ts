interface Row {
  readonly run_id: string
}

/** Rows that wait to be written, by run: one run's flood does not stand before the rows of others. */
export interface RowQueue<T extends Row> {
  readonly length: number
  /** Letters of all that wait. */
  readonly chars: number
  has(runId: string): boolean
  push(row: T): void
  /** The next rows, in order within each run: first those of `urgent` runs, the shortest first, then whoever came first. */
  take(limits: { rows: number; chars: number }, urgent: readonly string[]): T[]
  /** What could not be written goes back to where it was. */
  putBack(rows: readonly T[]): void
}

export function createRowQueue<T extends Row>(sizeOf: (row: T) => number): RowQueue<T> {
  const byRun = new Map<string, T[]>()
  let length = 0
  let chars = 0

  /** Always one row at least, so that a large one goes alone rather than never. */
  const takeOf = (runId: string, limits: { rows: number; chars: number }, taken: T[], before: number): number => {
    const waiting = byRun.get(runId) ?? []
    let count = 0
    let sum = before
    for (const row of waiting) {
      const size = sizeOf(row)
      if (taken.length + count >= limits.rows || (taken.length + count > 0 && sum + size > limits.chars)) break
      sum += size
      count += 1
    }
    taken.push(...waiting.splice(0, count))
    if (waiting.length === 0) byRun.delete(runId)
    length -= count
    chars -= sum - before
    return sum
  }

  return {
    get length() {
      return length
    },
    get chars() {
      return chars
    },
    has: (runId) => byRun.has(runId),
    push(row) {
      const waiting = byRun.get(row.run_id)
      if (waiting) waiting.push(row)
      else byRun.set(row.run_id, [row])
      length += 1
      chars += sizeOf(row)
    },
    take(limits, urgent) {
      const countOf = (runId: string): number => byRun.get(runId)?.length ?? 0
      const first = urgent.filter((runId) => byRun.has(runId)).toSorted((a, b) => countOf(a) - countOf(b))
      const taken: T[] = []
      let sum = 0
      for (const runs of [first, byRun.keys()])
        for (const runId of runs) {
          if (taken.length >= limits.rows || sum >= limits.chars) return taken
          sum = takeOf(runId, limits, taken, sum)
        }
      return taken
    },
    putBack(rows) {
      for (const [runId, own] of Map.groupBy(rows, (row) => row.run_id)) {
        byRun.set(runId, [...own, ...(byRun.get(runId) ?? [])])
        length += own.length
        chars += own.reduce((sum, row) => sum + sizeOf(row), 0)
      }
    },
  }
}
