import { prefetch } from './prefetch.ts'
import { makeThumbnail, type Picture, type PictureSize } from './thumbnail.ts'

/** How pictures are fetched. */
export interface FetchOptions {
  /** Most pictures fetched at once. Default 8. */
  readonly parallel?: number
  /** Milliseconds until a picture counts as missing. Default 10,000. */
  readonly timeoutMs?: number
  /** After so many failures in a row the rest is not asked for: the storage is down. Default 24. */
  readonly maxFailures?: number
  readonly signal?: AbortSignal
}

/** An item with its picture, as far as there is one. */
export interface LoadedPicture<T> {
  readonly item: T
  readonly picture: Picture | undefined
  /** Why a picture that is there did not come. Those that were not asked for any more all have the same one. */
  readonly failure?: unknown
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
  options: FetchOptions & PictureSize,
): AsyncGenerator<LoadedPicture<T>, void, undefined> {
  const { parallel = 8, timeoutMs = 10_000, maxFailures = 24, signal } = options
  const ended = new AbortController() // also when the reader stops early
  const givenUp = new Error(`${maxFailures} pictures in a row could not be fetched: the rest was not asked for.`)
  let failures = 0

  const load = async (item: T): Promise<Omit<LoadedPicture<T>, 'item'>> => {
    if (failures >= maxFailures) return { picture: undefined, failure: givenUp }
    if (ended.signal.aborted) return { picture: undefined }
    const limits = [ended.signal, AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]
    try {
      const limit = AbortSignal.any(limits)
      const bytes = await settleBy(fetchBytes(item, limit), limit)
      failures = 0
      if (bytes === undefined) return { picture: undefined }
      const picture = await makeThumbnail(bytes, options)
      if (picture !== undefined) return { picture }
      return { picture, failure: new Error(`Not a picture that can be read (${bytes.length} bytes).`) }
    } catch (failure) {
      failures += 1
      return { picture: undefined, failure }
    }
  }

  try {
    for await (const { item, result } of prefetch(items, load, { parallel, ahead: parallel * 3 })) {
      signal?.throwIfAborted()
      yield { item, ...result }
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
