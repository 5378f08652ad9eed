import { isList, isObject, type Json, type JsonObject } from '../json.ts'
import { field as buildField } from '../schema/build.ts'
import type { DataType, FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { classOf, inspect } from '../values/inspect.ts'
import { parseValue } from '../values/parse.ts'
import { malformed } from './params.ts'
import { summaryTypes } from './summaries.ts'

export const creatableTypes = [
  'text',
  'number',
  'float',
  'date',
  'date_time',
  'list',
  'url',
  'duration',
  'percent',
  'footage',
  'checkbox',
  'entity',
  'multi_entity',
] as const

export function isCreatable(dataType: Json | undefined): dataType is (typeof creatableTypes)[number] {
  return creatableTypes.some((one) => one === dataType)
}

/** The field whose properties are meant; none yet while it is being created. */
export type PropertyPlace = {
  readonly method: 'schema_field_create' | 'schema_field_update'
  readonly type: string
  readonly field: FieldSchema | undefined
  readonly dataType: DataType
}

/** Properties as the schema holds them; what was not named is missing. */
export type Properties = {
  displayName?: string
  description?: string
  defaultValue?: Json
  validTypes?: readonly string[]
  validValues?: readonly string[]
  summaryDefault?: string
  openInNewWindow?: boolean
  visible?: boolean
}

/** `properties` of a call, by name. Throws a `Fault`. */
export function propertiesParam(method: string, params: JsonObject): ReadonlyMap<string, Json> {
  if (!isList(params.properties)) {
    throw malformed(method, `invalid/missing array 'properties': ${inspect(params.properties)}`)
  }
  return new Map(
    params.properties.map((item) => {
      const { property_name: name, value } = isObject(item) ? item : {}
      if (typeof name !== 'string' || value === undefined) {
        throw malformed(method, `invalid/missing 'property_name' or 'value' in 'properties': ${inspect(item)}`)
      }
      return [name, value]
    }),
  )
}

/** The properties, each checked against the data type of the field. Throws a `Fault` at the first one that does not fit. */
export function parseFieldProperties(
  site: SandboxSite,
  place: PropertyPlace,
  given: ReadonlyMap<string, Json>,
): Properties {
  const properties: Properties = {}
  // The valid values come first: a default has to be one of them.
  const ordered = [...given].sort(([a], [b]) => Number(b === 'valid_values') - Number(a === 'valid_values'))
  for (const [name, value] of ordered) {
    if (!editableOf(place).includes(name)) throw notEditable(place, name)
    Object.assign(properties, parseProperty(site, place, name, value, properties))
  }
  return properties
}

/** What a new field cannot be without. */
export function refuseMissing(place: PropertyPlace, properties: Properties): void {
  const missing = (name: string) => malformed(place.method, `missing '${name}' property for a ${place.dataType} field.`)
  if (properties.displayName === undefined) throw missing('name')
  if (place.dataType === 'checkbox' && properties.defaultValue === undefined) throw missing('default_value')
  if (place.dataType !== 'entity' && place.dataType !== 'multi_entity') return
  if (properties.validTypes === undefined) throw missing('valid_types')
  if (properties.validTypes.length !== 1) {
    throw malformed(place.method, `'valid_types' must hold exactly one type: ${inspect(properties.validTypes)}`)
  }
}

/** The properties that a call may set, for a field of this data type. */
function editableOf({ method, dataType, field }: PropertyPlace): readonly string[] {
  const creating = method === 'schema_field_create'
  const hasValues = dataType === 'list' || dataType === 'status_list'
  const hasTypes = dataType === 'entity' || dataType === 'multi_entity' || dataType === 'tag_list'
  return [
    'name',
    'description',
    'summary_default',
    ...(creating || hasValues ? ['default_value'] : []),
    ...(hasValues ? ['valid_values'] : []),
    ...(hasTypes ? ['valid_types'] : []),
    ...(dataType === 'url' ? ['open_in_new_window'] : []),
    ...(field === undefined ? [] : ['visible']),
  ]
}

function parseProperty(
  site: SandboxSite,
  place: PropertyPlace,
  name: string,
  value: Json,
  { validValues }: Properties,
): Properties {
  switch (name) {
    case 'name':
      if (typeof value !== 'string' || value.trim() === '') throw wrong(place, name, 'String', value)
      return { displayName: value.trim() }
    case 'description':
      if (value !== null && typeof value !== 'string') throw wrong(place, name, 'String', value)
      return { description: value ?? '' }
    case 'summary_default':
      if (value === 'none' || summaryTypes.some((one) => one === value)) return { summaryDefault: String(value) }
      throw malformed(
        place.method,
        `invalid '${name}': ${inspect(value)}. Valid values: ${inspect(['none', ...summaryTypes])}`,
      )
    case 'valid_values':
      return { validValues: [...new Set(texts(place, name, value))] }
    case 'valid_types': {
      const types = texts(place, name, value)
      const unknown = types.find((type) => !site.schema.has(type))
      if (unknown === undefined && types.length > 0) return { validTypes: types }
      throw malformed(place.method, `'${name}' names no entity type of this site: ${inspect(unknown ?? value)}`)
    }
    case 'default_value':
      return { defaultValue: parseDefault(site, place, value, validValues) }
    default:
      if (typeof value !== 'boolean') throw wrong(place, name, 'TrueClass, FalseClass', value)
      return name === 'visible' ? { visible: value } : { openInNewWindow: value }
  }
}

/** A default is a value of the field, checked like one that is written. */
function parseDefault(
  site: SandboxSite,
  { type, field, dataType }: PropertyPlace,
  value: Json,
  validValues: readonly string[] = field?.validValues ?? [],
): Json {
  const schema = buildField(dataType, field?.name ?? 'default_value', '', { validValues })
  const place = { method: field === undefined ? 'create' : 'update', type, field: schema.name } as const
  return parseValue({ site, place, asSite: false }, schema, value)
}

function texts({ method }: PropertyPlace, name: string, value: Json): readonly string[] {
  if (isList(value)) {
    const strings = value.filter((item) => typeof item === 'string')
    if (strings.length === value.length) return strings
  }
  throw malformed(method, `invalid string array '${name}': ${inspect(value)}`)
}

function wrong({ method }: PropertyPlace, name: string, classes: string, value: Json) {
  return malformed(method, `'${name}' expected [${classes}] data type(s) but got ${classOf(value)}: ${inspect(value)}`)
}

function notEditable(place: PropertyPlace, name: string) {
  const where = `${place.type}.${place.field?.name ?? 'field'}`
  const editable = inspect(editableOf(place))
  return malformed(place.method, `${where} property '${name}' is not editable. Editable properties: ${editable}`)
}
