import type { Json } from '../json.ts'
import { fieldReader } from '../query/stored.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { EntityRef } from '../site.ts'
import { keepConnections } from './connections.ts'
import { type ChangeOrigin, logChange } from './events.ts'
import { isLinkField, isMultiLinkField, refKey, refOf, refsIn, sameRef } from './links.ts'
import type { Row } from './store.ts'
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
  if (sameValue(field, before, value)) return false
  context.site.store.setValue(row, field.name, value)
  const eventId = logChange(context, row, field, [before, value], origin)
  if (isLinkField(field) && field.mirror !== null && origin.mirrorOf === undefined) {
    mirror(context, row, field, field.mirror, before, value, eventId)
  }
  return true
}

/** What a field holds, secrets included. */
function storedValue({ site }: WriteContext, row: Row, field: FieldSchema): Json {
  return field.secret ? (row.values[field.name] ?? null) : fieldReader(site, field)(row)
}

function sameValue(field: FieldSchema, a: Json, b: Json): boolean {
  if (!isMultiLinkField(field)) return a === b || JSON.stringify(a) === JSON.stringify(b)
  const keys = new Set(refsIn(a).map(refKey))
  const others = refsIn(b)
  return keys.size === others.length && others.every((ref) => keys.has(refKey(ref)))
}

function mirror(
  context: WriteContext,
  row: Row,
  field: FieldSchema,
  mirrorName: string,
  before: Json,
  after: Json,
  eventId: number | null,
): void {
  const [old, now] = [refsIn(before), refsIn(after)]
  const origin = { mirrorOf: { attribute: `${row.type}.${field.name}`, eventId } }
  const self = refOf(row)
  const removed = old.filter((ref) => !now.some((one) => sameRef(one, ref)))
  const added = now.filter((ref) => !old.some((one) => sameRef(one, ref)))
  for (const ref of removed) {
    const target = mirrorTarget(context, ref, mirrorName, field.name)
    if (target !== undefined) unlink(context, target.row, target.field, self, origin)
  }
  for (const ref of added) {
    const target = mirrorTarget(context, ref, mirrorName, field.name)
    if (target === undefined) continue
    if (isMultiLinkField(target.field)) {
      const links = refsIn(target.row.values[mirrorName])
      if (!links.some((one) => sameRef(one, self))) {
        changeField(context, target.row, target.field, [...links, self], origin)
      }
    } else {
      leavePrevious(context, target.row, mirrorName, field, self, origin)
      changeField(context, target.row, target.field, self, origin)
    }
  }
  keepConnections(context, row, field, added, removed)
}

/** The other side of a link, if the linked type has one that leads back to this very field. */
function mirrorTarget(
  { site }: WriteContext,
  ref: EntityRef,
  mirrorName: string,
  fieldName: string,
): { row: Row; field: FieldSchema } | undefined {
  const row = site.store.find(ref.type, ref.id)
  const field = site.schema.get(ref.type)?.fields.get(mirrorName)
  return row !== undefined && field?.mirror === fieldName ? { row, field } : undefined
}

function unlink(context: WriteContext, row: Row, field: FieldSchema, self: EntityRef, origin: ChangeOrigin): void {
  const links = refsIn(row.values[field.name])
  if (!links.some((one) => sameRef(one, self))) return
  const rest = links.filter((one) => !sameRef(one, self)).map(({ type, id }) => ({ type, id }))
  changeField(context, row, field, isMultiLinkField(field) ? rest : null, origin)
}

/** A single link is about to point at `self`: whoever held this row before lets go of it. */
function leavePrevious(
  context: WriteContext,
  row: Row,
  mirrorName: string,
  field: FieldSchema,
  self: EntityRef,
  origin: ChangeOrigin,
): void {
  for (const ref of refsIn(row.values[mirrorName])) {
    if (sameRef(ref, self)) continue
    const previous = context.site.store.find(ref.type, ref.id)
    const back = context.site.schema.get(ref.type)?.fields.get(field.name)
    if (previous !== undefined && back?.mirror === mirrorName) unlink(context, previous, back, refOf(row), origin)
  }
}
