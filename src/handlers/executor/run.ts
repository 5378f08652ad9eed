import { AppError, type ErrorCode, toError } from '../../errors.ts'
import { createSite, type Site } from '../../site/index.ts'
import type { Envelope } from '../envelope.ts'
import type { Failure, Outcome, RunAnswer } from '../outcome.ts'
import { issueLines } from '../params/fields.ts'
import { parseParams } from '../params/parse.ts'
import { buildContext } from './live-context.ts'
import type { LoadedHandler } from './load.ts'
import type { RunChannel } from './run-channel.ts'
import { openScratchOnDemand } from './scratch.ts'
import { settleResult } from './settle-result.ts'

/** What was told to stop gets this long to clean up. Less than the runner waits before it ends the process. */
const STOP_GRACE_MS = 1500

export interface RunTools {
  readonly channel: RunChannel
  readonly handlersDir: string
  /** Rejects with an error that nobody caught. */
  readonly stray: Promise<never>
  /** Stops it from outside. */
  readonly signal?: AbortSignal
}

/** Run one handler on one envelope. Never throws: what goes wrong is an answer. */
export function runHandler(loaded: LoadedHandler, envelope: Envelope, tools: RunTools): Promise<RunAnswer> {
  const { handler, manifest } = loaded
  const scratch = openScratchOnDemand(envelope.scratch)
  return attempt(envelope, tools, async (use): Promise<{ outcome: Outcome; usedScratch: boolean }> => {
    const params = await readParams(loaded, envelope)
    const context = buildContext(envelope, {
      get site() {
        return use.site
      },
      get scratch() {
        return scratch.folder
      },
      signal: use.signal,
      channel: tools.channel,
      fields: handler.fields ?? [],
      params,
    })
    const result = await handler.run(context)
    const { handlersDir } = tools
    const { title } = manifest
    const outcome = await settleResult(result, envelope, { title, handlersDir, scratch, signal: use.signal })
    return { outcome, usedScratch: scratch.used }
  })
}

async function readParams({ handler, manifest }: LoadedHandler, envelope: Envelope): Promise<unknown> {
  if (!handler.params) return {}
  const parsed = await parseParams(handler.params, manifest.params ?? [], envelope.params ?? {})
  if ('params' in parsed) return parsed.params
  throw new AppError('PARAMS_INVALID', `What was filled in cannot be used: ${issueLines(parsed.issues).join('; ')}`)
}

/** What handler code works with; the site is opened when somebody asks for it. */
export interface Use {
  readonly site: Site
  readonly signal: AbortSignal
}

/** Do some work of a handler with a site and a deadline, past which it may still clean up. What goes wrong is an answer. */
export async function attempt<T extends object>(
  envelope: Envelope,
  { channel, stray, signal: stop }: RunTools,
  work: (use: Use) => Promise<T>,
): Promise<({ ok: true; unclean: boolean; spawned: boolean } & T) | Failure> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new AppError('RUN_TIMEOUT', timeoutText(envelope))), envelope.timeoutMs)
  const signal = stop ? AbortSignal.any([deadline.signal, stop]) : deadline.signal
  let opened: Site | undefined
  const use: Use = {
    signal,
    get site() {
      opened ??= openSite(envelope, signal, channel)
      return opened
    },
  }
  let strayed = false
  stray.catch(() => {
    strayed = true
  })
  let ended = false
  const working = work(use)
  const settled = working
    .catch(() => {})
    .then(() => {
      ended = true
    })
  try {
    const done = await Promise.race([working, stray, rejectOnAbort(signal)])
    return { ok: true, ...done, unclean: strayed, spawned: false }
  } catch (thrown) {
    if (signal.aborted) await waitAtMost(STOP_GRACE_MS, settled)
    const error = signal.aborted ? toError(signal.reason) : toError(thrown)
    channel.log.error({ err: error, ...(error.cause ? { cause: toError(error.cause) } : {}) }, 'the handler failed')
    // A handler that did not stop when it was told to may go on behind our back.
    return { ok: false, unclean: strayed || (signal.aborted && !ended), spawned: false, ...failureOf(error) }
  } finally {
    clearTimeout(timer)
    await opened?.close()
  }
}

function openSite(envelope: Envelope, signal: AbortSignal, channel: RunChannel): Site {
  const { url, scriptName, scriptKey, sudoAsLogin } = envelope.site
  const { sessionUuid } = envelope.context
  return createSite({
    url,
    auth: { scriptName, scriptKey },
    userAgent: `amiable/${envelope.handler}`,
    signal,
    ledger: { oldValues: true, onWrite: channel.write },
    ...(sudoAsLogin ? { sudoAsLogin } : {}),
    ...(sessionUuid ? { sessionUuid } : {}),
  })
}

export function timeoutText({ timeoutMs }: { timeoutMs: number }): string {
  return `It was not done after ${timeoutMs < 10_000 ? `${timeoutMs / 1000}` : Math.round(timeoutMs / 1000)} seconds, its time limit, and was stopped.`
}

function failureOf(error: Error): { code: ErrorCode; message: string; stack?: string } {
  const stack = error.stack ? { stack: error.stack } : {}
  if (error instanceof AppError) return { code: error.code, message: error.message, ...stack }
  const hint = 'hint' in error && typeof error.hint === 'string' ? ` ${error.hint}` : ''
  const text = (error.message.split('\n')[0] ?? '').trim().slice(0, 600)
  return {
    code: 'RUN_FAILED',
    message: text === '' ? 'It stopped with an error that has no message.' : `${text}${hint}`,
    ...stack,
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(toError(signal.reason)), { once: true })
  })
}

async function waitAtMost(ms: number, promise: Promise<void>): Promise<void> {
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([promise, enough])
  clearTimeout(timer)
}
