/*
 * The process in which handler code runs, one run at a time. It is told what to do over workerpool's channel, says over
 * the same channel what happens, in order, and is thrown away when anything is wrong with it.
 */

import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import workerpool from 'workerpool'
import type { Envelope, ExecutorEvent } from '../envelope.ts'
import type { LoadReport } from '../manifest.ts'
import type { RunAnswer } from '../outcome.ts'
import { captureConsole } from './console.ts'
import { type Loaded, type LoadRequest, loadHandlers } from './load.ts'
import { runHandler } from './run.ts'

const emit = (event: ExecutorEvent): void => workerpool.workerEmit(event)

new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: { serverPid: process.ppid } }).unref()

// Handlers outside the checkout find "amiable" here, not in a node_modules of their own.
const amiable = pathToFileURL(`${import.meta.dirname}/../../index.ts`).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'amiable' ? { url: amiable, shortCircuit: true } : next(specifier, context),
})

const children = new Set<ChildProcess>()
subscribe('child_process', (message) => {
  const { process: child } = message as { process: ChildProcess }
  children.add(child)
  child.once('exit', () => children.delete(child))
  child.once('error', () => child.pid === undefined && children.delete(child))
})

let loaded: Loaded | undefined
let handlersDir = ''
let failCurrentRun: ((error: Error) => void) | undefined

// Code that a handler left running must end the run it belongs to, or at least this process, and never go unnoticed.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (thrown: unknown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    if (!failCurrentRun) process.exit(70)
    failCurrentRun(error)
  })
}

captureConsole(emit)

async function load(request: LoadRequest): Promise<LoadReport> {
  emit({ kind: 'started', pid: process.pid })
  handlersDir = request.folder
  loaded = await loadHandlers(request, (file) => emit({ kind: 'loading', file }))
  return loaded.report
}

async function run(envelope: Envelope): Promise<RunAnswer> {
  emit({ kind: 'started', pid: process.pid })
  const handler = loaded?.handlers.get(envelope.handler)
  if (!handler) throw new Error(`This executor does not have the handler "${envelope.handler}".`)
  const stray = new Promise<never>((_, reject) => {
    failCurrentRun = reject
  })
  stray.catch(() => {})
  try {
    const answer = await runHandler(handler, envelope, { emit, handlersDir, stray })
    return { ...answer, unclean: answer.unclean || children.size > 0 }
  } finally {
    failCurrentRun = undefined
  }
}

workerpool.worker({ load, run })
