import { promisify } from 'node:util'
import { gunzip, type InputType, inflate, type ZlibOptions } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { type Deadline, waitUnless } from './deadline.ts'
import { SiteProtocolError, SiteTransportError } from './errors/index.ts'

export type Headers = Dispatcher.ResponseData['headers']
export type Answer = { readonly status: number; readonly headers: Headers; readonly bytes: Uint8Array }

const decoders: Readonly<Record<string, (data: InputType, options: ZlibOptions) => Promise<Buffer>>> = {
  gzip: promisify<InputType, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<InputType, ZlibOptions, Buffer>(gunzip),
  deflate: promisify<InputType, ZlibOptions, Buffer>(inflate),
}

/** Codes of failures before a connection stood: name, connect, TLS. */
const unsentCodes: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_TLS',
  'UND_ERR_PRX_CONN',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
/** undici has no code for it. The second is said of requests that are not tunneled: the proxy kept them. */
const proxyRefusal = /^Proxy (?:response|Authentication Required) \((\d+)\)/
const unsentSyscalls: ReadonlySet<string> = new Set(['connect', 'getaddrinfo'])

/** Send a request that ends with its deadline; the deadline is told when it leaves. */
export async function sendRequest(
  dispatcher: Dispatcher,
  request: Dispatcher.RequestOptions,
  deadline: Deadline,
): Promise<Dispatcher.ResponseData> {
  const bounded = { ...request, signal: deadline.signal, headersTimeout: 0, bodyTimeout: 0 } // the deadline covers both
  if (typeof dispatcher.compose !== 'function') {
    deadline.markSent() // whether it left cannot be seen: it may have
    return await waitUnless(deadline.signal, dispatcher.request(bounded))
  }
  const watched = dispatcher.compose((dispatch) => (options, handler) => {
    const start = handler.onRequestStart?.bind(handler)
    if (!start) {
      deadline.markSent() // as above
      return dispatch(options, handler)
    }
    handler.onRequestStart = (controller, context) => {
      deadline.markSent()
      start(controller, context)
    }
    return dispatch(options, handler)
  })
  // undici looks at the signal only once there is a connection, and gives the request up then.
  return await waitUnless(deadline.signal, watched.request(bounded))
}

/** The whole body, decompressed, up to `maxBytes`. */
export async function readBody(data: Dispatcher.ResponseData, maxBytes: number, what: string): Promise<Uint8Array> {
  const whole = await collect(data, maxBytes, what)
  const encoding = getHeader(data.headers, 'content-encoding')?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity' || whole.length === 0) return whole
  const decode = decoders[encoding]
  if (decode === undefined) {
    throw new SiteProtocolError(
      'SITE_ANSWER_INVALID',
      `${what} was answered in the encoding "${encoding}": expected gzip or deflate.`,
      {
        status: data.statusCode,
      },
    )
  }
  try {
    return await decode(whole, { maxOutputLength: maxBytes })
  } catch (cause) {
    if (errorCode(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(what, maxBytes, cause)
    throw new SiteTransportError('SITE_CONNECTION_LOST', `${what} was answered with broken ${encoding} data.`, {
      cause,
      sent: true,
    })
  }
}

async function collect(data: Dispatcher.ResponseData, maxBytes: number, what: string): Promise<Uint8Array> {
  // undici holds an answer to the length it announces, and is much faster when asked for the whole.
  if (Number(getHeader(data.headers, 'content-length') ?? Number.NaN) <= maxBytes) return await data.body.bytes()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of data.body) {
    const bytes: Buffer = chunk
    size += bytes.length
    if (size > maxBytes) throw tooLarge(what, maxBytes) // leaving the loop destroys the body
    chunks.push(bytes)
  }
  return Buffer.concat(chunks, size)
}

export function tooLarge(what: string, maxBytes: number, cause?: unknown): SiteProtocolError {
  return new SiteProtocolError('SITE_ANSWER_TOO_LARGE', `${what} was answered with more than ${maxBytes} bytes.`, {
    cause,
  })
}

/** One header as text; the first if it came more than once. */
export function getHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** What the network layer threw, as an error of ours. */
export function toTransportError(cause: unknown, what: string, host: string): SiteTransportError {
  const code = errorCode(cause)
  const status = proxyRefusal.exec(cause instanceof Error ? cause.message : '')?.[1]
  if (status !== undefined) {
    const text = `${what}: the proxy refused the way to ${host} (HTTP ${status}).`
    return new SiteTransportError('SITE_UNREACHABLE', text, { cause, sent: false })
  }
  if (isUnsent(cause)) {
    return new SiteTransportError('SITE_UNREACHABLE', `${what}: no connection to ${host} (${code}).`, {
      cause,
      sent: false,
    })
  }
  return new SiteTransportError('SITE_CONNECTION_LOST', `${what}: the connection to ${host} broke off (${code}).`, {
    cause,
    sent: true,
  })
}

function isUnsent(cause: unknown): boolean {
  const inner: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause]
  return inner.every((error) => {
    if (!(error instanceof Error)) return false
    if ('syscall' in error && typeof error.syscall === 'string' && unsentSyscalls.has(error.syscall)) return true
    const code = errorCode(error)
    return unsentCodes.has(code) || code.includes('CERT') || code.startsWith('ERR_SSL') || code.startsWith('UNABLE_TO_')
  })
}

function errorCode(error: unknown): string {
  if (error instanceof AggregateError && !('code' in error)) return errorCode(error.errors[0])
  if (error instanceof Error) return 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return 'unknown'
}
