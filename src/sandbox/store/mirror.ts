import { isList } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import type { FieldSchema } from '../schema/types.ts'
import { type ChangeOrigin, logChange } from './events.ts'
import { isMultiLinkField, isRef, type LinkDifference, refOf, refsIn, sameRef } from './links.ts'
import type { Row } from './store.ts'
import type { WriteContext } from './write-context.ts'

/** A place that links back: a field of an entity. */
type Place = { readonly row: Row; readonly field: FieldSchema }

/** After a link field changed: makes the fields on the other side say the same, and logs that as their change. */
export function mirrorLinks(
  context: WriteContext,
  row: Row,
  field: FieldSchema,
  mirrorName: string,
  { added, removed }: LinkDifference,
  eventId: number | null,
): void {
  const origin = { mirrorOf: { attribute: `${row.type}.${field.name}`, eventId } }
  const self = refOf(row)
  for (const ref of removed) {
    const place = placeOf(context, ref, mirrorName, field.name)
    if (place !== undefined) loseLink(context, place, self, origin)
  }
  for (const ref of added) {
    const place = placeOf(context, ref, mirrorName, field.name)
    if (place === undefined) continue
    if (!isMultiLinkField(place.field)) leavePrevious(context, place, field.name, self, origin)
    gainLink(context, place, self, origin)
  }
}

/** The other side of a link, if the linked type has one that leads back to this very field. */
function placeOf({ site }: WriteContext, ref: EntityRef, name: string, backName: string): Place | undefined {
  const row = site.store.find(ref.type, ref.id)
  const field = site.schema.get(ref.type)?.fields.get(name)
  return row !== undefined && field?.mirror === backName ? { row, field } : undefined
}

function holds({ row, field }: Place, ref: EntityRef): boolean {
  const value = row.values[field.name]
  return isList(value) ? value.some((one) => isRef(one) && sameRef(one, ref)) : isRef(value) && sameRef(value, ref)
}

function gainLink(context: WriteContext, place: Place, ref: EntityRef, origin: ChangeOrigin): void {
  if (holds(place, ref)) return
  const { row, field } = place
  const link = { type: ref.type, id: ref.id }
  const before = row.values[field.name] ?? null
  if (isMultiLinkField(field)) context.site.store.append(row, field.name, link)
  else context.site.store.setValue(row, field.name, link)
  logChange(context, row, field, [before, link], { ...origin, links: { added: [link], removed: [] } })
}

function loseLink(context: WriteContext, place: Place, ref: EntityRef, origin: ChangeOrigin): void {
  if (!holds(place, ref)) return
  const { row, field } = place
  const before = row.values[field.name]
  const after = isList(before) ? before.filter((one) => !(isRef(one) && sameRef(one, ref))) : null
  context.site.store.setValue(row, field.name, after)
  logChange(context, row, field, [before ?? null, after], { ...origin, links: { added: [], removed: [ref] } })
}

/** A single link is about to point at `self`: whoever held its entity before lets go of it. */
function leavePrevious(
  context: WriteContext,
  { row, field }: Place,
  backName: string,
  self: EntityRef,
  origin: ChangeOrigin,
): void {
  for (const ref of refsIn(row.values[field.name])) {
    if (sameRef(ref, self)) continue
    const previous = placeOf(context, ref, backName, field.name)
    if (previous !== undefined) loseLink(context, previous, refOf(row), origin)
  }
}
