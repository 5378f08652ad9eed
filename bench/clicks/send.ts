import type { Pool } from 'undici'

/** What came of sending forms as fast as they were answered. */
export interface BurstResult {
  /** To the last answer. */
  readonly tookMs: number
  /** Where the 303s led to, in the order of the answers. */
  readonly locations: readonly string[]
  /** Answers that were no 303, by status. */
  readonly refused: Readonly<Record<number, number>>
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Send every form once, `concurrency` of them on their way at any time. */
export async function sendAll(
  pool: Pool,
  path: string,
  forms: readonly string[],
  concurrency: number,
): Promise<BurstResult> {
  const locations: string[] = []
  const refused: Record<number, number> = {}
  const { promise: allAnswered, resolve, reject } = Promise.withResolvers<void>()
  const waiting = forms[Symbol.iterator]()
  let open = 0

  const sendNext = (): void => {
    const { value: body, done } = waiting.next()
    if (done) {
      if (open === 0) resolve()
      return
    }
    open += 1
    // undici's plainest call: whoever sends must not be what limits the rate.
    pool.dispatch(
      { path, method: 'POST', headers: FORM, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, { location }) {
          if (status === 303 && typeof location === 'string') locations.push(location)
          else refused[status] = (refused[status] ?? 0) + 1
        },
        onResponseData() {},
        onResponseEnd() {
          open -= 1
          sendNext()
        },
        onResponseError: (_controller, error) => reject(error),
      },
    )
  }

  const beganMs = performance.now()
  for (let at = 0; at < concurrency; at += 1) sendNext()
  await allAnswered
  return { tookMs: performance.now() - beganMs, locations, refused }
}
