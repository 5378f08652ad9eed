import { callSignals, type Scope } from './connection.ts'
import { openDeadline, waitUnless } from './deadline.ts'
import type { CallOptions } from './options.ts'
import { checkTimeout } from './settings.ts'

export type Shared<T> = {
  /** The value, asked for once. A caller that gives up ends its own wait only. */
  readonly get: (scope: Scope, options: CallOptions) => Promise<T>
  /** Ask again next time. Given the value that was of no use, only if there is no newer one by now. */
  readonly forget: (used?: T) => void
}

/** One question for many callers. A failure is not remembered. */
export function createShared<T>(what: string, ask: () => Promise<T>): Shared<T> {
  let pending: Promise<T> | undefined
  let known: { readonly value: T } | undefined
  const forget = (used?: T): void => {
    if (used !== undefined && known?.value !== used) return
    pending = undefined
    known = undefined
  }
  const get = async (scope: Scope, options: CallOptions): Promise<T> => {
    using deadline = openDeadline(callSignals(scope, options), checkTimeout(options.timeoutMs ?? scope.timeoutMs), what)
    deadline.signal.throwIfAborted()
    if (pending === undefined) {
      const asked = ask()
      pending = asked
      known = undefined
      asked.then(
        (value) => {
          if (pending === asked) known = { value }
        },
        () => {
          if (pending === asked) forget()
        },
      )
    }
    return await waitUnless(deadline.signal, pending)
  }
  return { get, forget }
}
