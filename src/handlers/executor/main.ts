/*
 * The process in which handler code runs, one run at a time. It is told what to do over workerpool's channel, says over
 * the same channel what happens, in order, and is thrown away when anything is wrong with it.
 */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import workerpool from 'workerpool'
import { AppError, toError } from '../../errors.ts'
import { CANCEL_SIGNAL, CANCELLED_TEXT } from '../cancel.ts'
import type { Envelope } from '../envelope.ts'
import type { ExecutorEvent } from '../events.ts'
import type { LoadReport } from '../manifest.ts'
import type { Failure, FormAnswer, RunAnswer } from '../outcome.ts'
import { MIRROR, readVersion } from '../version-record.ts'
import { captureConsole } from './console.ts'
import { endFamily } from './end-family.ts'
import { takeBaseline, watchChildren } from './leftovers.ts'
import { type Loaded, type LoadedHandler, type LoadRequest, loadHandlers } from './load.ts'
import { hookModules } from './module-hooks.ts'
import { prepareForm } from './prepare.ts'
import { type RunTools, runHandler } from './run.ts'
import { openRunChannel, type RunChannel } from './run-channel.ts'
import { stepBack } from './step-back.ts'

const emit = (event: ExecutorEvent): void => workerpool.workerEmit(event)
const MAX_IDLE_STRAYS = 20

process.prependListener('disconnect', endFamily) // before workerpool exits
new Worker(new URL('./watchdog.ts', import.meta.url), { workerData: { serverPid: process.ppid } }).unref()

const hooks = hookModules()
let loaded: Loaded | undefined
let handlersDir = ''
let channel: RunChannel | undefined
/** Of the run under way. */
let cancelling: AbortController | undefined
/** Where an error goes that nobody caught: to the run under way, to the file being loaded, or to the server's log. */
let takeStray: ((error: Error) => void) | undefined
const idleStrays: string[] = []

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (thrown: unknown) => {
    const error = toError(thrown)
    if (takeStray) takeStray(error)
    else if (idleStrays.length < MAX_IDLE_STRAYS) idleStrays.push(error.stack ?? error.message)
  })
}

process.on(CANCEL_SIGNAL, () => cancelling?.abort(new AppError('RUN_CANCELLED', CANCELLED_TEXT)))

stepBack()
watchChildren()
captureConsole(() => channel)

async function load(request: LoadRequest): Promise<LoadReport> {
  emit({ kind: 'started', pid: process.pid })
  const record = readVersion(request.version)
  hooks.useVersion(request.version, record)
  handlersDir = join(request.version, MIRROR)
  let stray: Error | undefined
  takeStray = (error) => {
    stray ??= error
  }
  loaded = await loadHandlers(record, request, {
    onFile: (file) => emit({ kind: 'loading', file }),
    takeStray: () => {
      const error = stray
      stray = undefined
      return error
    },
  })
  takeStray = undefined
  return { ...loaded.report, outside: [...hooks.outside] }
}

/** What a run and the questions before it have in common: one at a time, watched, and cleaned up after. */
async function perform<T extends object>(
  envelope: Envelope,
  work: (loaded: LoadedHandler, envelope: Envelope, tools: RunTools) => Promise<T>,
): Promise<(T & { spawned: boolean }) | Failure> {
  emit({ kind: 'started', pid: process.pid })
  for (const text of idleStrays.splice(0)) emit({ kind: 'stray', text })
  const handler = loaded?.handlers.get(envelope.handler)
  if (!handler) {
    const message = `The handler "${envelope.handler}" is not there any more: it was taken away or renamed after the click.`
    return { ok: false, unclean: true, spawned: false, code: 'HANDLER_BROKEN', message }
  }
  const baseline = takeBaseline()
  const { promise: stray, reject } = Promise.withResolvers<never>()
  stray.catch(() => {})
  takeStray = reject
  channel = openRunChannel(envelope.runId, emit)
  cancelling = new AbortController()
  Object.assign(process.env, envelope.env)
  try {
    const answer = await work(handler, envelope, { channel, handlersDir, stray, signal: cancelling.signal })
    await new Promise((resolve) => setImmediate(resolve)) // what is being closed may close
    const left = 'unclean' in answer && answer.unclean === true
    return { ...answer, unclean: left || baseline.isUnclean(), spawned: baseline.hasSpawned() }
  } finally {
    takeStray = undefined
    cancelling = undefined
    channel.close()
    channel = undefined
    baseline.restore()
  }
}

const run = (envelope: Envelope): Promise<RunAnswer> => perform(envelope, runHandler)
const prepare = (envelope: Envelope): Promise<FormAnswer> => perform(envelope, prepareForm)

workerpool.worker({ load, run, prepare })
