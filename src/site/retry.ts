import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from './deadline.ts'
import { SiteOverloadError, SiteTransportError } from './errors/index.ts'

export type RetryPolicy = { readonly attempts: number; readonly baseDelayMs: number; readonly maxDelayMs: number }

/** No second attempt: for whatever could do a thing twice. */
export const neverRepeat: RetryPolicy = { attempts: 1, baseDelayMs: 0, maxDelayMs: 0 }

/**
 * How long to wait before the next attempt, or undefined to give up.
 *
 * @param attempt  the attempt that failed, from 1
 * @param chance   0 to 1; the wait is half fixed and half chance, so that clients that failed together part
 */
export function retryDelayMs(error: unknown, attempt: number, policy: RetryPolicy, chance: number): number | undefined {
  if (attempt >= policy.attempts) return undefined
  if (error instanceof SiteOverloadError && error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= policy.maxDelayMs ? error.retryAfterMs : undefined
  }
  if (!(error instanceof SiteOverloadError || error instanceof SiteTransportError)) return undefined
  const ceilingMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1))
  return ceilingMs / 2 + (ceilingMs / 2) * chance
}

/** Attempt `work` until it succeeds, the policy gives up, or the deadline would pass while waiting. */
export async function repeat<T>(policy: RetryPolicy, deadline: Deadline, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    deadline.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      deadline.signal.throwIfAborted()
      const delayMs = retryDelayMs(error, attempt, policy, Math.random())
      if (delayMs === undefined || delayMs >= deadline.remainingMs()) throw error
      await sleep(delayMs, undefined, { signal: deadline.signal }).catch(() => deadline.signal.throwIfAborted())
    }
  }
}

/** `Retry-After` in ms: seconds or an HTTP date. */
export function parseRetryAfter(header: string | undefined, nowMs: number = Date.now()): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1_000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}
