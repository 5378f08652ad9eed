import { DEFAULT_MEMORY_MB } from '../manifest.ts'
import type { Executor } from './executor.ts'
import type { LoadedVersion } from './generation.ts'

/** The executors of one version of the handlers' folder. */
export interface Pool {
  readonly version: LoadedVersion
  readonly retired: boolean
  /** No executor is left. */
  readonly isEmpty: boolean
  /** A free executor, or a new one. */
  take(memoryMb: number): Promise<Executor>
  /** When its run is over: it is kept if it can be used again. */
  giveBack(executor: Executor): Promise<void>
  /** Keep one spare, so that a click after a crash or beside a long run does not wait for a fork. */
  warm(): void
  /** End what is idle; the others end when their run is over. */
  retire(): void
  /** End them all, with what they do. */
  close(): Promise<void>
}

/** @param size  executors beyond which no spare is kept */
export function createPool(
  version: LoadedVersion,
  first: Executor,
  { size, onOutput }: { size: number; onOutput: (text: string) => void },
): Pool {
  const executors = new Set<Executor>([first])
  const idle = new Set<Executor>([first])
  let warming: Promise<void> | undefined
  let retired = false

  const drop = async (executor: Executor): Promise<void> => {
    executors.delete(executor)
    idle.delete(executor)
    await executor.kill()
  }
  const fork = async (memoryMb: number): Promise<Executor> => {
    const executor = await version.fork(memoryMb)
    executors.add(executor)
    return executor
  }

  const warm = (): void => {
    if (idle.size > 0 || executors.size >= size || warming || retired) return
    warming = fork(DEFAULT_MEMORY_MB)
      .then((executor) => {
        if (retired) return drop(executor)
        idle.add(executor)
      })
      .catch((error: unknown) => onOutput(`no spare executor: ${String(error)}`))
      .finally(() => {
        warming = undefined
      })
  }

  const retire = (): void => {
    retired = true
    for (const executor of idle) void drop(executor)
  }

  return {
    version,
    get retired() {
      return retired
    },

    get isEmpty() {
      return executors.size === 0
    },

    async take(memoryMb) {
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
      if (spare && executors.size >= size) await drop(spare)
      return fork(memoryMb)
    },

    async giveBack(executor) {
      if (executor.usable && !retired) idle.add(executor)
      else await drop(executor)
      warm()
    },

    warm,
    retire,

    async close() {
      retire()
      await Promise.all([...executors].map((executor) => drop(executor)))
      await warming
    },
  }
}
