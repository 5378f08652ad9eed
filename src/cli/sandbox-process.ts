import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

const START_MS = 30_000

/** The sandbox site as a process of its own, for as long as this one lives. */
export interface SandboxProcess {
  /** Resolves if it ends by itself. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** @throws {AppError} `SANDBOX_FAILED`; what it said stands on standard error */
export async function startSandboxProcess(port: number): Promise<SandboxProcess> {
  const child = fork(join(import.meta.dirname, 'main.ts'), ['sandbox', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const ended = once(child, 'exit').then(() => {})
  try {
    await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(START_MS) }),
      ended.then(() => {
        throw new Error('it ended')
      }),
    ])
  } catch (error) {
    child.kill('SIGKILL')
    throw new AppError('SANDBOX_FAILED', `The sandbox site did not start on port ${port}.`, { cause: error })
  }
  return { ended, close: () => stop(child, ended) }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 3000)
  await ended
  clearTimeout(force)
}
