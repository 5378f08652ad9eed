import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { AppError, toError } from '../errors.ts'
import type { ClickContext, Envelope, ExecutorEvent, SiteAccess } from '../handlers/envelope.ts'
import type { Manifest } from '../handlers/manifest.ts'
import type { Outcome, RunAnswer } from '../handlers/outcome.ts'
import type { Runner } from '../handlers/runner/runner.ts'
import type { Store } from '../store/open.ts'
import { type Artifacts, createArtifacts } from './artifacts.ts'
import { findRunByClick, findRunByToken, listRuns, type RunRecord } from './find.ts'
import { INTERRUPTED_TEXT, joinInstances } from './instances.ts'
import { createLiveRun, type LiveRun, type LiveRunControl } from './live.ts'
import { createRecorder, type RunPatch } from './recorder.ts'
import { storableJson, storableText } from './storable.ts'
import { runTokenOf, tokenHashOf } from './token.ts'

/** A run is written as "running" only if it lasts; most are over before that. */
const RUNNING_NOTE_MS = 500
/** When the server stops, runs under way get this long to finish by themselves. */
const DRAIN_MS = 3000

export interface RunsOptions {
  readonly store: Store
  readonly runner: Runner
  readonly dataDir: string
  readonly site: SiteAccess
  readonly secret: string
  readonly timeZone: string
  readonly log: Logger
}

/** Every click is a run: recorded before its work starts, settled after, found again under its own address. */
export interface Runs {
  readonly artifacts: Artifacts
  /**
   * Record a click and start its work.
   *
   * @returns the secret part of the run's address; the same for the same click, whose work is not done again
   * @throws {AppError} `SERVER_BUSY`, and whatever the store says: then nothing was started
   */
  begin(clickKey: string, manifest: Manifest, context: ClickContext): Promise<string>
  /** The address of an earlier run of this very click. */
  findTokenByClick(clickKey: string): Promise<string | undefined>
  findByToken(token: string): Promise<RunRecord | undefined>
  findLive(runId: string): LiveRun | undefined
  /** Newest first. */
  list(limit: number): Promise<RunRecord[]>
  /** The address of a run of the list. For the sandbox alone, where nothing is secret. */
  tokenOf(run: RunRecord): string
  /** Stop taking runs and end those under way. */
  close(): Promise<void>
}

export async function createRuns(options: RunsOptions): Promise<Runs> {
  const { store, runner, secret, log } = options
  const { db } = store
  const instance = await joinInstances(db, { alone: store.kind === 'embedded', log })
  const recorder = createRecorder(db, log)
  const artifacts = createArtifacts(options.dataDir)
  const live = new Map<string, LiveRunControl>()
  let closing = false

  const perform = async (
    run: LiveRunControl,
    manifest: Manifest,
    context: ClickContext,
    runLog: Logger,
  ): Promise<void> => {
    const note = setTimeout(() => {
      const { status, startedMs, progress } = run
      if (status === 'running')
        void recorder
          .patch({ id: run.id, status, ...(startedMs ? { startedMs } : {}), ...(progress ? { progress } : {}) })
          .catch(() => {})
    }, RUNNING_NOTE_MS)
    let patch: RunPatch
    try {
      patch = settledPatch(run, await attempt(run, manifest, context))
    } catch (thrown) {
      const error = toError(thrown)
      runLog.error({ err: error }, 'the run failed')
      patch = failedPatch(run, error)
    } finally {
      clearTimeout(note)
    }
    await recorder
      .patch(patch)
      .catch((error: unknown) => runLog.error({ err: toError(error) }, 'the end of the run could not be recorded'))
    run.change({ status: patch.status })
    live.delete(run.id)
    run.settle()
    runLog.info(
      {
        status: patch.status,
        ms: (patch.finishedMs ?? 0) - (run.startedMs ?? patch.finishedMs ?? 0),
        error: patch.errorCode,
      },
      'run settled',
    )
    await artifacts
      .closeScratch(run.id)
      .catch((error: unknown) => runLog.warn({ err: toError(error) }, 'scratch folder stays'))
  }

  const attempt = async (run: LiveRunControl, manifest: Manifest, context: ClickContext): Promise<Outcome> => {
    const scratch = await artifacts.openScratch(run.id)
    const envelope: Envelope = {
      v: 1,
      runId: run.id,
      handler: manifest.name,
      context,
      site: options.site,
      scratch,
      attempt: 1,
      nowMs: Date.now(),
      timeZone: options.timeZone,
      timeoutMs: manifest.timeoutMs,
    }
    const answer = await runner.execute(envelope, (event) => follow(run, event))
    if (!answer.ok) throw failureOf(answer)
    return artifacts.adopt(run.id, answer.outcome)
  }

  const follow = (run: LiveRunControl, event: ExecutorEvent): void => {
    if (event.kind === 'started' && run.status === 'queued') run.change({ status: 'running', startedMs: Date.now() })
    if (event.kind === 'progress') run.change({ progress: event.progress })
    if (event.kind === 'log')
      recorder.log(run.id, run.countLine(event.line), { ...event.line, text: struck(event.line.text) })
  }

  /** Our own keys must not come back through a handler's error or log line. */
  const struck = (text: string): string => text.replaceAll(options.site.scriptKey, '•••').replaceAll(secret, '•••')

  const failedPatch = (run: LiveRun, error: Error): RunPatch => ({
    id: run.id,
    status: closing ? 'interrupted' : 'failed',
    finishedMs: Date.now(),
    ...(closing ? { errorCode: 'RUN_INTERRUPTED', errorMessage: INTERRUPTED_TEXT } : describe(error)),
    ...(run.startedMs ? { startedMs: run.startedMs } : {}),
  })

  const describe = (error: Error): Pick<RunPatch, 'errorCode' | 'errorMessage'> =>
    error instanceof AppError
      ? { errorCode: error.code, errorMessage: struck(error.message) }
      : { errorCode: 'INTERNAL', errorMessage: 'The server could not finish it.' }

  return {
    artifacts,
    async begin(clickKey, manifest, context) {
      if (!runner.hasRoom) throw new AppError('SERVER_BUSY', 'Too many runs are waiting already.')
      const token = runTokenOf(clickKey, secret)
      const run = createLiveRun(randomUUID())
      const runLog = log.child({ run: run.id, handler: manifest.name, user: context.user.login })
      live.set(run.id, run)
      const isNew = await recorder
        .insert({
          id: run.id,
          token_hash: tokenHashOf(token),
          click_key: clickKey,
          handler: manifest.name,
          title: storableText(manifest.title),
          status: 'queued',
          entity_type: context.entityType,
          selected_count: context.selectedIds.length,
          user_id: context.user.id,
          user_login: storableText(context.user.login),
          project_id: context.project?.id ?? null,
          project_name: context.project ? storableText(context.project.name) : null,
          page_title: context.page.title ? storableText(context.page.title) : null,
          context: storableJson(context),
          instance_id: instance.id,
          attempt: 1,
          created_ms: Date.now(),
          started_ms: null,
          finished_ms: null,
          progress: null,
          outcome: null,
          error_code: null,
          error_message: null,
        })
        .catch((error: unknown) => {
          live.delete(run.id)
          throw error
        })
      if (!isNew) {
        live.delete(run.id)
        return token
      }
      runLog.info({ entityType: context.entityType, count: context.selectedIds.length }, 'run begins')
      void perform(run, manifest, context, runLog)
      return token
    },
    async findTokenByClick(clickKey) {
      return (await findRunByClick(db, clickKey)) ? runTokenOf(clickKey, secret) : undefined
    },
    findByToken: (token) => findRunByToken(db, token),
    findLive: (runId) => live.get(runId),
    list: (limit) => listRuns(db, limit),
    tokenOf: (run) => runTokenOf(run.clickKey ?? run.id, secret),
    async close() {
      await Promise.race([
        Promise.all([...live.values()].map((run) => run.settled)),
        delay(DRAIN_MS, undefined, { ref: false }),
      ])
      closing = true
      await runner.close()
      await Promise.all([...live.values()].map((run) => run.settled))
      await recorder.close()
      await instance.close()
    },
  }
}

function settledPatch(run: LiveRun, outcome: Outcome): RunPatch {
  return {
    id: run.id,
    status: 'succeeded',
    finishedMs: Date.now(),
    outcome,
    ...(run.startedMs ? { startedMs: run.startedMs } : {}),
    ...(run.progress ? { progress: run.progress } : {}),
  }
}

function failureOf(answer: Extract<RunAnswer, { ok: false }>): AppError {
  const error = new AppError(answer.code, answer.message)
  if (answer.stack) error.stack = answer.stack
  return error
}
