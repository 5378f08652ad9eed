import type { Dispatcher } from 'undici'
import { extract } from './answer.ts'
import type { Connection } from './connection.ts'
import { parseContentRange } from './content-range.ts'
import type { Deadline } from './deadline.ts'
import {
  SiteAuthenticationError,
  SiteError,
  SiteNotFoundError,
  SiteOverloadError,
  SitePermissionError,
  SiteProtocolError,
  SiteTransportError,
} from './errors/index.ts'
import { parseHttpUrl } from './file-source.ts'
import { getHeader, readBody, sendRequest, tooLarge, toTransportError } from './http.ts'
import { parseRetryAfter } from './retry.ts'
import { displayUrl } from './site-url.ts'
import { buildUserAgent } from './user-agent.ts'

const MAX_REDIRECTS = 5
const MAX_ERROR_BYTES = 65_536 // of a page that says why not

export type FileAnswer = {
  readonly body: Dispatcher.ResponseData['body']
  readonly contentType: string | undefined
  /** Of the whole file, as announced; always known when the body is a part. */
  readonly sizeBytes: number | undefined
  /** Where in the file the body begins: 0 unless a part was asked for and sent, which need not reach the end. */
  readonly startBytes: number
  /** What names this very content, for asking for the rest of it. */
  readonly validator: string | undefined
}
export type FileRequest = {
  readonly url: URL
  /** Sent to the site itself and nowhere else. */
  readonly cookie: string | undefined
  /** Told when the site refuses a request that carried the cookie: the session may have ended. */
  readonly onCookieRefused?: (() => void) | undefined
  readonly maxBytes: number
  readonly deadline: Deadline
  /** Ask for the rest of a file; it comes whole when it has changed since, or the server sends no parts. */
  readonly rest?: { readonly fromBytes: number; readonly validator: string } | undefined
}

/** A plain GET that follows redirects, up to the head of the answer. */
export async function requestFile(connection: Connection, request: FileRequest): Promise<FileAnswer> {
  const { address } = connection.settings
  let url = request.url
  let leftFiles = false
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const isSite = url.origin === address.origin
    const cookie = isSite ? request.cookie : undefined
    const refuse = (error: SiteError): SiteError => {
      if (cookie !== undefined && (error.code === 'SITE_AUTHENTICATION_FAILED' || error.code === 'SITE_FILE_REFUSED')) {
        request.onCookieRefused?.()
      }
      return error
    }
    const data = await get(connection, url, cookie, request)
    const location = getHeader(data.headers, 'location')
    if (data.statusCode >= 300 && data.statusCode < 400 && location !== undefined) {
      await data.body.dump()
      const next = parseHttpUrl(location, url.href)
      leftFiles = next.origin === address.origin && (leftFiles || isFileServe(url)) && !isFileServe(next)
      if (leftFiles && isSignIn(next)) throw refuse(signInError(request.url))
      url = next
      continue
    }
    const part = findPart(data, request.rest?.fromBytes)
    if (part === undefined) throw refuse(await buildFileError(connection, data, url))
    if (leftFiles && isPage(data)) {
      data.body.on('error', () => {}).destroy()
      throw refuse(signInError(request.url))
    }
    data.body.on('error', () => {}) // whoever reads it hears of it; nobody may be reading when it is aborted
    return openAnswer(data, url, request.maxBytes, part)
  }
  throw new SiteProtocolError(
    'SITE_REDIRECTED',
    `The download of ${displayUrl(request.url)} was redirected more than ${MAX_REDIRECTS} times.`,
  )
}

function isFileServe({ pathname }: URL): boolean {
  return pathname.startsWith('/file_serve/')
}

/** Where the site sends people whose session has ended. */
function isSignIn({ pathname }: URL): boolean {
  return /^\/(?:user\/)?(?:login|sign_in)(?:\/|$)/.test(pathname)
}

/** For people to look at; a file that happens to be HTML is sent as an attachment. */
function isPage({ headers }: Dispatcher.ResponseData): boolean {
  const isHtml = /^text\/html\b/i.test(getHeader(headers, 'content-type') ?? '')
  return isHtml && getHeader(headers, 'content-disposition') === undefined
}

function signInError(url: URL): SiteAuthenticationError {
  const text = `The download of ${displayUrl(url)} was sent to a page of the site instead of a file, as without a session.`
  return new SiteAuthenticationError('SITE_AUTHENTICATION_FAILED', text)
}

async function get(
  connection: Connection,
  url: URL,
  cookie: string | undefined,
  { deadline, rest }: FileRequest,
): Promise<Dispatcher.ResponseData> {
  try {
    return await sendRequest(
      connection.files.dispatcher,
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers: {
          'user-agent': buildUserAgent(connection.settings.userAgent),
          'accept-encoding': 'identity',
          ...(cookie !== undefined && { cookie }),
          ...(rest !== undefined && { range: `bytes=${rest.fromBytes}-`, 'if-range': rest.validator }),
        },
      },
      deadline,
    )
  } catch (error) {
    deadline.signal.throwIfAborted()
    throw error instanceof SiteError ? error : toTransportError(error, `The download of ${displayUrl(url)}`, url.origin)
  }
}

/** Where the body of a good answer begins and how large the file is; undefined when it is none. */
function findPart(
  { statusCode, headers }: Dispatcher.ResponseData,
  askedFrom: number | undefined,
): Pick<FileAnswer, 'startBytes' | 'sizeBytes'> | undefined {
  if (statusCode === 200) {
    const length = getHeader(headers, 'content-length')
    return { startBytes: 0, sizeBytes: length === undefined ? undefined : Number(length) }
  }
  if (statusCode !== 206 || askedFrom === undefined) return undefined
  const range = parseContentRange(getHeader(headers, 'content-range'))
  return range?.startBytes === askedFrom ? { startBytes: askedFrom, sizeBytes: range.totalBytes } : undefined
}

function openAnswer(
  data: Dispatcher.ResponseData,
  url: URL,
  maxBytes: number,
  part: Pick<FileAnswer, 'startBytes' | 'sizeBytes'>,
): FileAnswer {
  if (part.sizeBytes !== undefined && part.sizeBytes > maxBytes) {
    data.body.destroy()
    throw tooLarge(`The download of ${displayUrl(url)}`, maxBytes)
  }
  return {
    body: data.body,
    contentType: getHeader(data.headers, 'content-type'),
    ...part,
    validator: findValidator(data),
  }
}

/** A strong ETag, or else the date of the last change. */
function findValidator({ headers }: Dispatcher.ResponseData): string | undefined {
  const etag = getHeader(headers, 'etag')
  return etag?.startsWith('"') ? etag : getHeader(headers, 'last-modified')
}

async function buildFileError({ settings }: Connection, data: Dispatcher.ResponseData, url: URL): Promise<SiteError> {
  const { statusCode: status, headers } = data
  const page = await readBody(data, MAX_ERROR_BYTES, 'The download').catch(() => Buffer.alloc(0))
  const text = `The download of ${displayUrl(url)} was answered with HTTP ${status}${extract(page, settings.redactor)}.`
  switch (status) {
    case 400:
    case 404:
      return new SiteNotFoundError('SITE_FILE_NOT_FOUND', text)
    case 401:
      return new SiteAuthenticationError('SITE_AUTHENTICATION_FAILED', text)
    case 403:
      return new SitePermissionError('SITE_FILE_REFUSED', text)
    case 409:
      return new SitePermissionError('SITE_FILE_NOT_SCANNED', text)
    case 410:
      return new SitePermissionError('SITE_FILE_QUARANTINED', text)
    case 429:
    case 503:
      return new SiteOverloadError('SITE_OVERLOADED', text, {
        status,
        retryAfterMs: parseRetryAfter(getHeader(headers, 'retry-after')),
      })
    case 502:
    case 504:
      return new SiteTransportError('SITE_GATEWAY_FAILED', text, { sent: true })
    default:
      return new SiteProtocolError('SITE_STATUS_UNEXPECTED', text, { status })
  }
}
