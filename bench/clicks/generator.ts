/* The browsers: a process that makes signed forms, sends them, and measures. */
import { Pool } from 'undici'
import workerpool from 'workerpool'
import { signedForm } from './forms.ts'
import { type BurstResult, sendAll } from './send.ts'
import { type SteadyResult, sendSteadily } from './steady.ts'

export interface Target {
  readonly url: string
  readonly handler: string
  readonly secret: string
}

const WAIT_MS = 20_000
const UNSETTLED: ReadonlySet<unknown> = new Set(['queued', 'running'])

/** As many clicks as asked for, as fast as they are answered. The forms are made before the clock runs. */
async function burst(target: Target, count: number, concurrency: number): Promise<BurstResult> {
  await using pool = open(target.url, concurrency)
  return await sendAll(pool, `/ami/${target.handler}`, formsFor(target, count), concurrency)
}

/** The same, and then until every run is settled. */
async function burstToEnd(
  target: Target,
  count: number,
  concurrency: number,
): Promise<BurstResult & { readonly settledMs: number }> {
  await using pool = open(target.url, concurrency)
  const forms = formsFor(target, count)
  const beganMs = performance.now()
  const result = await sendAll(pool, `/ami/${target.handler}`, forms, concurrency)
  // First come, first served: the last ones recorded are the last ones settled.
  await Promise.all(result.locations.slice(-8).map((location) => statusOf(pool, location)))
  return { ...result, settledMs: performance.now() - beganMs }
}

/** How many of these runs are there and succeeded. */
async function countSucceeded({ url }: Target, locations: readonly string[]): Promise<number> {
  await using pool = open(url, 4)
  let succeeded = 0
  for (const location of new Set(locations)) if ((await statusOf(pool, location)) === 'succeeded') succeeded += 1
  return succeeded
}

/** Clicks at fixed moments, whatever became of those before. */
async function steady(target: Target, perSecond: number, seconds: number): Promise<SteadyResult> {
  await using pool = open(target.url, 100)
  return await sendSteadily(pool, `/ami/${target.handler}`, formsFor(target, perSecond * seconds), perSecond)
}

function open(url: string, connections: number): Pool & AsyncDisposable {
  const pool = new Pool(url, { connections, pipelining: 1 })
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.destroy() })
}

function formsFor({ handler, secret }: Target, count: number): string[] {
  return Array.from({ length: count }, () => signedForm(handler, secret, Date.now()))
}

async function statusOf(pool: Pool, location: string): Promise<unknown> {
  for (;;) {
    const { body } = await pool.request({ path: `${location}/state?wait=${WAIT_MS}`, method: 'GET' })
    const state: unknown = await body.json()
    const status: unknown = typeof state === 'object' && state !== null && 'status' in state ? state.status : undefined
    if (!UNSETTLED.has(status)) return status
  }
}

const methods = { burst, burstToEnd, countSucceeded, steady }
export type Generator = typeof methods

workerpool.worker(methods)
