import { Fault } from '../fault.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { FieldSettings } from '../schema/site-fields.ts'
import { statusName } from '../schema/statuses.ts'
import type { EntityTypeSchema, FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { isLinkField } from '../store/links.ts'
import { entityTypeParam, malformed, projectParam } from './params.ts'

/** All entity types: display name and visibility, which is the same in every project. Throws a `Fault`. */
export function readEntityTypes(site: SandboxSite, argument: Json | undefined): JsonObject {
  projectParam('schema_entity_read', isObject(argument) ? argument : {})
  return Object.fromEntries(
    [...site.schema.values()].map(({ name, displayName }) => [
      name,
      { name: fixed(displayName), visible: fixed(true) },
    ]),
  )
}

/** All fields of all entity types. Throws a `Fault`. */
export function readSchema(site: SandboxSite, argument: Json | undefined): JsonObject {
  const view = { site, project: projectParam('schema_read', isObject(argument) ? argument : {}) }
  return Object.fromEntries(
    [...site.schema.values()].map((entityType) => [entityType.name, describeAll(view, entityType)]),
  )
}

/** All fields of one entity type, or the one that `field_name` names. Throws a `Fault`. */
export function readFields(site: SandboxSite, params: JsonObject): JsonObject {
  const entityType = entityTypeParam(site, 'schema_field_read', params)
  const view = { site, project: projectParam('schema_field_read', params) }
  const name = params.field_name
  if (name === undefined || name === null) return describeAll(view, entityType)
  if (typeof name !== 'string') throw malformed('schema_field_read', "invalid string 'field_name'")
  const field = entityType.fields.get(name)
  if (field === undefined) throw new Fault(103, `API schema_field_read() ${entityType.name}.${name} doesn't exist.`)
  return { [name]: describe(view, entityType, field) }
}

/** Whose schema is shown: the site's, or as one project sees it. */
type View = { readonly site: SandboxSite; readonly project: number | undefined }

function describeAll(view: View, entityType: EntityTypeSchema): JsonObject {
  const fields = [...entityType.fields.values()]
  return Object.fromEntries(fields.map((field) => [field.name, describe(view, entityType, field)]))
}

function describe({ site, project }: View, entityType: EntityTypeSchema, field: FieldSchema): JsonObject {
  const settings = site.fields.settingsOf(entityType.name, field.name)
  const isVisible = project === undefined || !settings.hiddenIn.has(project)
  return {
    name: changeable(field.displayName),
    description: changeable(field.description),
    entity_type: fixed(entityType.name),
    data_type: fixed(field.dataType),
    editable: fixed(field.editable),
    mandatory: fixed(field.mandatory),
    unique: fixed(field.unique),
    visible: { value: isVisible, editable: settings.addedOnSite },
    ui_value_displayable: fixed(true),
    properties: properties(field, settings),
  }
}

function properties(field: FieldSchema, settings: FieldSettings): JsonObject {
  const isStatus = field.dataType === 'status_list'
  const isChoice = isStatus || field.dataType === 'list'
  return {
    default_value: isChoice ? changeable(field.defaultValue) : fixed(field.defaultValue),
    summary_default: changeable(settings.summaryDefault),
    ...(isLinkField(field) || field.dataType === 'tag_list' ? { valid_types: changeable(field.validTypes ?? []) } : {}),
    ...(isChoice ? { valid_values: changeable(field.validValues) } : {}),
    ...(isStatus
      ? {
          display_values: fixed(Object.fromEntries(field.validValues.map((code) => [code, statusName(code)]))),
          hidden_values: fixed([]),
        }
      : {}),
    ...(field.dataType === 'url' ? { open_in_new_window: changeable(settings.openInNewWindow) } : {}),
  }
}

function fixed(value: Json): JsonObject {
  return { value, editable: false }
}

function changeable(value: Json): JsonObject {
  return { value, editable: true }
}
