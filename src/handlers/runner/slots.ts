import { AppError, toError } from '../../errors.ts'

/** A number of places, and a line of those who wait for one, first come first served. */
export interface Slots {
  readonly hasRoom: boolean
  readonly closed: boolean
  /** @throws {AppError} `SERVER_BUSY` when the line is full, or closed; the reason of the signal, which leaves the line */
  claim(signal?: AbortSignal): Promise<Disposable>
  close(): void
  /** Why nothing is taken any more. */
  closingError(): AppError
  /** Resolves when nobody has a place. */
  allFree(): Promise<void>
}

export function createSlots(count: number, maxWaiting: number): Slots {
  let free = count
  let closed = false
  const waiting: { grant: () => void; refuse: (error: AppError) => void }[] = []

  const idleWaiters: (() => void)[] = []

  const release = (): void => {
    const next = waiting.shift()
    if (next) next.grant()
    else free += 1
    if (free === count) for (const resolve of idleWaiters.splice(0)) resolve()
  }
  const slot = (): Disposable => ({ [Symbol.dispose]: release })
  const closingError = (): AppError => new AppError('SERVER_BUSY', 'The server is being stopped.')

  return {
    get hasRoom() {
      return !closed && (free > 0 || waiting.length < maxWaiting)
    },
    get closed() {
      return closed
    },
    async claim(signal) {
      signal?.throwIfAborted()
      if (closed) throw closingError()
      if (free > 0) {
        free -= 1
        return slot()
      }
      if (waiting.length >= maxWaiting)
        throw new AppError('SERVER_BUSY', `${maxWaiting.toLocaleString('en')} runs are waiting already.`)
      await new Promise<void>((resolve, reject) => {
        const place = { grant: resolve, refuse: reject }
        waiting.push(place)
        signal?.addEventListener('abort', () => {
          const at = waiting.indexOf(place)
          if (at < 0) return // it has its slot by now
          waiting.splice(at, 1)
          reject(toError(signal.reason))
        })
      })
      return slot()
    },
    closingError,
    allFree: () => (free === count ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
    close() {
      closed = true
      for (const { refuse } of waiting.splice(0)) refuse(closingError())
    },
  }
}
