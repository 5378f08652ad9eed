import { isList, isObject, type Json } from '../json.ts'
import type { EntityLink, EntityRef } from '../refs.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { displayNameOf } from './display-name.ts'
import type { Row } from './store.ts'

export function isRef(value: unknown): value is EntityRef {
  return isObject(value) && typeof value.type === 'string' && typeof value.id === 'number'
}

/** The links that a stored value of a link field holds: none, one or many. */
export function refsIn(value: Json | undefined): readonly EntityRef[] {
  if (isList(value)) return value.filter(isRef)
  return isRef(value) ? [value] : []
}

export function sameRef(a: EntityRef, b: EntityRef): boolean {
  return a.id === b.id && a.type === b.type
}

export function refKey({ type, id }: EntityRef): string {
  return `${type}/${id}`
}

/** What a change adds to the links of a field, and what it takes away. */
export type LinkDifference = { readonly added: readonly EntityRef[]; readonly removed: readonly EntityRef[] }

/** The difference between two stored values of a link field; order does not count. */
export function linkDifference(before: Json, after: Json): LinkDifference {
  const [old, now] = [refsIn(before), refsIn(after)]
  const [oldKeys, nowKeys] = [new Set(old.map(refKey)), new Set(now.map(refKey))]
  return {
    added: now.filter((ref) => !oldKeys.has(refKey(ref))),
    removed: old.filter((ref) => !nowKeys.has(refKey(ref))),
  }
}

export function isLinkField(field: FieldSchema): boolean {
  return field.dataType === 'entity' || isMultiLinkField(field)
}

export function isMultiLinkField(field: FieldSchema): boolean {
  return field.dataType === 'multi_entity' || field.dataType === 'addressing'
}

export function refOf(row: Row): { type: string; id: number } {
  return { type: row.type, id: row.id }
}

/** A link as it is read, with its name; undefined when the entity is retired or gone. */
export function linkTo(site: SandboxSite, ref: EntityRef): EntityLink | undefined {
  const row = site.store.findActive(ref)
  return row === undefined ? undefined : linkToRow(site, row)
}

export function linkToRow(site: SandboxSite, row: Row): EntityLink {
  return { type: row.type, id: row.id, name: displayNameOf(site.schema, row) }
}
