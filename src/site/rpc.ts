import { type AnswerContext, parseAnswer } from './answer.ts'
import { type Scope, takeTurn } from './connection.ts'
import { buildAuthParams } from './credentials.ts'
import type { Deadline } from './deadline.ts'
import { SiteError } from './errors/index.ts'
import { readBody, sendRequest, toTransportError } from './http.ts'
import type { CallOptions } from './options.ts'
import { neverRepeat, repeat } from './retry.ts'
import { buildUserAgent } from './user-agent.ts'

export type RpcCall = {
  readonly method: string
  /** For people: `read of Version`. */
  readonly what: string
  /** Left out of the request when absent. */
  readonly argument?: unknown
  /** May the call be made twice? True for reads only. */
  readonly repeatable: boolean
  /** The answer may be a file of this type, such as `text/csv`: then the result is its bytes. */
  readonly fileType?: string
  /** Called when the request leaves. */
  readonly onSent?: () => void
  /** `info` carries no credentials. */
  readonly anonymous?: boolean
}

/** One call of the JSON API: its result, or a `SiteError`. */
export async function callSite(scope: Scope, call: RpcCall, options: CallOptions = {}): Promise<unknown> {
  const { calls, settings } = scope.connection
  // Built before the wait: a value that cannot be sent is an error at once.
  const body = JSON.stringify({ method_name: call.method, params: await buildParams(scope, call, options) })
  const { deadline, giveBack } = await takeTurn(scope, {
    lane: calls,
    what: `The ${call.what}`,
    timeoutMs: scope.timeoutMs,
    call: options,
  })
  const watched = call.onSent === undefined ? deadline : watchSending(deadline, call.onSent)
  try {
    return await repeat(call.repeatable ? settings.retry : neverRepeat, deadline, () =>
      exchange(scope, call, body, watched),
    )
  } finally {
    deadline[Symbol.dispose]()
    giveBack()
  }
}

function watchSending(deadline: Deadline, onSent: () => void): Deadline {
  const markSent = (): void => {
    deadline.markSent()
    onSent()
  }
  return { ...deadline, markSent }
}

async function buildParams(scope: Scope, call: RpcCall, options: CallOptions): Promise<unknown[]> {
  const params: unknown[] = call.anonymous === true ? [] : [await buildAuthParams(scope, options)]
  if (call.argument !== undefined) params.push(call.argument)
  return params
}

async function exchange({ connection }: Scope, call: RpcCall, body: string, deadline: Deadline): Promise<unknown> {
  const { address, localized, maxResponseBytes, redactor, usesPassword, userAgent } = connection.settings
  const context: AnswerContext = { what: call.what, redactor, usesPassword, fileType: call.fileType }
  try {
    const data = await sendRequest(
      connection.calls.dispatcher,
      {
        origin: address.origin,
        path: address.rpcPath,
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': buildUserAgent(userAgent),
          'accept-encoding': 'gzip, deflate',
          ...(address.authorization !== undefined && { authorization: address.authorization }),
          ...(localized && { locale: 'auto' }),
        },
        body,
      },
      deadline,
    )
    const bytes = await readBody(data, maxResponseBytes, `The ${call.what}`)
    return parseAnswer({ status: data.statusCode, headers: data.headers, bytes }, context)
  } catch (error) {
    deadline.signal.throwIfAborted()
    throw error instanceof SiteError ? error : toTransportError(error, `The ${call.what}`, address.origin)
  }
}
