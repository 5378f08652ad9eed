/** Rows written in one statement: far below the 65,535 parameters that PostgreSQL allows. */
const BATCH = 500
/** Letters of new runs in one statement, or of changes: with lines and items some 8 MB. */
const BATCH_CHARS = 3_000_000

/** A row that waits to be written, and whoever waits for it. */
export interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: Error) => void
}

/** Takes the next ones out, in order, as many as a group takes. `sizeOf` says nothing for those that have to wait. */
export function takeWhere<T>(queue: T[], sizeOf: (waiting: T) => number | undefined): T[] {
  const taken: T[] = []
  const left: T[] = []
  let chars = 0
  for (const waiting of queue) {
    const size = taken.length < BATCH ? sizeOf(waiting) : undefined
    if (size === undefined || (taken.length > 0 && chars + size > BATCH_CHARS)) left.push(waiting)
    else {
      chars += size
      taken.push(waiting)
    }
  }
  queue.length = 0
  for (const waiting of left) queue.push(waiting)
  return taken
}

/**
 * SQLSTATE classes 21 to 23, 42 and 54, and texts that are too long for JavaScript: the statement's own fault, which trying
 * again does not mend.
 */
export function isAboutData(error: Error): boolean {
  if (error instanceof RangeError) return true
  return 'code' in error && typeof error.code === 'string' && /^(2[123]|42|54|ERR_STRING_TOO_LONG)/.test(error.code)
}
