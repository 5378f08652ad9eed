import type { ReadSchema } from '../../src/cli/schema-file.ts'
import type { FieldSchema, FieldValue } from '../../src/site/index.ts'

const STATUSES = ['wtg', 'rdy', 'ip', 'rev', 'apr', 'rej', 'hld', 'omt', 'fin', 'na', 'dlvr', 'arch']
const LIST_VALUES = 25
const TARGETS = 6

/** The data types of a type's fields, over and over: one in five is a link, as on sites. */
const dataTypes = [
  'text',
  'entity',
  'status_list',
  'number',
  'multi_entity',
  'list',
  'checkbox',
  'date_time',
  'float',
  'date',
] as const

export const typeName = (at: number): string => `CustomEntity${String(at).padStart(2, '0')}`

/** A large studio's schema: types that link to one another. */
export function makeLargeSchema(types: number, fieldsPerType: number): ReadSchema {
  const names = Array.from({ length: types }, (_, at) => typeName(at))
  return {
    entityTypes: Object.fromEntries(
      names.map((name) => [name, { name: fixed(`${name} of ours`), visible: fixed(true) }]),
    ),
    fields: Object.fromEntries(
      names.map((name, type) => [
        name,
        Object.fromEntries(
          Array.from({ length: fieldsPerType }, (_, at): [string, FieldSchema] => {
            const dataType = dataTypes[at % dataTypes.length] ?? 'text'
            return [fieldName(dataType, at), describe(dataType, at, linkedFrom(type, at, types))]
          }),
        ),
      ]),
    ),
  }
}

/** `sg_status_list_2` */
export const fieldName = (dataType: string, at: number): string => `sg_${dataType}_${at}`

/** The types that a link field leads to. */
export function linkedFrom(type: number, field: number, types: number): string[] {
  return Array.from({ length: TARGETS }, (_, at) => typeName((type + field * TARGETS + at + 1) % types))
}

function describe(dataType: string, at: number, targets: readonly string[]): FieldSchema {
  const values =
    dataType === 'status_list' ? STATUSES : Array.from({ length: LIST_VALUES }, (_, value) => `Choice ${at} ${value}`)
  const isLink = dataType === 'entity' || dataType === 'multi_entity'
  const isChoice = dataType === 'status_list' || dataType === 'list'
  return {
    name: fixed(`Field ${at}`),
    description: fixed(''),
    entity_type: fixed(''),
    data_type: fixed(dataType),
    editable: fixed(at % 10 !== 9),
    mandatory: fixed(false),
    unique: fixed(false),
    visible: fixed(true),
    properties: {
      ...(isLink && { valid_types: fixed<FieldValue>(targets) }),
      ...(isChoice && { valid_values: fixed<FieldValue>(values) }),
    },
  }
}

function fixed<V>(value: V): { value: V; editable: boolean } {
  return { value, editable: false }
}
