import { prefetch } from './prefetch.ts'
import { makeThumbnail } from './thumbnail.ts'

/** Printed size in points. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** How pictures are fetched. */
export interface PictureOptions {
  /** Most pictures fetched at once. Default 8. */
  readonly parallel?: number
  /** Milliseconds until a picture counts as missing. Default 10,000. */
  readonly timeoutMs?: number
  /** After so many failures in a row the rest is not asked for: the storage is down. Default 24. */
  readonly maxFailures?: number
  readonly signal?: AbortSignal
  /** Told of each picture that was there but did not come. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Fetch and scale pictures ahead of whoever draws them, in order and in bounded memory.
 *
 * A picture that is missing, broken or late comes as undefined; only an aborted `signal` ends the list with an error.
 *
 * @param fetchBytes  resolves to undefined when there is no picture
 */
export async function* loadPictures<T>(
  items: Iterable<T>,
  fetchBytes: (item: T, signal: AbortSignal) => Promise<Uint8Array | undefined>,
  options: PictureOptions & PictureSize,
): AsyncGenerator<{ item: T; picture: Buffer | undefined }, void, undefined> {
  const { parallel = 8, timeoutMs = 10_000, maxFailures = 24, signal, onFailure } = options
  const ended = new AbortController() // also when the reader stops early
  let failures = 0

  const load = async (item: T): Promise<Buffer | undefined> => {
    if (failures >= maxFailures || ended.signal.aborted) return undefined
    const limits = [ended.signal, AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]
    try {
      const limit = AbortSignal.any(limits)
      const bytes = await settleBy(fetchBytes(item, limit), limit)
      failures = 0
      if (bytes === undefined) return undefined
      const picture = await makeThumbnail(bytes, options)
      if (picture === undefined) onFailure?.(new Error(`Not a picture that can be read (${bytes.length} bytes).`))
      return picture
    } catch (error) {
      failures += 1
      if (!ended.signal.aborted && !signal?.aborted) onFailure?.(error)
      return undefined
    }
  }

  try {
    for await (const { item, result } of prefetch(items, load, { parallel, ahead: parallel * 3 })) {
      signal?.throwIfAborted()
      yield { item, picture: result }
    }
  } finally {
    ended.abort()
  }
}

/** Also when the work does not heed its signal. */
async function settleBy<R>(work: Promise<R>, signal: AbortSignal): Promise<R> {
  work.catch(() => {}) // nobody may be left to hear it
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
