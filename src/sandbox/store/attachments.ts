import { isObject, type Json } from '../json.ts'
import type { FieldSchema } from '../schema/types.ts'
import { logNew } from './events.ts'
import { refOf } from './links.ts'
import type { Row } from './store.ts'
import type { WriteContext } from './write-context.ts'

/**
 * Gives a file or web link its Attachment and answers the value to store in the field.
 * A link in `Attachment.this_file` belongs to that very Attachment.
 */
export function storeUrl(context: WriteContext, row: Row, field: FieldSchema, value: Json): Json {
  if (!isObject(value) || typeof value.id === 'number') return value
  if (row.type === 'Attachment' && field.name === 'this_file') {
    const link = { ...value, ...refOf(row) }
    if (row.values.display_name === undefined) context.site.store.setValue(row, 'display_name', value.name ?? null)
    return link
  }
  const { store } = context.site
  const attachment = store.insert('Attachment')
  const link = { ...value, ...refOf(attachment) }
  const by = { type: context.actor.user.type, id: context.actor.user.id }
  const values: { [field: string]: Json } = {
    this_file: link,
    display_name: value.name ?? null,
    attachment_links: [refOf(row)],
    project: row.values.project ?? null,
    local_storage: value.local_storage ?? null,
    created_at: context.at,
    created_by: by,
    updated_at: context.at,
    updated_by: by,
  }
  for (const [name, one] of Object.entries(values)) store.setValue(attachment, name, one)
  logNew(context, attachment)
  return link
}
