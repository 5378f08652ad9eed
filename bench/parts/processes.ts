import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import workerpool from 'workerpool'
import { atExit } from './at-exit.ts'

/** The checkout. */
export const root = join(import.meta.dirname, '../..')

const START_MS = 60_000
const STOP_MS = 15_000
const POLL_MS = 5

// biome-ignore lint/suspicious/noExplicitAny: any function at all, as workerpool's types say it
type Methods = Record<string, (...args: any[]) => any>

/** A script in a process of its own, whose functions can be called. */
export interface Helper<M extends Methods> extends AsyncDisposable {
  readonly methods: workerpool.Proxy<M>
}

/** @param script  ends with `workerpool.worker(methods)` */
export async function openHelper<M extends Methods>(script: URL, execArgv: readonly string[] = []): Promise<Helper<M>> {
  const pool = workerpool.pool(script.pathname, { workerType: 'process', maxWorkers: 1, forkOpts: { execArgv } })
  const methods = await pool.proxy<M>()
  return {
    methods,
    async [Symbol.asyncDispose]() {
      await pool.terminate(true)
    },
  }
}

export interface RunningProcess extends AsyncDisposable {
  readonly pid: number
  readonly url: string
  /** From the start of the process to the first 200 of `readyPath`. */
  readonly readyMs: number
}

/** Start one of Amiable's servers and wait until it is ready. What it prints goes to a file, as under a service manager. */
export async function startServer(
  command: readonly [string, ...string[]],
  {
    env,
    port,
    logFile,
    readyPath = '/health/ready',
  }: { env: NodeJS.ProcessEnv; port: number; logFile: string; readyPath?: string },
): Promise<RunningProcess> {
  const [program, ...args] = command
  const { HOME, LANG } = process.env
  const url = `http://127.0.0.1:${port}`
  await using log = await open(logFile, 'w')
  const beganMs = performance.now()
  const child = spawn(program, args, {
    cwd: root,
    env: { PATH: personsPath(), HOME, LANG, ...env },
    stdio: ['ignore', log.fd, log.fd],
    detached: true, // the head of a process group: npm goes before the server that it has started does
  })
  const pid = child.pid ?? 0
  const killed = atExit(() => signalGroup(pid, 'SIGKILL'))
  const stop = async (): Promise<void> => {
    const deadlineMs = performance.now() + STOP_MS
    signalGroup(pid, 'SIGTERM')
    while (signalGroup(pid, 0) && performance.now() < deadlineMs) await delay(POLL_MS)
    killed[Symbol.dispose]()
  }
  while (!(await answers(url + readyPath))) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() - beganMs > START_MS) {
      await stop()
      throw new Error(`"${command.join(' ')}" is not ready:\n${await readFile(logFile, 'utf8')}`)
    }
    await delay(POLL_MS)
  }
  return { pid, url, readyMs: performance.now() - beganMs, [Symbol.asyncDispose]: stop }
}

/** @returns whether anybody of the group is left */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

/** The PATH of a terminal: npm has put the checkout's programs in front of it. */
function personsPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter)
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined)
  await response?.body?.cancel()
  return response?.status === 200
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
