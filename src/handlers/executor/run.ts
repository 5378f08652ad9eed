import { AppError, type ErrorCode, toError } from '../../errors.ts'
import { createSite } from '../../site/index.ts'
import type { Handler } from '../define.ts'
import type { Envelope } from '../envelope.ts'
import type { Outcome, RunAnswer } from '../outcome.ts'
import { buildContext } from './live-context.ts'
import type { RunChannel } from './run-channel.ts'
import { settleResult } from './settle-result.ts'

/** Run one handler on one envelope. Never throws: what goes wrong is an answer. */
export async function runHandler(
  handler: Handler,
  envelope: Envelope,
  { channel, handlersDir, stray }: { channel: RunChannel; handlersDir: string; stray: Promise<never> },
): Promise<RunAnswer> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new AppError('RUN_TIMEOUT', timeoutText(envelope))), envelope.timeoutMs)
  const { signal } = deadline
  const site = createSite({
    url: envelope.site.url,
    auth: { scriptName: envelope.site.scriptName, scriptKey: envelope.site.scriptKey },
    userAgent: `amiable/${envelope.handler}`,
    signal,
    ...(envelope.context.sessionUuid ? { sessionUuid: envelope.context.sessionUuid } : {}),
  })
  const work = async (): Promise<Outcome> => {
    const context = buildContext(envelope, { site, signal, channel, fields: handler.fields ?? [], params: {} })
    const result = await handler.run(context)
    return settleResult(result, envelope, { title: handler.title, handlersDir, signal })
  }
  let strayed = false
  stray.catch(() => {
    strayed = true
  })
  try {
    const outcome = await Promise.race([work(), stray, rejectOnAbort(signal)])
    return { ok: true, outcome, unclean: strayed, spawned: false }
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
