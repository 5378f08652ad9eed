import { AppError } from '../errors.ts'
import type { RunRecord } from '../runs/find.ts'
import type { LiveRun } from '../runs/live.ts'
import type { Runs } from '../runs/runs.ts'
import { isSettled, stateOf } from './run-state.ts'
import { within } from './waiting.ts'

/** A run as it stands: recorded, and live if this very process works on it. */
export interface SeenRun {
  readonly run: RunRecord
  readonly live: LiveRun | undefined
}

/** How often the store is asked about a run that another process works on. */
const POLL_MS = 2000
const KEEP_ALIVE_MS = 15_000

/** @throws {AppError} `RUN_NOT_FOUND` */
export async function seeRun(runs: Runs, token: string): Promise<SeenRun> {
  const run = await getRun(runs, token)
  const live = runs.findLive(run.id)
  if (isSettled(run.status) || isUnderWay(live)) return { run, live }
  // Another process works on it, or it was settled between the two looks.
  return { run: await getRun(runs, token), live: undefined }
}

/** The run once it is settled, or as it stands after `waitMs` or when the signal says so. */
export async function waitForRun(
  runs: Runs,
  token: string,
  { waitMs, signal }: { waitMs: (run: RunRecord) => number; signal: AbortSignal },
): Promise<SeenRun> {
  let seen = await seeRun(runs, token)
  const untilMs = performance.now() + waitMs(seen.run)
  while (!isSettled(seen.run.status) && !signal.aborted) {
    const leftMs = untilMs - performance.now()
    if (leftMs <= 0) break
    await (seen.live ? within(leftMs, signal, seen.live.settled) : within(Math.min(leftMs, POLL_MS), signal))
    seen = await seeRun(runs, token)
  }
  return seen
}

/** Server-sent events: the state now and at every change, until the run is settled or the signal ends them. */
export async function* streamStates(
  runs: Runs,
  token: string,
  first: SeenRun,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let seen = first
  let said: string | undefined
  yield `retry: ${POLL_MS}\n\n`
  for (;;) {
    const { run, live } = seen
    const changed = isSettled(run.status) ? undefined : nextChange(live, signal)
    const state = `data: ${JSON.stringify(stateOf(run, live, token))}\n\n`
    yield state === said ? ': still here\n\n' : state
    said = state
    if (!changed) {
      yield 'event: settled\ndata: {}\n\n'
      return
    }
    await changed
    if (signal.aborted) return // browsers come back by themselves
    if (!isUnderWay(live)) seen = await seeRun(runs, token)
  }
}

async function nextChange(live: LiveRun | undefined, signal: AbortSignal): Promise<void> {
  if (!live) return within(POLL_MS, signal)
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = live.watch(resolve)
  await within(KEEP_ALIVE_MS, signal, promise)
  stop()
}

function isUnderWay(live: LiveRun | undefined): boolean {
  return live !== undefined && !isSettled(live.status)
}

async function getRun(runs: Runs, token: string): Promise<RunRecord> {
  const run = await runs.findByToken(token)
  if (!run) throw new AppError('RUN_NOT_FOUND', 'There is no run at this address.')
  return run
}
