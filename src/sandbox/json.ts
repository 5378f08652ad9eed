/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** Whether a value is a JSON object, so neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Like `Array.isArray`, but it keeps the item type of a read-only list. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}
