import { isList, isObject, type Json } from '../json.ts'
import type { EntityTypeSchema, FieldSchema } from '../schema/types.ts'
import type { MultiEntityUpdateMode } from '../site.ts'
import type { WriteContext } from '../store/write-context.ts'
import { type FieldPlace, readOnlyField, unknownField } from '../values/faults.ts'
import { inspect } from '../values/inspect.ts'
import { parseValue } from '../values/parse.ts'
import { malformed } from './params.ts'

/** One field to set, its value already in stored form. */
export type ParsedWrite = { readonly field: FieldSchema; readonly value: Json; readonly mode: MultiEntityUpdateMode }

/** What may be said on create although it is the site's own afterwards. */
const settableOnCreate: ReadonlySet<string> = new Set(['created_at', 'created_by'])

/** Written without complaint, without effect. */
const discarded: ReadonlySet<string> = new Set(['cached_display_name'])

/**
 * Checks the `fields` of a create or an update. Throws a `Fault` at the first one that is unknown, read only
 * or has a value that its field does not take.
 */
export function parseFieldWrites(
  context: WriteContext,
  method: 'create' | 'update',
  entityType: EntityTypeSchema,
  fields: unknown,
  defaultMode: unknown,
): ParsedWrite[] {
  if (!isList(fields)) throw malformed(method, `invalid/missing array 'fields': ${inspect(fields)}`)
  return fields.flatMap((item) => {
    if (!isObject(item) || typeof item.field_name !== 'string') {
      throw malformed(method, `invalid/missing string 'field_name': ${inspect(item)}`)
    }
    if (!('value' in item) || item.value === undefined) throw malformed(method, `missing 'value': ${inspect(item)}`)
    const place = { method, type: entityType.name, field: item.field_name }
    const field = writableField(context, entityType, place, item.value)
    if (field === undefined) return []
    const mode = parseMode(method, item.multi_entity_update_mode ?? defaultMode)
    return [
      { field, value: parseValue({ site: context.site, place, asSite: context.asSite }, field, item.value), mode },
    ]
  })
}

/** The field, if it may be written; undefined when the write goes nowhere. */
function writableField(
  { asSite }: WriteContext,
  entityType: EntityTypeSchema,
  place: FieldPlace,
  value: Json,
): FieldSchema | undefined {
  if (discarded.has(place.field)) return undefined
  const field = entityType.fields.get(place.field)
  if (field === undefined) {
    if (place.field === 'type') throw readOnlyField(place, value)
    throw unknownField(place, value)
  }
  if (asSite) return field
  const creating = place.method === 'create'
  if (!field.editable && !(creating && settableOnCreate.has(field.name))) throw readOnlyField(place, value)
  if (field.createOnly && !creating) {
    throw malformed('update', `${place.type}.${place.field} is editable on create only.: ${inspect(value)}`)
  }
  return field
}

function parseMode(method: string, mode: unknown): MultiEntityUpdateMode {
  if (mode === undefined || mode === null || mode === 'set') return 'set'
  if (mode === 'add' || mode === 'remove') return mode
  throw malformed(method, `invalid 'multi_entity_update_mode': ${inspect(mode)}. Valid modes: ["set", "add", "remove"]`)
}
