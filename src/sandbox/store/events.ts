import { isList, type Json, type JsonObject } from '../json.ts'
import { parseUploadedPicture } from '../query/uploaded-picture.ts'
import type { EntityRef } from '../refs.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { displayNameOf } from './display-name.ts'
import { isMultiLinkField, isRef, type LinkDifference, linkDifference, linkToRow, refOf } from './links.ts'
import type { Row } from './store.ts'
import type { WriteContext } from './write-context.ts'

/** How a change came about, beyond what changed. */
export type ChangeOrigin = {
  readonly inCreate?: boolean
  /** For a link field: which links came and went. */
  readonly links?: LinkDifference
  /** For the other side of a link: the field that was written, as `Task.entity`, and the id of its event. */
  readonly mirrorOf?: { readonly attribute: string; readonly eventId: number | null }
  /** For an uploaded picture: whether another one stands in for it. */
  readonly isTransient?: boolean
}

/** Logs that an entity was created. */
export function logNew(context: WriteContext, row: Row): void {
  const meta = { type: 'new_entity', entity_type: row.type, entity_id: row.id }
  log(context, row, 'New', null, meta, (name, who) => `${who} created new ${row.type} ${name}`)
}

/** Logs that a field changed and answers the id of the event; null when nothing is logged. */
export function logChange(
  context: WriteContext,
  row: Row,
  field: FieldSchema,
  [before, after]: readonly [Json, Json],
  { inCreate, links, mirrorOf, isTransient }: ChangeOrigin = {},
): number | null {
  if (field.secret) return null
  const standIn = isTransient === false // what stood in for a picture counts as nothing
  const meta: JsonObject = {
    type: 'attribute_change',
    attribute_name: field.name,
    entity_type: row.type,
    entity_id: row.id,
    field_data_type: field.dataType,
    ...changedValues(context.site, field, [standIn ? null : before, after], links),
    ...(isTransient === undefined ? {} : { is_transient: isTransient }),
    ...(inCreate === true ? { in_create: true } : {}),
    ...(mirrorOf === undefined
      ? {}
      : { actual_attribute_changed: mirrorOf.attribute, original_event_log_entry_id: mirrorOf.eventId }),
  }
  return log(context, row, 'Change', field.name, meta, (name, who) => {
    const where = `"${field.displayName}"`
    if (isMultiLinkField(field) || field.dataType === 'image') return `${who} changed ${where} on ${row.type} ${name}`
    const from = spoken(context.site, before)
    const to = spoken(context.site, after)
    return `${who} changed ${where} from "${from}" to "${to}" on ${row.type} ${name}`
  })
}

/** Logs that an entity was retired: the retirement, and the change of its date. */
export function logRetirement(context: WriteContext, row: Row): void {
  const retirementDate = `${context.at.slice(0, 10)} ${context.at.slice(11, 19)} UTC`
  const meta = { ...standing(context.site, row, 'entity_retirement'), retirement_date: retirementDate }
  log(context, row, 'Retirement', null, meta, (name, who) => `${who} retired ${row.type} ${name}`)
  const change = {
    type: 'attribute_change',
    attribute_name: 'retirement_date',
    entity_type: row.type,
    entity_id: row.id,
    field_data_type: 'date_time',
    old_value: null,
    new_value: retirementDate,
  }
  log(context, row, 'Change', 'retirement_date', change, (name, who) => `${who} retired ${row.type} ${name}`)
}

/** Logs that an entity was revived. */
export function logRevival(context: WriteContext, row: Row): void {
  const meta = standing(context.site, row, 'entity_revival')
  log(context, row, 'Revival', null, meta, (name, who) => `${who} revived ${row.type} ${name}`)
}

function standing(site: SandboxSite, row: Row, type: string): JsonObject {
  return {
    type,
    class_name: row.type,
    entity_type: row.type,
    entity_id: row.id,
    id: row.id,
    display_name: displayNameOf(site.schema, row),
  }
}

function log(
  { site, actor, at }: WriteContext,
  row: Row,
  action: 'New' | 'Change' | 'Retirement' | 'Revival',
  attributeName: string | null,
  meta: JsonObject,
  describe: (name: string, who: string) => string,
): number | null {
  if (!actor.logsEvents || row.type === 'EventLogEntry') return null
  const sudo = actor.sudoActualUser === null ? undefined : describeRef(site, actor.sudoActualUser)
  const values = {
    event_type: `Shotgun_${row.type}_${action}`,
    attribute_name: attributeName,
    meta: sudo === undefined ? meta : { ...meta, sudo_actual_user: sudo },
    entity: refOf(row),
    user: { type: actor.user.type, id: actor.user.id },
    project: projectOf(row),
    session_uuid: actor.sessionUuid,
    created_at: at,
    description: describe(displayNameOf(site.schema, row) ?? `#${row.id}`, spoken(site, actor.user)),
  }
  const event = site.store.insert('EventLogEntry')
  Object.assign(event.values, values)
  return event.id
}

function projectOf(row: Row): Json {
  return row.type === 'Project' ? refOf(row) : (row.values.project ?? null)
}

function changedValues(
  site: SandboxSite,
  field: FieldSchema,
  [before, after]: readonly [Json, Json],
  links: LinkDifference = linkDifference(before, after),
): JsonObject {
  if (isMultiLinkField(field)) {
    const told = (refs: readonly EntityRef[]) => refs.map((ref) => describeRef(site, ref))
    return { added: told(links.added), removed: told(links.removed) }
  }
  return { old_value: toMeta(site, field, before), new_value: toMeta(site, field, after) }
}

function toMeta(site: SandboxSite, field: FieldSchema, value: Json): Json {
  if (field.dataType === 'image') return parseUploadedPicture(value)?.attachmentId ?? null
  return field.dataType === 'entity' && isRef(value) ? describeRef(site, value) : value
}

/** A link as events tell it, also of an entity that is retired by now. */
function describeRef(site: SandboxSite, ref: EntityRef): Json {
  const row = site.store.find(ref.type, ref.id)
  return row === undefined ? { type: ref.type, id: ref.id, name: null } : { ...linkToRow(site, row), valid: 'valid' }
}

function spoken(site: SandboxSite, value: Json): string {
  if (value === null || isList(value)) return ''
  if (!isRef(value)) return typeof value === 'object' ? 'a value' : String(value)
  const row = site.store.find(value.type, value.id)
  return (row && displayNameOf(site.schema, row)) ?? `${value.type} ${value.id}`
}
