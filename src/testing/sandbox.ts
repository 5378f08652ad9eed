import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { createSite, type OwnSchema, type Site } from '../site/index.ts'

const START_MS = 60_000
const STOP_MS = 3000
const MAX_OUTPUT_CHARS = 10_000

/** Script user that every sandbox has. */
const script = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }

export interface SandboxOptions {
  /** What it holds beside the demo project: a file as docs/sandbox.md shows it, or what such a file would say. */
  readonly seed?: string | Readonly<Record<string, unknown>>
  /** Without the demo project. */
  readonly empty?: boolean
}

/** A sandbox site in a process of its own. It ends with this process, however that ends. */
export interface Sandbox extends AsyncDisposable {
  readonly url: string
  readonly scriptName: string
  readonly scriptKey: string
  /** Signed in as the script: to prepare what a handler will find, and to look at what it did. */
  readonly site: Site<OwnSchema>
  close(): Promise<void>
}

/**
 * Start a sandbox site on any free port. Its data is in memory and its own.
 *
 * @example
 * await using sandbox = await openSandbox({ empty: true, seed: { entities: [{ type: 'Project', name: 'Harbour' }] } })
 *
 * @throws {AppError} `SANDBOX_FAILED` with what it said
 */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = await fileOf(options.seed)
  const child = fork(
    join(import.meta.dirname, '../cli/main.ts'),
    [
      'sandbox',
      '--port',
      '0',
      ...(seed.path === undefined ? [] : ['--seed', seed.path]),
      ...(options.empty ? ['--empty'] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] },
  )
  const url = await untilReady(child).finally(() => seed.remove())
  // Nobody’s tests wait for it.
  child.unref()
  child.channel?.unref()
  if (child.stderr instanceof Socket) child.stderr.unref()

  const site = createSite<OwnSchema>({ url, auth: script })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= site.close().then(() => stop(child))
    return closing
  }
  return { url, ...script, site, close, [Symbol.asyncDispose]: close }
}

let shared: Promise<Sandbox> | undefined

/** One for all tests of this process that open none of their own. Started when it is first needed. */
export function sharedSandbox(): Promise<Sandbox> {
  shared ??= openSandbox().catch((error: unknown) => {
    shared = undefined
    throw error
  })
  return shared
}

async function fileOf(seed: SandboxOptions['seed']): Promise<{ path?: string; remove(): Promise<void> }> {
  if (typeof seed !== 'object') return { ...(seed === undefined ? {} : { path: seed }), remove: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'amiable-seed-'))
  const path = join(folder, 'seed.json')
  await writeFile(path, JSON.stringify(seed))
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function untilReady(child: ChildProcess): Promise<string> {
  let said = ''
  child.stderr?.on('data', (chunk) => {
    if (said.length < MAX_OUTPUT_CHARS) said += chunk
  })
  try {
    const ended = once(child, 'close').then(([code]) => {
      throw new Error(`it ended with exit code ${code}`)
    })
    ended.catch(() => {})
    const ready = once(child, 'message', { signal: AbortSignal.timeout(START_MS) })
    const [message] = await Promise.race([ready, ended])
    return (message as { ready: string }).ready
  } catch (error) {
    child.kill('SIGKILL')
    throw new AppError('SANDBOX_FAILED', `The sandbox site did not start.\n${said.trim()}`, { cause: error })
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(force)
}
