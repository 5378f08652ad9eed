/** One entity, as a link names it. */
export type EntityRef = { readonly type: string; readonly id: number }

/** A link as it is read: `name` is the display name of the entity it points at. */
export type EntityLink = EntityRef & { readonly name: string | null }
