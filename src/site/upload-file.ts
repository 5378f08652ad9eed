import type { Scope } from './connection.ts'
import { type AttemptedWrite, SiteUsageError } from './errors/index.ts'
import type { Answer } from './http.ts'
import { checkName } from './query.ts'
import type { SiteInfo } from './result-types.ts'
import type { Shared } from './shared.ts'
import type { EntityRef } from './types.ts'
import type { FormFields } from './upload-form.ts'
import { parseAttachmentId, type Upload, writeFileForm, writeForm } from './upload-post.ts'
import { readFormAnswer } from './upload-request.ts'
import { goesToStorage, isFilmstripField, isThumbnailField } from './upload-route.ts'
import { describeUpload, planUpload, runUpload } from './upload-run.ts'
import { type OpenSource, openSource } from './upload-source.ts'
import { sendToStorage } from './upload-storage.ts'
import type { UploadOptions, UploadSource } from './upload-types.ts'
import { buildRef } from './write-payload.ts'

type Sending = {
  readonly fields: FormFields
  readonly attempted: readonly AttemptedWrite[]
  readonly isThumbnail: boolean
}

/** Upload one file or thumbnail. Gives the id of its Attachment. */
export async function uploadFile(
  scope: Scope,
  info: Shared<SiteInfo>,
  ref: EntityRef,
  from: UploadSource,
  options: UploadOptions,
): Promise<number> {
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
  const attempted = describeUpload('upload', target, field)
  const plan = {
    what: `upload of ${fileName} to ${target.type} ${target.id}${field === undefined ? '' : `.${field}`}`,
    options,
    sizeBytes,
    planned: [planUpload(attempted, { file_name: fileName, file_size: sizeBytes, ...own })],
  }
  const fields = { entity_type: target.type, entity_id: target.id, ...own }
  const send = goesToStorage(raw, target.type, field) ? sendByStorage : sendBySite
  return await runUpload(scope, plan, async (upload) => {
    await source.open()
    return await send(upload, source, { fields, attempted: [attempted], isThumbnail })
  })
}

async function sendBySite(upload: Upload, source: OpenSource, { isThumbnail, ...form }: Sending): Promise<number> {
  const action = isThumbnail ? 'publish_thumbnail' : 'upload_file'
  const partName = isThumbnail ? 'thumb_image' : 'file'
  return await writeFileForm(upload, { ...form, action, partName }, source, (answer) => parseId(answer, upload))
}

async function sendByStorage(upload: Upload, source: OpenSource, sending: Sending): Promise<number> {
  const { fields, attempted, isThumbnail } = sending
  const linkInfo = await sendToStorage(upload, source, isThumbnail ? 'Thumbnail' : 'Attachment')
  const form = { action: 'api_link_file', fields: { ...fields, upload_link_info: linkInfo }, attempted }
  return await writeForm(upload, form, (answer) => parseId(answer, upload))
}

function parseId(answer: Answer, { what, scope }: Upload): number {
  return parseAttachmentId(readFormAnswer(answer, what, scope.connection), what)
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
