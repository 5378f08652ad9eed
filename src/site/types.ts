/** A reference to one entity: what links are made of. Rows are refs too, so a row can be passed wherever a ref is wanted. */
export type EntityRef<T extends string = string> = { readonly type: T; readonly id: number }

/** A link as the site returns it: a ref with the display name of its target. */
export type Link<T extends string = string> = EntityRef<T> & { readonly name?: string }

/**
 * Anything a field can hold. `date` fields are `"YYYY-MM-DD"`; `date_time` fields are `"YYYY-MM-DDTHH:MM:SSZ"`, or
 * `Date` when the site was opened with `dates: 'Date'`. Narrow with `typeof`, `isLink` and `isLinkList`.
 */
export type FieldValue = null | boolean | number | string | Date | readonly FieldValue[] | FieldObject

/** A field value with parts: a link, a file, the meta of an event log entry. */
export type FieldObject = { readonly [key: string]: FieldValue | undefined }

/**
 * What is written to fields: field name ▸ value. A `Date` is sent in UTC with whole seconds, and the links of an
 * update are trimmed to what the site reads. A field whose value is `undefined` is left out; `null` empties the field.
 */
export type FieldData = { readonly [field: string]: FieldValue | undefined }

/**
 * One entity with the fields that were asked for. A field that the type does not have is missing from the row, which is
 * why each is optional. A dotted field stands under its whole path: `row['entity.Shot.code']`.
 */
export type Row<T extends string = string, F extends string = string> = EntityRef<T> & {
  readonly [K in F]?: FieldValue
}

/**
 * The entity types of a site and the values of their fields. Any string names a type and a field here; a schema made
 * from one studio's site narrows both, and no call has to change.
 */
export type LooseSchema = { readonly [entityType: string]: { readonly [field: string]: FieldValue } }

/** Whether any name is an entity type, as in {@link LooseSchema}. */
export type IsOpen<S> = string extends keyof S ? true : false

/** The names of the entity types in a schema. */
export type EntityTypeOf<S> = Extract<keyof S, string>

/** The names of the fields of one entity type, without dotted ones where the schema is a site's. */
export type FieldOf<S, T extends EntityTypeOf<S>> = Extract<keyof S[T], string>

/** Is this value a link to one entity? */
export function isLink(value: unknown): value is Link {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'id' in value &&
    typeof value.id === 'number'
  )
}

/** Is this value a list of links (also an empty one)? */
export function isLinkList(value: unknown): value is readonly Link[] {
  return Array.isArray(value) && value.every(isLink)
}
