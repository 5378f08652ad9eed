import { AppError } from '../../errors.ts'
import type { LoadReport } from '../manifest.ts'
import { type Executor, ExecutorLost, forkExecutor } from './executor.ts'
import type { TakenVersion } from './take-version.ts'

/** A file that has not been imported after this long never will be. */
const LOAD_DEADLINE_MS = 15_000

export interface LoadOptions {
  readonly memoryMb: number
  readonly onOutput: (text: string) => void
  /** Ends the attempt: nobody needs this version any more. */
  readonly signal?: AbortSignal
}

export interface LoadedVersion {
  readonly taken: TakenVersion
  readonly report: LoadReport
  /**
   * Fork one more executor that has the version loaded.
   *
   * @throws {ExecutorLost} it was loaded before, so it is the machine that failed: another attempt may succeed
   */
  fork(memoryMb: number): Promise<Executor>
}

/**
 * Load a version of the handlers' folder in a fresh executor. A file that ends or blocks the process while it is imported is
 * left out and named; the others load without it.
 *
 * @throws {AppError} `HANDLER_BROKEN` when nothing can be loaded; the signal's reason
 */
export async function loadVersion(
  taken: TakenVersion,
  options: LoadOptions,
): Promise<{ version: LoadedVersion; first: Executor }> {
  const skip: Record<string, string> = {}
  for (;;) {
    const attempt = await tryLoad(taken, skip, options)
    if ('executor' in attempt) {
      const { onOutput } = options
      const fork = async (memoryMb: number): Promise<Executor> => {
        const another = await tryLoad(taken, skip, { memoryMb, onOutput })
        if ('executor' in another) return another.executor
        throw new ExecutorLost(`the handlers could not be loaded in one more process: ${another.message}`)
      }
      return { version: { taken, report: attempt.report, fork }, first: attempt.executor }
    }
    options.signal?.throwIfAborted()
    if (attempt.file === undefined) {
      const { folder } = taken.record
      throw new AppError('HANDLER_BROKEN', `The handlers’ folder ${folder} cannot be loaded: ${attempt.message}`)
    }
    skip[attempt.file] = attempt.message
  }
}

type Attempt = { executor: Executor; report: LoadReport } | { file: string | undefined; message: string }

async function tryLoad(
  taken: TakenVersion,
  skip: Readonly<Record<string, string>>,
  { memoryMb, onOutput, signal }: LoadOptions,
): Promise<Attempt> {
  const executor = forkExecutor({ memoryMb, onOutput })
  let file: string | undefined
  let timedOut = false
  let timer: NodeJS.Timeout | undefined
  const kill = (): void => void executor.kill()
  const restart = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timedOut = true
      kill()
    }, LOAD_DEADLINE_MS)
  }
  restart()
  signal?.addEventListener('abort', kill, { once: true })
  try {
    const report = await executor.load({ version: taken.dir, skip }, (next) => {
      file = next
      restart()
    })
    return { executor, report }
  } catch (error) {
    await executor.kill()
    const reason = timedOut
      ? `It was not loaded after ${LOAD_DEADLINE_MS / 1000} seconds. Does it wait for something, or loop, outside of run()?`
      : file === undefined
        ? String(error instanceof Error ? error.message : error)
        : 'It ended the process while it was being loaded. Does it call process.exit() outside of run()?'
    return { file, message: reason }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', kill)
  }
}
