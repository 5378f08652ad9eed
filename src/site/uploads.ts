import { setTimeout as sleep } from 'node:timers/promises'
import { type Scope, takeTurn } from './connection.ts'
import { type AttemptedWrite, SiteFaultError, SiteOutcomeUnknownError, SiteUsageError } from './errors/index.ts'
import type { Answer } from './http.ts'
import { type PlannedWrite, tellLedgers, type WrittenValues } from './ledger.ts'
import { checkName } from './query.ts'
import type { SiteInfo } from './result-types.ts'
import { wasCutOff } from './send-write.ts'
import type { Shared } from './shared.ts'
import type { EntityRef } from './types.ts'
import { parseAttachmentId, type Upload, writeFileForm, writeForm } from './upload-post.ts'
import { readFormAnswer } from './upload-request.ts'
import { goesToStorage, isFilmstripField, isThumbnailField } from './upload-route.ts'
import { type OpenSource, openSource } from './upload-source.ts'
import { sendToStorage } from './upload-storage.ts'
import type { ShareThumbnailOptions, UploadCallOptions, UploadOptions, UploadSource } from './upload-types.ts'
import { buildRef } from './write-payload.ts'

/** A site took about 40 s to make a picture. */
const PICTURE_WAIT_MS = 300_000

/** Files on their way to the site. */
export interface SiteUploads {
  /**
   * Upload a file to a field, or as an attachment of an entity. Gives the id of its Attachment. Memory stays constant; the
   * file goes through the site or straight to its storage, as the site asks. When the last answer is lost it rejects with
   * `SiteOutcomeUnknownError`.
   * @throws {SiteUsageError} `SITE_CALL_INVALID` for a file that is missing or empty
   * @example
   * const attachmentId = await site.upload(version, '/renders/LH_010.mov', { field: 'sg_uploaded_movie' })
   * await site.upload(shot, { stream, name: 'plates.zip', sizeBytes }, { tags: ['plates'] })
   */
  upload(ref: EntityRef, source: UploadSource, options?: UploadOptions): Promise<number>

  /**
   * Upload the thumbnail of an entity. Reads as pending until the site has made the picture.
   * @example await site.uploadThumbnail(shot, '/renders/LH_010.jpg')
   */
  uploadThumbnail(ref: EntityRef, source: UploadSource, options?: UploadCallOptions): Promise<number>

  /** The same for the filmstrip: frames of 240 pixels, side by side. @example await site.uploadFilmstripThumbnail(version, path) */
  uploadFilmstripThumbnail(ref: EntityRef, source: UploadSource, options?: UploadCallOptions): Promise<number>

  /**
   * Give entities the thumbnail of another one, or one new file. Gives the id of the picture's Attachment; null when the
   * source has no thumbnail, and then the entities have none either. With `thumbnailPath` it waits up to 5 minutes until
   * the site has made the picture.
   * @throws {SiteFaultError} `SITE_THUMBNAIL_NOT_READY` when the thumbnail of the source is still being made
   * @example
   * await site.shareThumbnail([shot, task], { sourceEntity: version })
   * await site.shareThumbnail([shot, task], { thumbnailPath: '/renders/LH_010.jpg' })
   */
  shareThumbnail(refs: readonly EntityRef[], options: ShareThumbnailOptions): Promise<number | null>
}

/** The uploads of one scope. */
export function createUploads(scope: Scope, info: Shared<SiteInfo>): SiteUploads {
  const { settings, files } = scope.connection

  /** Has its turn and its deadline while `work` runs; ledgers are told how it ended. */
  const hold = async <T>(
    { what, options, sizeBytes, planned }: Held,
    work: (upload: Upload) => Promise<T>,
  ): Promise<T> => {
    const timeoutMs = settings.uploadTimeoutMs
    const { deadline, giveBack } = await takeTurn(scope, { lane: files, what: `The ${what}`, timeoutMs, call: options })
    const at = new Date()
    let written = false
    const tell = (outcome: 'done' | 'failed' | 'unknown', error: unknown): void => {
      for (const write of planned) tellLedgers(scope, write, { entityId: write.entityId, outcome, error, at })
    }
    try {
      const result = await work({
        scope,
        options: { ...options, timeoutMs: options.timeoutMs ?? timeoutMs },
        deadline,
        what,
        onSent: (sentBytes) => options.onProgress?.({ transferredBytes: sentBytes, totalBytes: sizeBytes }),
        onWritten: () => {
          written = true
        },
      })
      tell('done', undefined)
      return result
    } catch (error) {
      const isUnknown = error instanceof SiteOutcomeUnknownError || (written && wasCutOff(error))
      tell(isUnknown ? 'unknown' : 'failed', error)
      throw error
    } finally {
      deadline[Symbol.dispose]()
      giveBack()
    }
  }

  const upload = async (ref: EntityRef, from: UploadSource, options: UploadOptions = {}): Promise<number> => {
    const target = buildRef(ref)
    const { field } = options
    if (field !== undefined) checkName(field, 'field')
    const tags = joinTags(options.tags)
    await using source = await openSource(from, options.fileName)
    const { fileName, sizeBytes } = source
    const { raw } = await info.get(scope, options)
    const isThumbnail = isThumbnailField(field)
    const own = isThumbnail
      ? { ...(isFilmstripField(field) && { filmstrip: true }) }
      : { display_name: options.displayName ?? fileName, field_name: field, tag_list: tags }
    const attempted = describe('upload', target, field)
    const held: Held = {
      what: `upload of ${fileName} to ${target.type} ${target.id}${field === undefined ? '' : `.${field}`}`,
      options,
      sizeBytes,
      planned: [plan(attempted, { file_name: fileName, file_size: sizeBytes, ...own })],
    }
    const send = goesToStorage(raw, target.type, field) ? sendByStorage : sendBySite
    const fields = { entity_type: target.type, entity_id: target.id, ...own }
    return await hold(held, (running) => send(running, source, { fields, attempted: [attempted], isThumbnail }))
  }

  /** Once or, for a picture that is still being made, as long as `patienceMs`. */
  const share = async (
    [source, ...targets]: readonly [EntityRef, ...EntityRef[]],
    { filmstrip = false, ...options }: ShareThumbnailOptions,
    patienceMs: number,
  ): Promise<number | null> => {
    const field = filmstrip ? 'filmstrip_image' : 'image'
    const attempted = targets.map((target) => describe('shareThumbnail', target, field))
    const form = {
      action: 'share_thumbnail',
      fields: {
        entities: targets.map(nameOf).join(','),
        source_entity: nameOf(source),
        filmstrip_thumbnail: filmstrip ? 1 : false,
      },
      attempted,
    }
    const held: Held = {
      what: `share_thumbnail of ${source.type} ${source.id} with ${targets.length} entities`,
      options,
      sizeBytes: 0,
      planned: attempted.map((one) => plan(one, { source_entity: source })),
    }
    return await hold(held, async (running) => {
      const { signal } = running.deadline
      const endsAtMs = performance.now() + patienceMs
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await writeForm(running, form, (answer) => parseShared(answer, running))
        } catch (error) {
          const delayMs = Math.min(settings.retry.maxDelayMs, settings.retry.baseDelayMs * 2 ** attempt)
          const notReady = error instanceof SiteFaultError && error.code === 'SITE_THUMBNAIL_NOT_READY'
          if (!notReady || performance.now() + delayMs >= endsAtMs) throw error
          await sleep(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted())
        }
      }
    })
  }

  return {
    upload,
    uploadThumbnail: (ref, source, options) =>
      upload(ref, source, { ...thumbnailOptions(options), field: 'thumb_image' }),
    uploadFilmstripThumbnail: (ref, source, options) =>
      upload(ref, source, { ...thumbnailOptions(options), field: 'filmstrip_thumb_image' }),
    shareThumbnail: async (refs, options) => {
      const { sourceEntity, thumbnailPath, filmstrip = false } = options
      const [first, ...others] = refs.map(buildRef)
      if (first === undefined)
        throw new SiteUsageError('SITE_CALL_INVALID', 'refs is empty: expected at least one entity.')
      if ((sourceEntity === undefined) === (thumbnailPath === undefined)) {
        throw new SiteUsageError(
          'SITE_CALL_INVALID',
          'A thumbnail is shared from thumbnailPath or sourceEntity: give one.',
        )
      }
      if (sourceEntity !== undefined) return await share([buildRef(sourceEntity), first, ...others], options, 0)
      const field = filmstrip ? 'filmstrip_thumb_image' : 'thumb_image'
      const id = await upload(first, thumbnailPath ?? '', { ...thumbnailOptions(options), field })
      return others.length === 0 ? id : await share([first, ...others], options, PICTURE_WAIT_MS)
    },
  }
}

/** One write and what it takes. */
type Held = {
  readonly what: string
  readonly options: UploadCallOptions
  readonly sizeBytes: number
  readonly planned: readonly PlannedWrite[]
}

type Sending = {
  readonly fields: { readonly [name: string]: string | number | boolean | undefined }
  readonly attempted: readonly AttemptedWrite[]
  readonly isThumbnail: boolean
}

async function sendBySite(held: Upload, source: OpenSource, { isThumbnail, ...form }: Sending): Promise<number> {
  const action = isThumbnail ? 'publish_thumbnail' : 'upload_file'
  const partName = isThumbnail ? 'thumb_image' : 'file'
  return await writeFileForm(held, { ...form, action, partName }, source, (answer) => parseId(answer, held))
}

async function sendByStorage(held: Upload, source: OpenSource, sending: Sending): Promise<number> {
  const { fields, attempted, isThumbnail } = sending
  const linkInfo = await sendToStorage(held, source, isThumbnail ? 'Thumbnail' : 'Attachment')
  const form = { action: 'api_link_file', fields: { ...fields, upload_link_info: linkInfo }, attempted }
  return await writeForm(held, form, (answer) => parseId(answer, held))
}

function parseId(answer: Answer, { what, scope }: Upload): number {
  return parseAttachmentId(readFormAnswer(answer, what, scope.connection), what)
}

/** The id after the colon; null when the source had nothing to share. */
function parseShared(answer: Answer, { what, scope }: Upload): number | null {
  const text = Buffer.from(answer.bytes).toString('utf8')
  if (answer.status >= 200 && answer.status < 300 && text.startsWith('2')) {
    const said = scope.connection.settings.redactor.quote(text.slice(1).trim(), 1_000)
    throw new SiteFaultError('SITE_THUMBNAIL_NOT_READY', `The site refused the ${what}: ${said}`, {
      siteCode: undefined,
    })
  }
  const [, id = ''] = readFormAnswer(answer, what, scope.connection).split(/[:\r\n]+/)
  return /^\d{1,15}$/.test(id.trim()) ? Number(id) : null
}

function thumbnailOptions({ fileName, onProgress, signal, timeoutMs }: UploadCallOptions = {}): UploadCallOptions {
  return {
    ...(fileName !== undefined && { fileName }),
    ...(onProgress !== undefined && { onProgress }),
    ...(signal !== undefined && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  }
}

/** Tags travel in one text, parted by commas. */
function joinTags(tags: readonly string[] | undefined): string | undefined {
  if (tags === undefined || tags.length === 0) return undefined
  for (const tag of tags) {
    if (typeof tag === 'string' && tag.trim() !== '' && !tag.includes(',')) continue
    throw new SiteUsageError(
      'SITE_CALL_INVALID',
      `The tag ${JSON.stringify(tag)} cannot be sent: expected text without commas.`,
    )
  }
  return tags.join(',')
}

function describe(
  operation: 'upload' | 'shareThumbnail',
  { type, id }: EntityRef,
  field: string | undefined,
): AttemptedWrite {
  return { operation, entityType: type, entityId: id, ...(field !== undefined && { fields: [field] }) }
}

function plan({ operation, entityType, entityId }: AttemptedWrite, values: WrittenValues): PlannedWrite {
  const sent = Object.entries(values).filter(([, value]) => value !== undefined)
  return {
    operation,
    entityType,
    entityId,
    values: Object.fromEntries(sent),
    modes: {},
    oldValues: undefined,
    batchIndex: undefined,
  }
}

function nameOf({ type, id }: EntityRef): string {
  return `${type}_${id}`
}
