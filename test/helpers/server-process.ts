import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const START_MS = 40_000

export interface ServerProcess extends AsyncDisposable {
  readonly child: ChildProcess
  readonly url: string
  readonly sandboxUrl: string
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  /** What it has printed so far, standard output and error. */
  output(): string
  /** Resolves with exit code or signal. */
  readonly ended: Promise<number | string>
}

/** `amiable start` as a person starts it: a process of its own on ports and a data folder of its own, ready to be clicked. */
export async function startServerProcess(
  overrides: NodeJS.ProcessEnv = {},
  { waitUntilReady = true } = {},
): Promise<ServerProcess> {
  const [port, sandboxPort] = await Promise.all([freePort(), freePort()])
  const dataDir = overrides.AMIABLE_DATA ?? (await mkdtemp(join(tmpdir(), 'amiable-server-')))
  const env = {
    ...cleanEnvironment(),
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    AMIABLE_DATA: dataDir,
    AMIABLE_SLOTS: '2', // each is a process that has to start
    ...overrides,
  }
  const child = spawn(process.execPath, ['bin/amiable.js', 'start'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const url = `http://127.0.0.1:${env.PORT}`
  if (waitUntilReady) await untilReady(`${url}/health/ready`, ended, () => text)
  return {
    child,
    url,
    sandboxUrl: `http://127.0.0.1:${env.SANDBOX_PORT}`,
    dataDir,
    env,
    output: () => text,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
      if (!overrides.AMIABLE_DATA) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Run one command of the command line to its end. */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['bin/amiable.js', ...args], {
    cwd: root,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code, signal] = await once(child, 'close')
  return { code: code ?? signal, stdout, stderr }
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

/** All processes below one, whoever their parent is by now, found before anything is killed. */
export function descendantsOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid
      } catch {
        return false
      }
    })
    .map(Number)
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG } = process.env
  return { PATH, HOME, LANG }
}

async function untilReady(url: string, ended: Promise<number | string>, output: () => string): Promise<void> {
  let over: number | string | undefined
  void ended.then((how) => {
    over = how
  })
  const deadline = Date.now() + START_MS
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    if (over !== undefined || Date.now() > deadline)
      throw new Error(`the server is not ready (${over ?? 'too slow'}):\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
