import { AppError } from '../../errors.ts'

/** A number of places, and a line of those who wait for one, first come first served. */
export interface Slots {
  readonly hasRoom: boolean
  readonly closed: boolean
  /** @throws {AppError} `SERVER_BUSY` when the line is full, or closed */
  claim(): Promise<Disposable>
  close(): void
}

export function createSlots(count: number, maxWaiting: number): Slots {
  let free = count
  let closed = false
  const waiting: { grant: () => void; refuse: (error: AppError) => void }[] = []

  const release = (): void => {
    const next = waiting.shift()
    if (next) next.grant()
    else free += 1
  }
  const slot = (): Disposable => ({ [Symbol.dispose]: release })
  const closing = (): AppError => new AppError('SERVER_BUSY', 'The server is being stopped.')

  return {
    get hasRoom() {
      return !closed && (free > 0 || waiting.length < maxWaiting)
    },
    get closed() {
      return closed
    },
    async claim() {
      if (closed) throw closing()
      if (free > 0) {
        free -= 1
        return slot()
      }
      if (waiting.length >= maxWaiting)
        throw new AppError('SERVER_BUSY', `${maxWaiting.toLocaleString('en')} runs are waiting already.`)
      await new Promise<void>((resolve, reject) => waiting.push({ grant: resolve, refuse: reject }))
      return slot()
    },
    close() {
      closed = true
      for (const { refuse } of waiting.splice(0)) refuse(closing())
    },
  }
}
