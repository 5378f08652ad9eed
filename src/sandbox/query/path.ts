import type { FieldSchema, SiteSchema } from '../schema/types.ts'
import { isLinkField, isMultiLinkField } from '../store/links.ts'

/** One step of a deep path: through the links of `field` to entities of `type`. */
export type Hop = { readonly field: FieldSchema; readonly type: string }

/** `code`, or `sg_task.Task.step.Step.code`: hops, then a field of the last type. */
export type Path = {
  readonly text: string
  readonly hops: readonly Hop[]
  /** The entity type that `leaf` belongs to. */
  readonly owner: string
  readonly leaf: FieldSchema
  /** Whether a hop goes through a field with many links: such a path can be filtered by, but not read. */
  readonly throughMany: boolean
}

/** Understands a path from an entity type; a text says which `Type.field` of it does not exist. */
export function findPath(schema: SiteSchema, type: string, text: string): Path | string {
  const parts = text.split('.')
  const hops: Hop[] = []
  let owner = type
  for (let at = 0; ; at += 2) {
    const name = parts[at] ?? ''
    const field = schema.get(owner)?.fields.get(name)
    if (field === undefined) return `${owner}.${name}`
    if (at === parts.length - 1) {
      return { text, hops, owner, leaf: field, throughMany: hops.some((hop) => isMultiLinkField(hop.field)) }
    }
    const next = parts[at + 1] ?? ''
    const leads = isLinkField(field) && schema.has(next) && (field.validTypes?.includes(next) ?? true)
    if (!leads || at + 2 >= parts.length) return `${owner}.${parts.slice(at).join('.')}`
    hops.push({ field, type: next })
    owner = next
  }
}
