import type { Logger } from 'pino'
import { AppError, toError } from '../errors.ts'
import type { ClickContext, Envelope } from '../handlers/envelope.ts'
import type { ExecutorEvent } from '../handlers/events.ts'
import type { Manifest } from '../handlers/manifest.ts'
import type { Failure, Outcome } from '../handlers/outcome.ts'
import type { Runner } from '../handlers/runner/runner.ts'
import type { Artifacts } from './artifacts.ts'
import { buildEnvelope, type Grants, secretsOf } from './envelope.ts'
import { INTERRUPTED_TEXT } from './instances.ts'
import type { LiveRun, LiveRunControl } from './live.ts'
import type { Recorder } from './recorder.ts'
import type { RunPatch } from './rows.ts'
import { createStriker, type Striker } from './strike.ts'

/** A run is written as "running" only if it lasts; most are over before that. */
const RUNNING_NOTE_MS = 500
/** While clicks keep coming they are recorded and answered first, but no run waits longer than this for that. */
const ACCEPT_FIRST_MS = 250

export interface Performance {
  readonly run: LiveRunControl
  readonly manifest: Manifest
  readonly context: ClickContext
  readonly params: Readonly<Record<string, unknown>> | undefined
  readonly log: Logger
}

export interface PerformTools {
  readonly runner: Runner
  readonly recorder: Recorder
  readonly artifacts: Artifacts
  readonly grants: Grants
  readonly timeZone: string
  /** The server's own secrets, which must not come back through anything that a handler says. */
  readonly secrets: readonly string[]
  /** True once the server stops: what ends then was interrupted. */
  readonly isClosing: () => boolean
}

/** Do the work of a recorded run and record its end. Never rejects. */
export async function performRun(performance: Performance, tools: PerformTools): Promise<void> {
  const { run, log } = performance
  const stopNoting = noteWhenItLasts(run, tools.recorder)
  let mayHaveScratch = true
  const patch = await attempt(performance, tools)
    .then(({ outcome, usedScratch }) => {
      mayHaveScratch = usedScratch
      return succeededPatch(run, outcome)
    })
    .catch((thrown: unknown) => {
      const error = toError(thrown)
      if (run.isCancelled) log.info('the run was cancelled')
      else log.error({ err: error }, 'the run failed')
      return failedPatch(run, error, { interrupted: tools.isClosing() })
    })
  stopNoting()
  await tools.recorder
    .patch(patch)
    .catch((error: unknown) => log.error({ err: toError(error) }, 'the end of the run could not be recorded'))
  run.settle(patch.status)
  const tookMs = (patch.finishedMs ?? 0) - (run.startedMs ?? patch.finishedMs ?? 0)
  const { entityType, selectedIds } = performance.context
  log.info(
    { status: patch.status, ms: tookMs, error: patch.errorCode, entityType, count: selectedIds.length },
    'run settled',
  )
  if (!mayHaveScratch) return
  await tools.artifacts
    .closeScratch(run.id)
    .catch((error: unknown) => log.warn({ err: toError(error) }, 'scratch folder stays'))
}

async function attempt({ run, manifest, context, params }: Performance, tools: PerformTools) {
  const scratch = tools.artifacts.scratchOf(run.id)
  const { timeZone, grants, secrets } = tools
  let strike = createStriker({ always: secrets, told: [] })
  const build = (served = manifest): Envelope => {
    const envelope = buildEnvelope(
      { runId: run.id, manifest: served, context, params },
      { scratch, timeZone, grants, timeoutMs: served.timeoutMs },
    )
    strike = createStriker({ always: [...secrets, envelope.site.scriptKey], told: secretsOf(envelope) })
    return envelope
  }
  const answer = await tools.runner.execute(
    { handler: manifest.name, build },
    (event) => follow(run, event, tools.recorder, strike),
    { mayStart: () => tools.recorder.calm(ACCEPT_FIRST_MS), signal: run.signal },
  )
  if (!answer.ok) throw failureOf(answer, strike)
  const outcome = await tools.artifacts.adopt(run.id, strike.outcome(answer.outcome))
  return { outcome, usedScratch: answer.usedScratch }
}

function follow(run: LiveRunControl, event: ExecutorEvent, recorder: Recorder, strike: Striker): void {
  if (event.kind === 'started' && run.status === 'queued') run.change({ status: 'running', startedMs: Date.now() })
  if (event.kind === 'items') {
    const items = event.items.map((item) => strike.item(item))
    run.tellItems(items)
    recorder.items(run.id, items)
  }
  if (event.kind === 'writes') {
    const writes = event.writes.map((write) => strike.write(write))
    recorder.writes(run.id, run.takeWriteSeqs(writes.length), writes)
  }
  if (event.kind === 'progress') {
    const { text, ...progress } = event.progress
    run.change({ progress: { ...progress, ...(text === undefined ? {} : { text: strike.text(text) }) } })
  }
  if (event.kind === 'log') {
    const { text, fields, ...line } = event.line
    const struck = { ...line, text: strike.text(text), ...(fields ? { fields: strike.value(fields) } : {}) }
    recorder.log(run.id, run.nextSeq(), struck)
  }
}

/** @returns stops it */
function noteWhenItLasts(run: LiveRun, recorder: Recorder): () => void {
  let timer: NodeJS.Timeout | undefined
  const note = (): void => {
    const { startedMs, progress } = run
    void recorder
      .patch({ id: run.id, status: 'running', ...(startedMs ? { startedMs } : {}), ...(progress ? { progress } : {}) })
      .catch(() => {})
  }
  const stopWatching = run.watch(() => {
    if (run.status !== 'running' || timer) return
    timer = setTimeout(note, RUNNING_NOTE_MS)
  })
  return () => {
    stopWatching()
    clearTimeout(timer)
  }
}

function succeededPatch(run: LiveRun, outcome: Outcome): RunPatch {
  return {
    id: run.id,
    status: 'succeeded',
    finishedMs: Date.now(),
    outcome,
    ...(run.startedMs ? { startedMs: run.startedMs } : {}),
    ...(run.progress ? { progress: run.progress } : {}),
    ...(run.itemCounts ? { itemCounts: run.itemCounts } : {}),
  }
}

function failedPatch(run: LiveRun, error: Error, { interrupted }: { interrupted: boolean }): RunPatch {
  const base = {
    id: run.id,
    finishedMs: Date.now(),
    ...(run.startedMs ? { startedMs: run.startedMs } : {}),
    ...(run.itemCounts ? { itemCounts: run.itemCounts } : {}),
  }
  if (interrupted)
    return { ...base, status: 'interrupted', errorCode: 'RUN_INTERRUPTED', errorMessage: INTERRUPTED_TEXT }
  if (error instanceof AppError && error.code === 'RUN_CANCELLED')
    return { ...base, status: 'cancelled', errorCode: error.code, errorMessage: error.message }
  if (error instanceof AppError)
    return { ...base, status: 'failed', errorCode: error.code, errorMessage: error.message }
  return { ...base, status: 'failed', errorCode: 'INTERNAL', errorMessage: 'The server could not finish it.' }
}

function failureOf(answer: Failure, strike: Striker): AppError {
  const error = new AppError(answer.code, strike.text(answer.message))
  if (answer.stack) error.stack = strike.text(answer.stack)
  return error
}
