import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'undici'
import { FORM } from './send.ts'

/** Milliseconds from the moment at which a click was due, not from when it was sent. */
export interface SteadyResult {
  readonly toAnswerMs: readonly number[]
  readonly toPageMs: readonly number[]
  readonly failed: number
}

/** Send each form at its moment, whatever became of those before, and follow its 303 to the page of the result. */
export async function sendSteadily(
  pool: Pool,
  path: string,
  forms: readonly string[],
  perSecond: number,
): Promise<SteadyResult> {
  const toAnswerMs: number[] = []
  const toPageMs: number[] = []
  let failed = 0
  const click = async (body: string, dueMs: number): Promise<void> => {
    const answer = await pool.request({ path, method: 'POST', headers: FORM, body })
    await answer.body.dump()
    const { location } = answer.headers
    if (answer.statusCode !== 303 || typeof location !== 'string') {
      failed += 1
      return
    }
    toAnswerMs.push(performance.now() - dueMs)
    const page = await pool.request({ path: location, method: 'GET', headers: { accept: 'text/html' } })
    const html = await page.body.text()
    toPageMs.push(performance.now() - dueMs)
    if (page.statusCode !== 200 || !html.startsWith('<p>Hello')) failed += 1
  }

  const startMs = performance.now() + 100
  const clicks: Promise<void>[] = []
  for (const [at, form] of forms.entries()) {
    const dueMs = startMs + (at * 1000) / perSecond
    await delay(Math.max(0, dueMs - performance.now()))
    clicks.push(click(form, dueMs))
  }
  await Promise.all(clicks)
  return { toAnswerMs, toPageMs, failed }
}
