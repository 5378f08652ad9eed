import { SiteTimeoutError } from './errors/index.ts'

export type Deadline = Disposable & {
  /** Aborts with the reason of the first source that aborts, or with a `SiteTimeoutError`. */
  readonly signal: AbortSignal
  readonly remainingMs: () => number
  /** A request leaves: a `SiteTimeoutError` from now on says so. */
  readonly markSent: () => void
}

/**
 * One signal out of several and a time limit. Unlike `AbortSignal.any` it leaves nothing behind on signals that live
 * long: dispose of it when the call ends.
 */
export function openDeadline(sources: readonly AbortSignal[], timeoutMs: number, what: string): Deadline {
  const controller = new AbortController()
  const endsAtMs = performance.now() + timeoutMs
  let sent = false
  const markSent = (): void => {
    sent = true
  }
  const timer = setTimeout(() => {
    controller.abort(new SiteTimeoutError('SITE_TIMEOUT', `${what} did not end within ${timeoutMs} ms.`, { sent }))
  }, timeoutMs)
  const stops: (() => void)[] = [() => clearTimeout(timer)]
  const dispose = (): void => {
    for (const stop of stops.splice(0)) stop()
  }
  for (const source of sources) {
    const onAbort = (): void => {
      controller.abort(source.reason)
      dispose()
    }
    if (source.aborted) {
      onAbort()
      break
    }
    source.addEventListener('abort', onAbort, { once: true })
    stops.push(() => source.removeEventListener('abort', onAbort))
  }
  const remainingMs = (): number => endsAtMs - performance.now()
  return { signal: controller.signal, remainingMs, markSent, [Symbol.dispose]: dispose }
}

/** The value of `promise`, or the reason of `signal` if that comes first. The work behind the promise goes on. */
export async function waitUnless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  promise.catch(() => {}) // nobody may be left to hear it
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
