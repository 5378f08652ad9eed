import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'
import { statusName } from '../schema/statuses.ts'
import type { EntityTypeSchema, FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { isLinkField } from '../store/links.ts'
import { entityTypeParam, malformed } from './params.ts'

/** All entity types: display name and visibility. */
export function readEntityTypes(site: SandboxSite): JsonObject {
  return Object.fromEntries(
    [...site.schema.values()].map(({ name, displayName }) => [
      name,
      { name: fixed(displayName), visible: fixed(true) },
    ]),
  )
}

/** All fields of all entity types. */
export function readSchema(site: SandboxSite): JsonObject {
  return Object.fromEntries([...site.schema.values()].map((entityType) => [entityType.name, describeAll(entityType)]))
}

/** All fields of one entity type, or the one that `field_name` names. Throws a `Fault`. */
export function readFields(site: SandboxSite, params: JsonObject): JsonObject {
  const entityType = entityTypeParam(site, 'schema_field_read', params)
  const name = params.field_name
  if (name === undefined || name === null) return describeAll(entityType)
  if (typeof name !== 'string') throw malformed('schema_field_read', "invalid string 'field_name'")
  const field = entityType.fields.get(name)
  if (field === undefined) throw new Fault(103, `API schema_field_read() ${entityType.name}.${name} doesn't exist.`)
  return { [name]: describe(entityType, field) }
}

function describeAll(entityType: EntityTypeSchema): JsonObject {
  return Object.fromEntries([...entityType.fields.values()].map((field) => [field.name, describe(entityType, field)]))
}

function describe(entityType: EntityTypeSchema, field: FieldSchema): JsonObject {
  return {
    name: changeable(field.displayName),
    description: changeable(field.description),
    entity_type: fixed(entityType.name),
    data_type: fixed(field.dataType),
    editable: fixed(field.editable),
    mandatory: fixed(field.mandatory),
    unique: fixed(field.unique),
    visible: fixed(true),
    ui_value_displayable: fixed(true),
    properties: properties(field),
  }
}

function properties(field: FieldSchema): JsonObject {
  const isStatus = field.dataType === 'status_list'
  const isChoice = isStatus || field.dataType === 'list'
  return {
    default_value: isChoice ? changeable(field.defaultValue) : fixed(field.defaultValue),
    summary_default: changeable('none'),
    ...(isLinkField(field) || field.dataType === 'tag_list' ? { valid_types: changeable(field.validTypes ?? []) } : {}),
    ...(isChoice ? { valid_values: changeable(field.validValues) } : {}),
    ...(isStatus
      ? {
          display_values: fixed(Object.fromEntries(field.validValues.map((code) => [code, statusName(code)]))),
          hidden_values: fixed([]),
        }
      : {}),
    ...(field.dataType === 'url' ? { open_in_new_window: changeable(true) } : {}),
  }
}

function fixed(value: Json): JsonObject {
  return { value, editable: false }
}

function changeable(value: Json): JsonObject {
  return { value, editable: true }
}
