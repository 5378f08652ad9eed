import type { Json } from '../json.ts'
import type { FieldSchema } from '../schema/types.ts'
import { keepConnections } from './connections.ts'
import { type ChangeOrigin, logChange } from './events.ts'
import { isLinkField, type LinkDifference, linkDifference } from './links.ts'
import { mirrorLinks } from './mirror.ts'
import type { Row } from './store.ts'
import { fieldReader } from './stored.ts'
import type { WriteContext } from './write-context.ts'

/**
 * Sets one field, logs it, and keeps the other side of a link in step.
 * False when the field had that value already: then nothing happens.
 */
export function changeField(
  context: WriteContext,
  row: Row,
  field: FieldSchema,
  value: Json,
  origin: ChangeOrigin = {},
): boolean {
  const before = storedValue(context, row, field)
  if (!isLinkField(field)) {
    if (before === value || JSON.stringify(before) === JSON.stringify(value)) return false
    context.site.store.setValue(row, field.name, value)
    logChange(context, row, field, [before, value], origin)
    return true
  }
  const links = linkDifference(before, value)
  if (links.added.length === 0 && links.removed.length === 0) return false
  context.site.store.setValue(row, field.name, value)
  const eventId = logChange(context, row, field, [before, value], { ...origin, links })
  followLinks(context, row, field, links, eventId)
  return true
}

function followLinks(
  context: WriteContext,
  row: Row,
  field: FieldSchema,
  links: LinkDifference,
  eventId: number | null,
): void {
  if (field.mirror === null) return
  mirrorLinks(context, row, field, field.mirror, links, eventId)
  keepConnections(context, row, field, links)
}

/** What a field holds, secrets included. */
function storedValue({ site }: WriteContext, row: Row, field: FieldSchema): Json {
  return field.secret ? (row.values[field.name] ?? null) : fieldReader(site, field)(row)
}
