import type { DataType, EntityTypeSchema, FieldSchema } from './types.ts'

export type FieldOptions = Partial<Omit<FieldSchema, 'name' | 'displayName' | 'dataType'>>

/** One field; everything not said is what an ordinary editable field has. */
export function field(dataType: DataType, name: string, displayName: string, options: FieldOptions = {}): FieldSchema {
  return {
    name,
    displayName,
    dataType,
    editable: true,
    createOnly: false,
    mandatory: false,
    unique: false,
    description: '',
    defaultValue: dataType === 'checkbox' ? false : null,
    validTypes: null,
    validValues: [],
    mirror: null,
    secret: dataType === 'password',
    ...options,
  }
}

const of =
  (dataType: DataType) =>
  (name: string, displayName: string, options?: FieldOptions): FieldSchema =>
    field(dataType, name, displayName, options)

export const text = of('text')
export const number = of('number')
export const float = of('float')
export const percent = of('percent')
export const duration = of('duration')
export const checkbox = of('checkbox')
export const color = of('color')
export const date = of('date')
export const dateTime = of('date_time')
export const url = of('url')
export const image = of('image')
export const serializable = of('serializable')
export const entityTypeField = of('entity_type')

/** What only the site writes. */
export const readOnly = { editable: false } as const satisfies FieldOptions

/** One value out of a list. */
export function list(
  name: string,
  displayName: string,
  validValues: readonly string[],
  options: FieldOptions = {},
): FieldSchema {
  return field('list', name, displayName, { validValues, ...options })
}

/** A status; `codes` are those it accepts, the first one that a new entity gets unless told otherwise. */
export function status(
  codes: readonly string[],
  options: FieldOptions = {},
  name = 'sg_status_list',
  displayName = 'Status',
): FieldSchema {
  return field('status_list', name, displayName, { validValues: codes, defaultValue: codes[0] ?? null, ...options })
}

/** A link to one entity. */
export function entity(
  name: string,
  displayName: string,
  validTypes: readonly string[] | null,
  options: FieldOptions = {},
): FieldSchema {
  return field('entity', name, displayName, { validTypes, ...options })
}

/** Links to any number of entities. */
export function multiEntity(
  name: string,
  displayName: string,
  validTypes: readonly string[] | null,
  options: FieldOptions = {},
): FieldSchema {
  return field('multi_entity', name, displayName, { validTypes, ...options })
}

/** People and groups that something is addressed to. */
export function addressing(name: string, displayName: string): FieldSchema {
  return field('addressing', name, displayName, { validTypes: ['HumanUser', 'Group'] })
}

export type EntityTypeOptions = {
  name: string
  displayName?: string
  identity: string | null
  projectScoped: boolean
  fields: readonly FieldSchema[]
}

/** One entity type. Throws when two of its fields have the same name. */
export function entityType({
  name,
  displayName,
  identity,
  projectScoped,
  fields,
}: EntityTypeOptions): EntityTypeSchema {
  const byName = new Map<string, FieldSchema>()
  for (const one of fields) {
    if (byName.has(one.name)) throw new Error(`${name}.${one.name} is defined twice`)
    byName.set(one.name, one)
  }
  return { name, displayName: displayName ?? name, identity, projectScoped, fields: byName }
}
