import { AppError, type ErrorCode, toError } from '../../errors.ts'
import { createSite, type Site } from '../../site/index.ts'
import type { Envelope } from '../envelope.ts'
import type { Failure, Outcome, RunAnswer } from '../outcome.ts'
import { parseParams } from '../params/parse.ts'
import { buildContext } from './live-context.ts'
import type { LoadedHandler } from './load.ts'
import type { RunChannel } from './run-channel.ts'
import { settleResult } from './settle-result.ts'

export interface RunTools {
  readonly channel: RunChannel
  readonly handlersDir: string
  /** Rejects with an error that nobody caught. */
  readonly stray: Promise<never>
}

/** Run one handler on one envelope. Never throws: what goes wrong is an answer. */
export function runHandler(loaded: LoadedHandler, envelope: Envelope, tools: RunTools): Promise<RunAnswer> {
  const { handler, manifest } = loaded
  return attempt(envelope, tools, async (site, signal): Promise<{ outcome: Outcome }> => {
    const params = handler.params ? await readParams(loaded, envelope) : {}
    const fields = handler.fields ?? []
    const context = buildContext(envelope, { site, signal, channel: tools.channel, fields, params })
    const result = await handler.run(context)
    const { handlersDir } = tools
    return { outcome: await settleResult(result, envelope, { title: manifest.title, handlersDir, signal }) }
  })
}

async function readParams({ handler, manifest }: LoadedHandler, envelope: Envelope): Promise<unknown> {
  if (!handler.params) return {}
  const parsed = await parseParams(handler.params, manifest.params ?? [], envelope.params ?? {})
  if ('params' in parsed) return parsed.params
  const wrong = parsed.issues.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`))
  throw new AppError('PARAMS_INVALID', `What was filled in cannot be used: ${wrong.join('; ')}`)
}

/** Do some work of a handler with a site and a deadline. What goes wrong is an answer. */
export async function attempt<T extends object>(
  envelope: Envelope,
  { channel, stray }: RunTools,
  work: (site: Site, signal: AbortSignal) => Promise<T>,
): Promise<({ ok: true; unclean: boolean; spawned: boolean } & T) | Failure> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new AppError('RUN_TIMEOUT', timeoutText(envelope))), envelope.timeoutMs)
  const { signal } = deadline
  const { url, scriptName, scriptKey, sudoAsLogin } = envelope.site
  const site = createSite({
    url,
    auth: { scriptName, scriptKey },
    userAgent: `amiable/${envelope.handler}`,
    signal,
    ...(sudoAsLogin ? { sudoAsLogin } : {}),
    ...(envelope.context.sessionUuid ? { sessionUuid: envelope.context.sessionUuid } : {}),
  })
  let strayed = false
  stray.catch(() => {
    strayed = true
  })
  try {
    const done = await Promise.race([work(site, signal), stray, rejectOnAbort(signal)])
    return { ok: true, ...done, unclean: strayed, spawned: false }
  } catch (thrown) {
    const error = signal.aborted ? toError(signal.reason) : toError(thrown)
    channel.log.error({ err: error, ...(error.cause ? { cause: toError(error.cause) } : {}) }, 'the handler failed')
    // A handler that went past its deadline may go on behind our back.
    return { ok: false, unclean: strayed || signal.aborted, spawned: false, ...failureOf(error) }
  } finally {
    clearTimeout(timer)
    await site.close()
  }
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
