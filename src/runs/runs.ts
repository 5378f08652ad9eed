import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { AppError } from '../errors.ts'
import type { ClickContext } from '../handlers/envelope.ts'
import type { RunItem, RunWrite } from '../handlers/events.ts'
import type { Manifest } from '../handlers/manifest.ts'
import type { FormAnswer } from '../handlers/outcome.ts'
import type { Runner } from '../handlers/runner/runner.ts'
import type { Store } from '../store/open.ts'
import { type Artifacts, createArtifacts } from './artifacts.ts'
import type { Filled } from './asked.ts'
import { heedCancels, requestCancel } from './cancel.ts'
import { type Changes, createChanges } from './changes.ts'
import { buildEnvelope, type Grants, grantProblem, secretsOf } from './envelope.ts'
import { findClickByToken, findRunByClick, findRunByToken, type RecordedClick, type RunRecord } from './find.ts'
import { createForms, type Forms } from './forms.ts'
import { joinInstances } from './instances.ts'
import { listItems } from './items.ts'
import { findRun, listLines, listRuns, type RunLine, type RunQuery } from './list.ts'
import { createLiveRun, type LiveRun, type LiveRunControl } from './live.ts'
import { performRun } from './perform.ts'
import { createRecorder } from './recorder.ts'
import type { NewRun, RunPatch } from './rows.ts'
import { storableJson, storableText } from './storable.ts'
import { createStriker } from './strike.ts'
import { findToken, runTokenOf, tokenHashOf } from './token.ts'
import { countWrites, listWrites } from './writes.ts'

/** When the server stops, runs under way get this long to finish by themselves. */
const DRAIN_MS = 3000
/** And this long, once they were ended, to be recorded as interrupted. */
const SETTLE_MS = 3000
/** A person looks at an empty window while a form is asked about; milliseconds. */
const FORM_TIMEOUT_MS = 15_000
/** The same, with the time that it stood in line. */
const FORM_WAIT_MS = 25_000

export interface RunsOptions {
  readonly store: Store
  readonly runner: Runner
  readonly dataDir: string
  readonly grants: Grants
  readonly secret: string
  /** The one before: addresses that were made with it go on working. */
  readonly secretPrevious?: string | undefined
  readonly timeZone: string
  readonly log: Logger
}

/** Every click is a run: recorded before its work starts, settled after, found again under its own address. */
export interface Runs {
  readonly artifacts: Artifacts
  /** Why a handler cannot be given what it asks for on this server, if it cannot. */
  problemOf(manifest: Manifest): string | undefined
  /** Clicks that wait for an answer of their person before they become runs. */
  readonly forms: Forms
  /**
   * Ask a handler about its form, and about what was filled in if `params` are given.
   *
   * @throws {AppError} what the handler did wrong, or `SERVER_BUSY`
   */
  prepare(
    manifest: Manifest,
    context: ClickContext,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<Extract<FormAnswer, { ok: true }>>
  /**
   * Record a click and start its work.
   *
   * @returns the secret part of the run's address; the same for the same click, whose work is not done again
   * @throws {AppError} `SERVER_BUSY`, and whatever the store says: then nothing was started
   */
  begin(clickKey: string, manifest: Manifest, context: ClickContext, filled?: Filled): Promise<string>
  /** The address of an earlier run of this very click. */
  findTokenByClick(clickKey: string): Promise<string | undefined>
  findByToken(token: string): Promise<RunRecord | undefined>
  /** What the run at this address was started with. */
  findClick(token: string): Promise<RecordedClick | undefined>
  findLive(runId: string): LiveRun | undefined
  /** Ask a run to stop, whichever process works on it. Says nothing when it is over. */
  cancel(runId: string): Promise<void>
  /** What became of the entities of a run, failures first. */
  listItems(runId: string, limit: number): Promise<RunItem[]>
  /** What a run changed on the site, in order; `total` counts those beyond the limit too. */
  listWrites(runId: string, limit: number): Promise<{ readonly total: number; readonly writes: readonly RunWrite[] }>
  /** Newest first. */
  list(limit: number, query?: RunQuery): Promise<RunRecord[]>
  find(runId: string): Promise<RunRecord | undefined>
  /** The last lines of its log. */
  listLines(runId: string, limit: number): Promise<RunLine[]>
  readonly changes: Changes
  /** The address of a run of the list. For the sandbox alone, where nothing is secret. */
  tokenOf(run: RunRecord): string | undefined
  /** Let runs under way finish for three seconds, end the others as interrupted, and stop taking new ones. */
  close(): Promise<void>
}

export async function createRuns(options: RunsOptions): Promise<Runs> {
  const { store, runner, secret, secretPrevious, grants, timeZone, log } = options
  const secrets: [string, ...string[]] = [secret, ...(secretPrevious ? [secretPrevious] : [])]
  const { db } = store
  const alone = store.kind === 'embedded'
  const live = new Map<string, LiveRunControl>()
  const instance = await joinInstances(db, { alone, isLive: (runId) => live.has(runId), log })
  const recorder = createRecorder(db, log)
  const artifacts = createArtifacts(options.dataDir)
  if (alone) await artifacts.clearScratch()
  const changes = createChanges(db, { shared: !alone })
  const heeding = alone ? undefined : heedCancels(db, { instanceId: instance.id, live, log })
  let closing = false
  const tools = {
    runner,
    recorder,
    artifacts,
    grants,
    timeZone,
    secrets: [...secrets, ...Object.values(grants.scripts).map(({ scriptKey }) => scriptKey)],
    isClosing: () => closing,
  }

  const findTokenByClick = async (clickKey: string): Promise<string | undefined> => {
    const run = await findRunByClick(db, clickKey)
    return run && findToken(clickKey, run.tokenHash, secrets)
  }

  const asItStands = (run: RunRecord): RunRecord => {
    const now = run.finishedMs === undefined ? live.get(run.id) : undefined
    if (!now) return run
    return { ...run, status: now.status, startedMs: now.startedMs, progress: now.progress ?? run.progress }
  }

  const settledWithin = async (ms: number): Promise<void> => {
    const timer = new AbortController()
    const all = Promise.all([...live.values()].map((run) => run.settled))
    await Promise.race([all, delay(ms, undefined, { signal: timer.signal }).catch(() => {})])
    timer.abort()
  }

  return {
    artifacts,
    problemOf: (manifest) => grantProblem(manifest, grants),
    forms: createForms(db, { secrets }),
    async prepare(manifest, context, params) {
      const envelope = buildEnvelope(
        { runId: randomUUID(), manifest, context, params },
        { scratch: '', timeZone, grants, timeoutMs: Math.min(manifest.timeoutMs, FORM_TIMEOUT_MS) },
      )
      const formLog = log.child({ handler: manifest.name, user: context.user.login })
      const always = [...tools.secrets, envelope.site.scriptKey]
      const strike = createStriker({ always, told: secretsOf(envelope) })
      const strikeOwn = createStriker({ always }) // a choice with a part missing could not be chosen
      const asked = runner.prepare(envelope, (event) => {
        if (event.kind !== 'log') return
        const { level, text, fields } = strike.value(event.line)
        formLog[level]({ fields }, text)
      })
      const answer = await within(FORM_WAIT_MS, asked)
      if (answer.ok) return { ...answer, details: strikeOwn.value(answer.details), issues: strike.value(answer.issues) }
      const message = strike.text(answer.message)
      const detail = answer.stack === undefined ? undefined : strike.text(answer.stack)
      formLog.error({ code: answer.code, detail }, `the form could not be prepared: ${message}`)
      throw new AppError(answer.code, message)
    },
    async begin(clickKey, manifest, context, filled) {
      if (!runner.hasRoom) throw new AppError('SERVER_BUSY', 'Too many runs are waiting already.')
      const token = runTokenOf(clickKey, secret)
      const run = createLiveRun(randomUUID())
      live.set(run.id, run) // before it is recorded, so that whoever finds it in the store finds it here too
      try {
        const isNew = await recorder.insert(
          newRun({ id: run.id, token, clickKey, instanceId: instance.id }, manifest, context, filled),
        )
        if (!isNew) {
          live.delete(run.id)
          return (await findTokenByClick(clickKey)) ?? token
        }
      } catch (error) {
        live.delete(run.id)
        // The store may have taken it and lost only its answer: then nobody may wait for a run that nobody starts.
        void recorder.patch(neverStarted(run.id)).catch(() => {})
        throw error
      }
      const runLog = log.child({ run: run.id, handler: manifest.name, user: context.user.login })
      runLog.debug({ entityType: context.entityType, count: context.selectedIds.length }, 'run begins')
      changes.follow(run)
      void performRun({ run, manifest, context, params: filled?.input, log: runLog }, tools).finally(() =>
        live.delete(run.id),
      )
      return token
    },
    findTokenByClick,
    cancel: (runId) => requestCancel(db, runId, live.get(runId)),
    listItems: (runId, limit) => listItems(db, runId, limit),
    async listWrites(runId, limit) {
      const writes = await listWrites(db, runId, limit)
      return { writes, total: writes.length < limit ? writes.length : await countWrites(db, runId) }
    },
    findByToken: (token) => findRunByToken(db, token),
    findClick: (token) => findClickByToken(db, token),
    findLive: (runId) => live.get(runId),
    list: async (limit, query) => (await listRuns(db, limit, query)).map(asItStands),
    find: async (runId) => {
      const run = await findRun(db, runId)
      return run && asItStands(run)
    },
    listLines: (runId, limit) => listLines(db, runId, limit),
    changes,
    tokenOf: (run) => findToken(run.clickKey ?? run.id, run.tokenHash, secrets),
    async close() {
      await settledWithin(DRAIN_MS)
      closing = true
      await runner.close()
      await settledWithin(SETTLE_MS)
      heeding?.[Symbol.dispose]()
      await recorder.close()
      await instance.close()
    },
  }
}

/** @throws {AppError} `SERVER_BUSY` when it takes longer; what was begun goes on, and nobody waits for it */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController()
  const late = delay(ms, undefined, { signal: over.signal }).then(() => {
    throw new AppError('SERVER_BUSY', 'Too many forms are being prepared at this moment.')
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    over.abort()
    late.catch(() => {})
  }
}

function neverStarted(id: string): RunPatch {
  return {
    id,
    status: 'failed',
    finishedMs: Date.now(),
    errorCode: 'INTERNAL',
    errorMessage: 'It was not started: the store was away.',
  }
}

function newRun(
  ids: { id: string; token: string; clickKey: string; instanceId: string },
  manifest: Manifest,
  context: ClickContext,
  filled: Filled | undefined,
): NewRun {
  return {
    id: ids.id,
    token_hash: tokenHashOf(ids.token),
    click_key: ids.clickKey,
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
    instance_id: ids.instanceId,
    attempt: 1,
    created_ms: Date.now(),
    started_ms: null,
    finished_ms: null,
    progress: null,
    outcome: null,
    params: filled ? storableJson(filled) : null,
    item_counts: null,
    error_code: null,
    error_message: null,
  }
}
