import { AppError } from '../../errors.ts'
import type { Envelope } from '../envelope.ts'
import type { ExecutorEvent } from '../events.ts'
import { DEFAULT_MEMORY_MB } from '../manifest.ts'
import type { FormAnswer, RunAnswer } from '../outcome.ts'
import { buildRegistry, type Registry } from '../registry.ts'
import { type Executor, ExecutorLost } from './executor.ts'
import { type FolderVersion, loadFolder } from './generation.ts'
import { createSlots } from './slots.ts'

export interface RunnerOptions {
  readonly handlersDir: string
  /** Runs at one time. */
  readonly slots: number
  /** Runs that may wait for a slot. Default 1,000. */
  readonly maxWaiting?: number
  /** What executors print past our channel. */
  readonly onOutput?: (text: string) => void
}

/** The server's side of handler code: loads the folder and executes envelopes, in processes of their own. */
export interface Runner {
  readonly registry: Registry
  /** Whether one more run would be taken. */
  readonly hasRoom: boolean
  /**
   * Execute one envelope when a slot is free. What the handler does wrong is in the answer.
   *
   * @throws {AppError} `SERVER_BUSY` when too many wait or the runner closes
   */
  execute(envelope: Envelope, onEvent: (event: ExecutorEvent) => void): Promise<RunAnswer>
  /**
   * Ask a handler about the form before its run. Such questions have places of their own, so that long runs do not hold up
   * people who only want to see a form.
   *
   * @throws {AppError} `SERVER_BUSY`
   */
  prepare(envelope: Envelope, onEvent: (event: ExecutorEvent) => void): Promise<FormAnswer>
  close(): Promise<void>
}

/** Forms that are asked about at one time. */
const FORM_SLOTS = 2

export async function startRunner({
  handlersDir,
  slots: count,
  maxWaiting = 1000,
  onOutput = () => {},
}: RunnerOptions): Promise<Runner> {
  const { version, first } = await loadFolder(handlersDir, { memoryMb: DEFAULT_MEMORY_MB, onOutput })
  const registry = buildRegistry(version.report)
  const slots = createSlots(count, maxWaiting)
  const formSlots = createSlots(FORM_SLOTS, maxWaiting)
  const executors = new Set<Executor>([first])
  const idle = new Set<Executor>([first])

  const drop = async (executor: Executor): Promise<void> => {
    executors.delete(executor)
    idle.delete(executor)
    await executor.kill()
  }

  /** Keep one spare warm, so that a click after a crash or beside a long run does not wait for a fork. */
  let warming: Promise<void> | undefined
  const warm = (): void => {
    if (idle.size > 0 || executors.size >= count || warming || slots.closed) return
    warming = forkInto(version, DEFAULT_MEMORY_MB, executors)
      .then((executor) => {
        if (slots.closed) return drop(executor)
        idle.add(executor)
      })
      .catch((error: unknown) => onOutput(`no spare executor: ${String(error)}`))
      .finally(() => {
        warming = undefined
      })
  }

  const take = async (memoryMb: number): Promise<Executor> => {
    for (const executor of idle) if (!executor.usable) await drop(executor)
    let fitting = [...idle].find((executor) => executor.memoryMb === memoryMb)
    if (!fitting && warming && memoryMb === DEFAULT_MEMORY_MB) {
      await warming
      fitting = [...idle].find((executor) => executor.memoryMb === memoryMb)
    }
    if (fitting) {
      idle.delete(fitting)
      return fitting
    }
    const spare = [...idle][0]
    if (spare && executors.size >= count) await drop(spare)
    return forkInto(version, memoryMb, executors)
  }

  const attempt = async <T>(envelope: Envelope, work: (executor: Executor) => Promise<T>): Promise<T> => {
    const executor = await take(registry.find(envelope.handler)?.memoryMb ?? DEFAULT_MEMORY_MB)
    if (slots.closed) {
      await drop(executor)
      throw slots.closingError()
    }
    try {
      return await work(executor)
    } finally {
      if (executor.usable && !slots.closed) idle.add(executor)
      else await drop(executor)
      warm()
    }
  }

  const persist = async <T>(envelope: Envelope, work: (executor: Executor) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(envelope, work)
      } catch (error) {
        if (!(error instanceof ExecutorLost)) throw error
        if (slots.closed) throw slots.closingError()
        if (tries === 3) throw new AppError('RUN_CRASHED', 'No process could be started for it.', { cause: error })
      }
    }
  }

  warm()
  return {
    registry,
    get hasRoom() {
      return slots.hasRoom
    },

    async execute(envelope, onEvent) {
      using _slot = await slots.claim()
      return persist(envelope, (executor) => executor.run(envelope, onEvent))
    },

    async prepare(envelope, onEvent) {
      using _slot = await formSlots.claim()
      return persist(envelope, (executor) => executor.prepare(envelope, onEvent))
    },

    async close() {
      slots.close()
      formSlots.close()
      await Promise.all([...executors].map((executor) => drop(executor)))
      await warming
      await Promise.all([slots.allFree(), formSlots.allFree()]) // a run that was just taking an executor gives it back unused
      await Promise.all([...executors].map((executor) => drop(executor)))
    },
  }
}

async function forkInto(version: FolderVersion, memoryMb: number, executors: Set<Executor>): Promise<Executor> {
  const executor = await version.fork(memoryMb)
  executors.add(executor)
  return executor
}
