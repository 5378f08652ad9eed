import { Fault } from '../fault.ts'
import type { Json } from '../json.ts'
import type { EntityTypeSchema, FieldSchema } from '../schema/types.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { changeField } from '../store/change.ts'
import { logNew } from '../store/events.ts'
import { isMultiLinkField, refOf, refsIn } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { type WriteContext, writeContext } from '../store/write-context.ts'
import { contentTypeOf, extensionOf } from './content-type.ts'
import type { StoredFile } from './file-store.ts'

/** A file that has arrived. */
export type Arrived = { readonly file: StoredFile; readonly fileName: string }

/** An entity that something is uploaded to. */
export type Target = { readonly entityType: EntityTypeSchema; readonly row: Row }

export type AttachOptions = {
  readonly displayName: string
  /** Undefined: the file is only linked to the entity. */
  readonly fieldName: string | undefined
  readonly tags: readonly string[]
}

/** The entity that a form names. Throws a `Fault`. */
export function findTarget(
  site: SandboxSite,
  action: string,
  type: string | undefined,
  id: string | undefined,
): Target {
  const entityType = site.schema.get(type ?? '')
  if (entityType === undefined)
    throw new Fault(103, `API ${action}() invalid/missing string entity 'type': "${type ?? ''}"`)
  const row = site.store.findActive({ type: entityType.name, id: Number(id) })
  if (row === undefined) {
    throw new Fault(
      104,
      `API ${action}() CRUD ERROR #3: Entity of type [${entityType.name}] with id=${id} does not exist.`,
    )
  }
  return { entityType, row }
}

/** Makes an Attachment of a file, and sets a field of the entity or adds to it. Answers its id. Throws a `Fault`. */
export function attachFile(
  site: SandboxSite,
  actor: Actor,
  target: Target,
  arrived: Arrived,
  { displayName, fieldName, tags }: AttachOptions,
): number {
  const field = fieldFor(target, fieldName)
  const context = writeContext(site, actor)
  const id = site.store.transact(() => {
    const attachment = createAttachment(context, target.row, arrived, displayName)
    site.store.setValue(attachment, 'tag_list', [...tags])
    if (field !== undefined) {
      const value = isMultiLinkField(field)
        ? [...refsIn(target.row.values[field.name]), refOf(attachment)]
        : (attachment.values.this_file ?? null)
      changeField(context, target.row, field, value)
      stamp(context, target)
    }
    return attachment.id
  })
  site.files.keep(`attachment/${id}`, arrived.file)
  return id
}

/** An Attachment that holds an uploaded file and is linked to an entity. */
export function createAttachment(
  context: WriteContext,
  row: Row,
  { file, fileName }: Arrived,
  displayName: string,
): Row {
  const { store } = context.site
  const attachment = store.insert('Attachment')
  const by = refOfUser(context)
  const contentType = contentTypeOf(fileName)
  const values: { [field: string]: Json } = {
    this_file: { link_type: 'upload', name: displayName, content_type: contentType, ...refOf(attachment) },
    filename: fileName,
    display_name: displayName,
    file_size: file.sizeBytes,
    file_extension: extensionOf(fileName) || null,
    attachment_links: [refOf(row)],
    project: row.type === 'Project' ? refOf(row) : (row.values.project ?? null),
    processing_status: 'clean',
    created_at: context.at,
    created_by: by,
    updated_at: context.at,
    updated_by: by,
  }
  for (const [name, value] of Object.entries(values)) store.setValue(attachment, name, value)
  logNew(context, attachment)
  return attachment
}

/** Who changed an entity when. */
export function stamp(context: WriteContext, { entityType, row }: Target): void {
  const { store } = context.site
  if (entityType.fields.has('updated_at')) store.setValue(row, 'updated_at', context.at)
  if (entityType.fields.has('updated_by')) store.setValue(row, 'updated_by', refOfUser(context))
}

/** Notes gain what is uploaded to them even when no field is named. */
function fieldFor({ entityType }: Target, fieldName: string | undefined): FieldSchema | undefined {
  if (fieldName === undefined) return entityType.name === 'Note' ? entityType.fields.get('attachments') : undefined
  const field = entityType.fields.get(fieldName)
  if (field === undefined) throw new Fault(103, `API upload_file() ${entityType.name}.${fieldName} doesn't exist.`)
  const takesFiles =
    field.dataType === 'url' || (isMultiLinkField(field) && field.validTypes?.includes('Attachment') === true)
  if (!field.editable) throw new Fault(103, `API upload_file() ${entityType.name}.${fieldName} is read only`)
  if (takesFiles && !field.createOnly) return field
  throw new Fault(103, `API upload_file() ${entityType.name}.${fieldName} (${field.dataType}) takes no file.`)
}

function refOfUser({ actor }: WriteContext): { type: string; id: number } {
  return { type: actor.user.type, id: actor.user.id }
}
