import {
  SiteAuthenticationError,
  type SiteError,
  SiteOverloadError,
  SitePermissionError,
  SiteProtocolError,
  SiteTransportError,
} from './errors/index.ts'
import { buildFault } from './faults.ts'
import { type Answer, getHeader } from './http.ts'
import type { Redactor } from './redact.ts'
import { parseRetryAfter } from './retry.ts'

export type AnswerContext = {
  readonly what: string
  readonly redactor: Redactor
  readonly usesPassword: boolean
  /** The type of a file that may come in place of JSON. */
  readonly fileType?: string | undefined
}

/** What an API call returned. @throws {SiteError} for every answer that is not a result */
export function parseAnswer(answer: Answer, context: AnswerContext): unknown {
  if (answer.status >= 300 || answer.status < 200) throw buildStatusError(answer, context)
  const type = getHeader(answer.headers, 'content-type')
  if (type !== undefined && !/^(application\/json|text\/javascript)/i.test(type)) {
    if (context.fileType !== undefined && type.toLowerCase().startsWith(context.fileType)) return answer.bytes
    throw invalid(answer, context, `${type.slice(0, 100)}${extract(answer.bytes, context.redactor)}`)
  }
  const body = parseJson(answer, context)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  if ('exception' in body && body.exception) {
    const message = 'message' in body && typeof body.message === 'string' ? body.message : 'no reason given'
    throw buildFault({
      errorCode: 'error_code' in body && typeof body.error_code === 'number' ? body.error_code : undefined,
      message: context.redactor.quote(message, 4_000),
      what: context.what,
      usesPassword: context.usesPassword,
    })
  }
  return 'results' in body ? body.results : body
}

/** The error for an HTTP status. */
export function buildStatusError(answer: Answer, context: AnswerContext): SiteError {
  const { status } = answer
  const said = extract(answer.bytes, context.redactor)
  const text = `The ${context.what} was answered with HTTP ${status}`
  if (status === 429 || status === 503) {
    const retryAfterMs = parseRetryAfter(getHeader(answer.headers, 'retry-after'))
    const wait = retryAfterMs === undefined ? '' : `; it asks to wait ${Math.ceil(retryAfterMs / 1_000)} s`
    return new SiteOverloadError(
      'SITE_OVERLOADED',
      `${text}: the site is down for maintenance or too busy${wait}${said}`,
      {
        status,
        retryAfterMs,
      },
    )
  }
  if (status === 502 || status === 504)
    return new SiteTransportError('SITE_GATEWAY_FAILED', `${text}${said}`, { sent: true })
  if (status === 401) return new SiteAuthenticationError('SITE_AUTHENTICATION_FAILED', `${text}${said}`)
  if (status === 403) return new SitePermissionError('SITE_ACCESS_BLOCKED', `${text}${said}`)
  if (status >= 300 && status < 400) {
    const location = URL.parse(getHeader(answer.headers, 'location') ?? '')
    const target = location === null ? 'elsewhere' : location.origin
    return new SiteProtocolError('SITE_REDIRECTED', `${text}, a redirect to ${target}: credentials are not sent on.`, {
      status,
    })
  }
  return new SiteProtocolError('SITE_STATUS_UNEXPECTED', `${text}: expected 200${said}`, { status })
}

function parseJson(answer: Answer, context: AnswerContext): unknown {
  try {
    return JSON.parse(toText(answer.bytes))
  } catch {
    // The parser's own error would quote the answer, secrets included.
    throw invalid(
      answer,
      context,
      `${answer.bytes.length} bytes that are not JSON${extract(answer.bytes, context.redactor)}`,
    )
  }
}

function invalid(answer: Answer, context: AnswerContext, got: string): SiteProtocolError {
  return new SiteProtocolError('SITE_ANSWER_INVALID', `The ${context.what} was answered with ${got}: expected JSON.`, {
    status: answer.status,
  })
}

/** The first words of a page, without its tags, in brackets: the end of a sentence. Empty when it has none. */
export function extract(bytes: Uint8Array, redactor: Redactor): string {
  const page = toText(bytes.subarray(0, 20_000))
  const words = page.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ')
  const quoted = redactor.quote(words.replace(/\s+/g, ' ').trim(), 200)
  return quoted === '' ? '' : ` (“${quoted}”)`
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
