import { buildStatusError, extract } from './answer.ts'
import type { Connection } from './connection.ts'
import type { Deadline } from './deadline.ts'
import { SiteError } from './errors/index.ts'
import { buildFault } from './faults.ts'
import { type Answer, readBody, sendRequest, toTransportError } from './http.ts'
import type { UploadBody } from './upload-body.ts'
import { buildUserAgent } from './user-agent.ts'

const MAX_ANSWER_BYTES = 65_536 // of a text of a few lines, or of a page that says why not

export type UploadRequest = {
  readonly url: URL
  readonly method: 'POST' | 'PUT'
  readonly contentType: string
  readonly body: string | UploadBody
  /** For people: `upload of plate.mov to Shot 310`. */
  readonly what: string
  readonly deadline: Deadline
}

/** Send a body and read the answer, whatever its status. What the source of the bytes throws comes as it is. */
export async function sendUpload(connection: Connection, request: UploadRequest): Promise<Answer> {
  const { url, method, contentType, body, deadline } = request
  const what = `The ${request.what}`
  try {
    const data = await sendRequest(
      connection.files.dispatcher,
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: {
          'content-type': contentType,
          'user-agent': buildUserAgent(connection.settings.userAgent),
          'accept-encoding': 'identity',
          ...(typeof body !== 'string' && { 'content-length': String(body.sizeBytes) }),
        },
        body: typeof body === 'string' ? body : body.bytes,
      },
      deadline,
    )
    const bytes = await readBody(data, MAX_ANSWER_BYTES, what)
    return { status: data.statusCode, headers: data.headers, bytes }
  } catch (error) {
    deadline.signal.throwIfAborted()
    const failure = typeof body === 'string' ? undefined : body.failure()
    if (failure !== undefined) throw failure
    throw error instanceof SiteError ? error : toTransportError(error, what, url.origin)
  }
}

/** The text of a form's answer. @throws {SiteError} for other statuses, and for texts that do not begin with `1` */
export function readFormAnswer(answer: Answer, what: string, { settings }: Connection): string {
  const { redactor, usesPassword } = settings
  if (answer.status < 200 || answer.status >= 300) throw buildStatusError(answer, { what, redactor, usesPassword })
  const text = Buffer.from(answer.bytes).toString('utf8')
  if (text.startsWith('1')) return text
  const said = text.replace(/^[0-9]\s*[:\n]/, '').trim()
  const message = said.startsWith('<') ? extract(answer.bytes, redactor) : redactor.quote(said, 2_000)
  const errorCode = /^Can't authenticate|^Cannot 'sudo'/.test(said) ? 102 : undefined
  throw buildFault({ errorCode, message: message || 'no reason given', what, usesPassword })
}
