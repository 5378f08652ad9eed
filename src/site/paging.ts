export type ReadPage<R> = (
  page: number,
  signal: AbortSignal,
) => Promise<{ readonly rows: readonly R[]; readonly hasNextPage: boolean }>

/**
 * Pages from 1 until the last or until `limit` rows (0: no limit). While the caller works on a page the next one is
 * under way; it is aborted when the caller stops early.
 */
export async function* readPages<R>(
  limit: number,
  outer: AbortSignal | undefined,
  readPage: ReadPage<R>,
): AsyncGenerator<readonly R[], void, undefined> {
  const stopping = new AbortController()
  const onAbort = (): void => stopping.abort(outer?.reason)
  outer?.throwIfAborted()
  outer?.addEventListener('abort', onAbort, { once: true })
  const start = (page: number): ReturnType<ReadPage<R>> => {
    const coming = readPage(page, stopping.signal)
    coming.catch(() => {}) // heard when it is its turn, or not at all if the caller stops
    return coming
  }
  try {
    let left = limit === 0 ? Number.POSITIVE_INFINITY : limit
    let coming = start(1)
    for (let page = 2; ; page += 1) {
      const { rows, hasNextPage } = await coming
      const isLast = !hasNextPage || rows.length >= left
      if (!isLast) coming = start(page)
      yield rows.length > left ? rows.slice(0, left) : rows
      if (isLast) return
      left -= rows.length
    }
  } finally {
    outer?.removeEventListener('abort', onAbort)
    stopping.abort()
  }
}
