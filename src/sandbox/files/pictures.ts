import { Fault } from '../fault.ts'
import { formatUploadedPicture, parseUploadedPicture, type UploadedPicture } from '../query/uploaded-picture.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { changeField } from '../store/change.ts'
import type { Row } from '../store/store.ts'
import { type WriteContext, writeContext } from '../store/write-context.ts'
import { renderPicture } from '../thumbnails/render.ts'
import { resizePicture } from '../thumbnails/resize.ts'
import { type Arrived, createAttachment, stamp, type Target } from './attachments.ts'

export type ImageField = 'image' | 'filmstrip_image'

/** Makes a file the thumbnail of an entity; another picture stands in until it is ready. Answers the Attachment's id. */
export function publishPicture(
  site: SandboxSite,
  actor: Actor,
  target: Target,
  arrived: Arrived,
  name: ImageField,
): number {
  const field = imageField(target, name)
  const context = writeContext(site, actor)
  const id = site.store.transact(() => {
    const attachment = createAttachment(context, target.row, arrived, arrived.fileName)
    const pending = formatUploadedPicture({ attachmentId: attachment.id, ready: false })
    site.store.setValue(attachment, 'image', pending)
    changeField(context, target.row, field, pending, { isTransient: true })
    stamp(context, target)
    return attachment.id
  })
  site.files.keep(`attachment/${id}`, arrived.file)
  site.files.later(() => makeReady(context, target, arrived, field, id))
  return id
}

/**
 * Gives entities the picture of another one, or none when it has none. Answers the id of the picture's Attachment.
 * Throws a `Fault`, or `PictureNotReady`.
 */
export async function sharePicture(
  site: SandboxSite,
  actor: Actor,
  source: Target,
  targets: readonly Target[],
  name: ImageField,
): Promise<number | undefined> {
  const sourceField = imageField(source, name)
  const fields = targets.map((target) => imageField(target, name))
  const context = writeContext(site, actor)
  const picture = await uploadedPicture(context, source, sourceField)
  if (picture?.ready === false) throw new PictureNotReady()
  site.store.transact(() => {
    for (const [at, target] of targets.entries()) {
      const field = fields[at]
      if (field === undefined) continue
      changeField(context, target.row, field, picture === undefined ? null : formatUploadedPicture(picture))
      stamp(context, target)
    }
  })
  return picture?.attachmentId
}

/** Another picture still stands in for the one to share. */
export class PictureNotReady extends Error {
  override readonly name = 'PictureNotReady'
}

/** The picture of an entity. One that is drawn becomes a file first, so that all who share it show the same. */
async function uploadedPicture(
  context: WriteContext,
  { row }: Target,
  field: FieldSchema,
): Promise<UploadedPicture | undefined> {
  const value = row.values[field.name]
  if (typeof value !== 'string') return undefined
  const uploaded = parseUploadedPicture(value)
  if (uploaded !== undefined) return uploaded
  const { files, store } = context.site
  const bytes = await renderPicture(value)
  const file = await files.receive(chunksOf(bytes))
  const picture = { attachmentId: 0, ready: true }
  store.transact(() => {
    const attachment = createAttachment(context, row, { file, fileName: 'thumbnail.jpg' }, 'thumbnail.jpg')
    picture.attachmentId = attachment.id
    setPicture(context, attachment, row, field, formatUploadedPicture(picture))
  })
  files.keep(`attachment/${picture.attachmentId}`, file)
  files.keep(`picture/${picture.attachmentId}`, file)
  return picture
}

/** Makes the picture out of what was uploaded, and shows it wherever its stand-in is still shown. */
async function makeReady(
  context: WriteContext,
  { row }: Target,
  { file }: Arrived,
  field: FieldSchema,
  attachmentId: number,
): Promise<void> {
  const { files, store } = context.site
  const made = await makePicture(context.site, file.path, field)
  const attachment = store.find('Attachment', attachmentId)
  const pending = formatUploadedPicture({ attachmentId, ready: false })
  const picture = made ? formatUploadedPicture({ attachmentId, ready: true }) : null
  if (made) files.keep(`picture/${attachmentId}`, made)
  if (attachment !== undefined) store.setValue(attachment, 'image', picture)
  if (row.values[field.name] !== pending) return // another one was uploaded meanwhile
  const later = writeContext(context.site, context.actor)
  if (picture === null) store.setValue(row, field.name, null)
  else store.transact(() => changeField(later, row, field, picture, { isTransient: false }))
}

/** Undefined for what is no picture. */
async function makePicture(site: SandboxSite, path: string, field: FieldSchema) {
  try {
    const bytes = await resizePicture(path, field.name === 'image' ? 'thumbnail' : 'filmstrip')
    return await site.files.receive(chunksOf(bytes))
  } catch {
    return undefined
  }
}

/** Not a change that anybody made: what the entity shows stays the same. */
function setPicture({ site }: WriteContext, attachment: Row, row: Row, field: FieldSchema, picture: string): void {
  site.store.setValue(attachment, 'image', picture)
  site.store.setValue(row, field.name, picture)
}

function imageField({ entityType }: Target, name: ImageField): FieldSchema {
  const field = entityType.fields.get(name)
  if (field?.dataType === 'image') return field
  throw new Fault(103, `API publish_thumbnail() ${entityType.name}.${name} doesn't exist.`)
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
