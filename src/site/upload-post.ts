import type { Scope } from './connection.ts'
import { guessContentType } from './content-type.ts'
import { buildAuthParams } from './credentials.ts'
import type { Deadline } from './deadline.ts'
import { type AttemptedWrite, SiteError, SiteOutcomeUnknownError, SiteProtocolError } from './errors/index.ts'
import type { Answer } from './http.ts'
import type { CallOptions } from './options.ts'
import { repeat } from './retry.ts'
import { mayHaveHappened } from './send-write.ts'
import { createBody } from './upload-body.ts'
import { encodeFields, type FormFields, frameFile } from './upload-form.ts'
import { readFormAnswer, sendUpload } from './upload-request.ts'
import type { OpenSource } from './upload-source.ts'

/** One upload: on whose behalf, of what, until when. */
export type Upload = {
  readonly scope: Scope
  readonly options: CallOptions
  readonly deadline: Deadline
  /** For people: `upload of plate.mov to Shot 310`. */
  readonly what: string
  readonly onSent: (sentBytes: number) => void
  /** May the site have made it, from now on? */
  readonly setWritten: (written: boolean) => void
}

/** A form that changes the site. */
export type WritingForm = {
  readonly action: string
  readonly fields: FormFields
  readonly attempted: readonly AttemptedWrite[]
}

/** A form that changes nothing that anybody sees, repeated like a read. Its text begins with `1`. */
export async function askForm(upload: Upload, action: string, fields: FormFields): Promise<string> {
  const { scope, deadline, what } = upload
  const { settings } = scope.connection
  return await repeat(settings.retry, deadline, async () =>
    readFormAnswer(await sendForm(upload, action, fields, deadline), what, scope.connection),
  )
}

/**
 * A form that changes the site: sent once. Gives what `parse` makes of its answer.
 *
 * @throws {SiteOutcomeUnknownError} when it was sent and no proper answer came
 */
export async function writeForm<T>(
  upload: Upload,
  { action, fields, attempted }: WritingForm,
  parse: (answer: Answer) => T,
): Promise<T> {
  let sent = false
  const sentAt = new Date()
  const { deadline } = upload
  const markSent = (): void => {
    sent = true
    upload.setWritten(true)
    deadline.markSent()
  }
  try {
    return parse(await sendForm(upload, action, fields, { ...deadline, markSent }))
  } catch (error) {
    throw sent ? toOutcome(error, upload.what, attempted, sentAt) : error
  }
}

/**
 * A form with a file: it is sent again when it broke off before its last byte and the file can be read again, for then
 * nothing can have come of it.
 *
 * @throws {SiteOutcomeUnknownError} when all of it was sent and no proper answer came
 */
export async function writeFileForm<T>(
  upload: Upload,
  { action, fields, attempted, partName }: WritingForm & { readonly partName: string },
  source: OpenSource,
  parse: (answer: Answer) => T,
): Promise<T> {
  const { scope, deadline, what, onSent } = upload
  const { connection } = scope
  const { fileName, sizeBytes } = source
  const contentType = guessContentType(fileName)
  const policy = { ...connection.settings.retry, ...(source.repeatable ? {} : { attempts: 1 }) }
  let sentAt: Date | undefined
  try {
    return await repeat(policy, deadline, async () => {
      sentAt = undefined
      const all = { ...(await buildAuthParams(scope, upload.options)), ...fields }
      const { head, tail, contentType: formType } = frameFile(all, { partName, fileName, contentType, sizeBytes })
      const body = createBody({ head, file: source.read(0, sizeBytes), fileBytes: sizeBytes, tail, onSent })
      const beganAt = new Date()
      try {
        const url = new URL(`/upload/${action}`, connection.settings.address.origin)
        return parse(await sendUpload(connection, { url, method: 'POST', contentType: formType, body, what, deadline }))
      } catch (error) {
        if (!body.isComplete()) throw error
        upload.setWritten(true)
        sentAt = beganAt
        throw toOutcome(error, what, attempted, beganAt)
      }
    })
  } catch (error) {
    throw sentAt === undefined ? error : toOutcome(error, what, attempted, sentAt) // also when the deadline passed
  }
}

/** The id in `1:4271`, in one line or two. */
export function parseAttachmentId(text: string, what: string): number {
  const id = /^1[^:]*:[ \t]*(\d{1,15})[ \t]*(?:[:\r\n]|$)/.exec(text)?.[1]
  if (id !== undefined) return Number(id)
  throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered without the id of an Attachment.`)
}

async function sendForm(upload: Upload, action: string, fields: FormFields, deadline: Deadline): Promise<Answer> {
  const { scope, options, what } = upload
  const { connection } = scope
  const body = encodeFields({ ...(await buildAuthParams(scope, options)), ...fields })
  const url = new URL(`/upload/${action}`, connection.settings.address.origin)
  const contentType = 'application/x-www-form-urlencoded'
  return await sendUpload(connection, { url, method: 'POST', contentType, body, what, deadline })
}

function toOutcome(error: unknown, what: string, attempted: readonly AttemptedWrite[], sentAt: Date): unknown {
  if (!(error instanceof SiteError) || !mayHaveHappened(error)) return error
  const text = `The ${what} was sent, but its answer was lost: it may have been made or not. ${error.message}`
  return new SiteOutcomeUnknownError(text, { cause: error, attempted, sentAt })
}
