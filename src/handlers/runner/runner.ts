import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Envelope } from '../envelope.ts'
import type { ExecutorEvent } from '../events.ts'
import { DEFAULT_MEMORY_MB, type Manifest } from '../manifest.ts'
import type { FormAnswer, RunAnswer } from '../outcome.ts'
import { createLiveRegistry, type LiveRegistry } from '../registry.ts'
import { type Executor, ExecutorLost } from './executor.ts'
import { createPool, type Pool } from './pool.ts'
import { createSlots } from './slots.ts'
import { openVersionStore } from './version-store.ts'
import { openVersions, type Reloaded, type RolledBack } from './versions.ts'
import { type SourceWatcher, watchSources } from './watch-sources.ts'

export interface RunnerOptions {
  readonly handlersDir: string
  /** Where the versions of that folder are kept. Default: a temporary folder, gone when the runner closes. */
  readonly versionsDir?: string
  /** How changes in the folder are noticed. Default: not at all. */
  readonly watch?: 'on' | 'poll' | 'off'
  /** Nothing is written about what is served before this resolves: the data folder may belong to another server. */
  readonly mayRecord?: Promise<unknown>
  /** Runs at one time. */
  readonly slots: number
  /** Runs that may wait for a slot. Default 1,000. */
  readonly maxWaiting?: number
  /** What executors print past our channel. */
  readonly onOutput?: (text: string) => void
  /** What whoever runs the server should know. */
  readonly onWarning?: (text: string) => void
}

export interface RunControl {
  /** Asked when it has its slot. */
  readonly mayStart?: () => Promise<void>
  /** Takes it out of the line, or asks it to stop; the reason is an error. */
  readonly signal?: AbortSignal
}

/** An envelope that is made when its turn has come, for the version of the handler that is served by then. */
export interface LateEnvelope {
  readonly handler: string
  /** @param manifest  undefined when the handler is not there any more */
  build(manifest: Manifest | undefined): Envelope
}

/** The server's side of handler code: loads the folder and executes envelopes, in processes of their own. */
export interface Runner {
  readonly registry: LiveRegistry
  /** Whether one more run would be taken. */
  readonly hasRoom: boolean
  /**
   * Execute one envelope when a slot is free. What the handler does wrong is in the answer.
   *
   * @throws {AppError} `SERVER_BUSY` when too many wait or the runner closes, and what building the envelope throws
   */
  execute(
    envelope: Envelope | LateEnvelope,
    onEvent: (event: ExecutorEvent) => void,
    control?: RunControl,
  ): Promise<RunAnswer>
  /**
   * Ask a handler about the form before its run. Such questions have places of their own, so that long runs do not hold up
   * people who only want to see a form.
   *
   * @throws {AppError} `SERVER_BUSY`
   */
  prepare(envelope: Envelope, onEvent: (event: ExecutorEvent) => void): Promise<FormAnswer>
  /** Serve what the folder holds now, if all that is served still loads. Runs under way finish on the code they began with. */
  reload(): Promise<Reloaded>
  /**
   * Serve the version before. It stays until the folder changes.
   *
   * @throws {AppError} `ROLLBACK_IMPOSSIBLE`
   */
  rollback(): Promise<RolledBack>
  close(): Promise<void>
}

/** Forms that are asked about at one time. */
const FORM_SLOTS = 2

export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { handlersDir, slots: count, maxWaiting = 1000, onOutput = () => {}, onWarning = () => {} } = options
  await using stack = new AsyncDisposableStack()
  const versionsDir = options.versionsDir ?? (await mkdtemp(join(tmpdir(), 'amiable-versions-')))
  if (options.versionsDir === undefined) stack.defer(() => rm(versionsDir, { recursive: true, force: true }))
  const slots = createSlots(count, maxWaiting)
  const formSlots = createSlots(FORM_SLOTS, maxWaiting)
  const control = createLiveRegistry()
  /** The first one is served; the others finish what they are at. */
  let pools: Pool[] = []
  let watcher: SourceWatcher | undefined
  stack.defer(() => Promise.all(pools.map((pool) => pool.close())).then(() => {}))

  const versions = await openVersions({
    folder: handlersDir,
    store: openVersionStore(handlersDir, versionsDir),
    onOutput,
    onWarning,
    mayRecord: options.mayRecord ?? Promise.resolve(),
    inUse: () => pools.map(({ version }) => version.taken.record.digest),
    onServe(version, loaded) {
      if (loaded) {
        for (const pool of pools) pool.retire()
        const next = createPool(loaded.version, loaded.first, { size: count, onOutput })
        pools = [next, ...pools.filter(({ isEmpty }) => !isEmpty)]
        next.warm()
      }
      control.show(version, loaded?.version.report)
      watcher?.alsoWatch(versions.outside)
    },
    onRefuse(report) {
      control.showRefused(report)
      watcher?.alsoWatch(versions.outside)
    },
  })

  const attempt = async <T>(given: Envelope | LateEnvelope, work: Work<T>): Promise<T> => {
    const [pool] = pools
    if (!pool) throw slots.closingError()
    const manifest = pool.version.report.manifests.find(({ name }) => name === given.handler)
    const envelope = 'build' in given ? given.build(manifest) : given
    const executor = await pool.take(manifest?.memoryMb ?? DEFAULT_MEMORY_MB)
    try {
      if (slots.closed) throw slots.closingError()
      if (pool.retired) throw new ExecutorLost('a new version of the handlers is served')
      return await work(executor, envelope)
    } finally {
      await pool.giveBack(executor)
    }
  }

  const persist = async <T>(given: Envelope | LateEnvelope, work: Work<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      const [pool] = pools
      try {
        return await attempt(given, work)
      } catch (error) {
        if (!(error instanceof ExecutorLost)) throw error
        if (slots.closed) throw slots.closingError()
        if (pool?.retired) tries = 0 // the new version begins anew
        if (tries === 3) throw new AppError('RUN_CRASHED', 'No process could be started for it.', { cause: error })
      }
    }
  }

  const { watch = 'off' } = options
  if (watch !== 'off') {
    const onQuiet = (): void => {
      versions
        .reload(false)
        .catch((error: unknown) => onWarning(`the handlers could not be reloaded: ${String(error)}`))
    }
    watcher = watchSources(handlersDir, { poll: watch === 'poll', onQuiet, onWarning })
    watcher.alsoWatch(versions.outside)
  }

  const parts = stack.move()
  return {
    registry: control.registry,
    get hasRoom() {
      return slots.hasRoom
    },

    async execute(given, onEvent, { mayStart, signal } = {}) {
      using _slot = await slots.claim(signal)
      await mayStart?.()
      return await persist(given, (executor, envelope) => {
        signal?.throwIfAborted()
        return executor.run(envelope, onEvent, signal)
      })
    },

    async prepare(given, onEvent) {
      using _slot = await formSlots.claim()
      return await persist(given, (executor, envelope) => executor.prepare(envelope, onEvent))
    },

    reload: () => versions.reload(true),
    rollback: () => versions.rollback(),

    async close() {
      slots.close()
      formSlots.close()
      await watcher?.close()
      await versions.close()
      await Promise.all(pools.map((pool) => pool.close()))
      await Promise.all([slots.allFree(), formSlots.allFree()]) // a run that was just taking an executor gives it back unused
      await parts.disposeAsync()
    },
  }
}

type Work<T> = (executor: Executor, envelope: Envelope) => Promise<T>
