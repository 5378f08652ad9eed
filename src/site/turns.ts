export type Turns = {
  /** Wait for a turn; call the result, once, to give it back. Rejects with the reason of the first signal that aborts. */
  readonly take: (signals: readonly AbortSignal[]) => Promise<() => void>
}

type Waiter = { readonly grant: () => void }

/** At most `limit` turns at once, first come, first served. */
export function createTurns(limit: number): Turns {
  const waiting = new Set<Waiter>()
  let free = limit

  const giveBack = (): void => {
    const next = waiting.values().next()
    if (next.done === true) free += 1
    else next.value.grant()
  }
  const once = (): (() => void) => {
    let given = false
    return () => {
      if (given) return
      given = true
      giveBack()
    }
  }

  const take = async (signals: readonly AbortSignal[]): Promise<() => void> => {
    for (const signal of signals) signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return once()
    }
    const { promise, resolve, reject } = Promise.withResolvers<() => void>()
    const onAbort = (event: Event): void => {
      waiting.delete(waiter)
      reject(event.target instanceof AbortSignal ? event.target.reason : undefined)
    }
    const waiter: Waiter = {
      grant: () => {
        waiting.delete(waiter)
        resolve(once())
      },
    }
    waiting.add(waiter)
    for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await promise
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', onAbort)
    }
  }
  return { take }
}
