import { AppError } from '../../errors.ts'
import type { LoadReport } from '../manifest.ts'
import { type Executor, forkExecutor } from './executor.ts'

/** A file that has not been imported after this long never will be. */
const LOAD_DEADLINE_MS = 15_000

export interface FolderVersion {
  readonly report: LoadReport
  /** Fork one more executor that has the folder loaded. */
  fork(memoryMb: number): Promise<Executor>
}

/**
 * Load the handlers' folder in a fresh executor. A file that ends or blocks the process while it is imported is left out
 * and named; the others load without it.
 */
export async function loadFolder(
  folder: string,
  options: { memoryMb: number; onOutput: (text: string) => void },
): Promise<{ version: FolderVersion; first: Executor }> {
  const skip: Record<string, string> = {}
  for (;;) {
    const attempt = await tryLoad(folder, skip, options)
    if ('executor' in attempt) {
      const { onOutput } = options
      const fork = async (memoryMb: number): Promise<Executor> => {
        const another = await tryLoad(folder, skip, { memoryMb, onOutput })
        if ('executor' in another) return another.executor
        throw new AppError('HANDLER_BROKEN', `The handlers’ folder cannot be loaded any more: ${another.message}`)
      }
      return { version: { report: attempt.report, fork }, first: attempt.executor }
    }
    if (attempt.file === undefined)
      throw new AppError('HANDLER_BROKEN', `The handlers’ folder ${folder} cannot be loaded: ${attempt.message}`)
    skip[attempt.file] = attempt.message
  }
}

type Attempt = { executor: Executor; report: LoadReport } | { file: string | undefined; message: string }

async function tryLoad(
  folder: string,
  skip: Readonly<Record<string, string>>,
  { memoryMb, onOutput }: { memoryMb: number; onOutput: (text: string) => void },
): Promise<Attempt> {
  const executor = forkExecutor({ memoryMb, onOutput })
  let file: string | undefined
  let timedOut = false
  let timer: NodeJS.Timeout | undefined
  const restart = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timedOut = true
      void executor.kill()
    }, LOAD_DEADLINE_MS)
  }
  restart()
  try {
    const report = await executor.load({ folder, skip }, (next) => {
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
  }
}
