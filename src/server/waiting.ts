import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'

/** Wait for `event`, but no longer than `ms` or until the signal. */
export async function within(ms: number, signal: AbortSignal, event?: Promise<void>): Promise<void> {
  const over = new AbortController()
  const time = delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {})
  await Promise.race(event ? [event, time] : [time])
  over.abort()
}

/** Aborts when the person goes away, or the server does. */
export function whileOpen(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return AbortSignal.any([closing, gone.signal])
}
