import type { Scope } from './connection.ts'
import {
  type AttemptedWrite,
  SiteError,
  SiteOutcomeUnknownError,
  SiteOverloadError,
  SiteProtocolError,
  SiteTimeoutError,
  SiteTransportError,
} from './errors/index.ts'
import { planWrites, readResult, tellLedgers } from './ledger.ts'
import type { CallOptions } from './options.ts'
import { callSite, type RpcCall } from './rpc.ts'

/** One write over the JSON API. */
type Write<R> = {
  readonly call: Omit<RpcCall, 'repeatable'>
  /** What to look for on the site when the answer is lost. */
  readonly attempted: readonly AttemptedWrite[]
  /** Throws a `SiteProtocolError` for an answer that is none. */
  readonly parse: (results: unknown) => R
}

/**
 * Send a write, once, and return its result.
 *
 * @throws {SiteOutcomeUnknownError} when it was sent and no proper answer came
 */
export async function sendWrite<R>(
  scope: Scope,
  { call, attempted, parse }: Write<R>,
  options: CallOptions,
): Promise<R> {
  const planned = scope.ledgers === undefined ? [] : await planWrites(scope, attempted, call.argument, options)
  const sentAt = new Date()
  let sent = false
  const onSent = (): void => {
    sent = true
  }
  try {
    const results = await callSite(scope, { ...call, repeatable: false, onSent }, options)
    const parsed = parse(results)
    const each: readonly unknown[] = Array.isArray(results) ? results : [parsed === false ? parsed : results]
    planned.forEach((write, index) => {
      tellLedgers(scope, write, { ...readResult(write, each[index]), error: undefined, at: sentAt })
    })
    return parsed
  } catch (cause) {
    const error = cause instanceof SiteError && mayHaveHappened(cause) ? toUnknown(cause) : cause
    const outcome = error instanceof SiteOutcomeUnknownError || (sent && wasCutOff(error)) ? 'unknown' : 'failed'
    for (const write of planned) tellLedgers(scope, write, { entityId: write.entityId, outcome, error, at: sentAt })
    throw error
  }

  function toUnknown(cause: SiteError): SiteOutcomeUnknownError {
    return new SiteOutcomeUnknownError(
      `The ${call.what} was sent, but its answer was lost: it may have been made or not. ${cause.message}`,
      { cause, attempted, sentAt },
    )
  }
}

/** Did a signal, or the closing of the site, end the call? */
export function wasCutOff(error: unknown): boolean {
  return !(error instanceof SiteError) || error.code === 'SITE_CLOSED'
}

/** Could the site have done it, although no proper answer came? */
export function mayHaveHappened(error: SiteError): boolean {
  if (error instanceof SiteTimeoutError || error instanceof SiteTransportError) return error.sent
  if (error instanceof SiteOverloadError) return error.status === 503 // gateways also say so when they stop waiting
  if (error instanceof SiteProtocolError) {
    if (error.code === 'SITE_STATUS_UNEXPECTED') return (error.status ?? 500) >= 500
    return error.code === 'SITE_ANSWER_INVALID' || error.code === 'SITE_ANSWER_TOO_LARGE'
  }
  return false
}
