import { Fault } from '../fault.ts'
import type { JsonObject } from '../json.ts'
import { field, multiEntity } from '../schema/build.ts'
import type { EntityTypeSchema, FieldSchema } from '../schema/types.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { writeContext } from '../store/write-context.ts'
import { inspect } from '../values/inspect.ts'
import {
  creatableTypes,
  isCreatable,
  parseFieldProperties,
  propertiesParam,
  refuseMissing,
} from './field-properties.ts'
import { entityTypeParam, malformed, projectParam } from './params.ts'

/** Adds a field and answers its system name. Throws a `Fault`. */
export function createField(site: SandboxSite, params: JsonObject): string {
  const method = 'schema_field_create'
  const entityType = entityTypeParam(site, method, params)
  const dataType = params.data_type
  if (!isCreatable(dataType)) {
    const text = `invalid/missing string 'data_type': ${inspect(dataType)}. Valid data types: ${inspect(creatableTypes)}`
    throw malformed(method, text)
  }
  const place = { method, type: entityType.name, field: undefined, dataType } as const
  const properties = parseFieldProperties(site, place, propertiesParam(method, params))
  refuseMissing(place, properties)
  const { displayName = '', summaryDefault, openInNewWindow, ...schema } = properties
  const name = freeName(site, entityType, displayName)
  const added = field(dataType, name, displayName, schema)
  const mirrored = dataType === 'multi_entity' ? addReverse(site, entityType, added) : added
  site.fields.set(entityType.name, mirrored, {
    addedOnSite: true,
    ...(summaryDefault !== undefined && { summaryDefault }),
    ...(openInNewWindow !== undefined && { openInNewWindow }),
  })
  return name
}

/** Changes properties of a field, all or none. Throws a `Fault`. */
export function updateField(site: SandboxSite, params: JsonObject): true {
  const method = 'schema_field_update'
  const { entityType, schema } = fieldParam(site, method, params)
  const place = { method, type: entityType.name, field: schema, dataType: schema.dataType } as const
  const project = projectParam(method, params)
  const properties = parseFieldProperties(site, place, propertiesParam(method, params))
  const { visible, summaryDefault, openInNewWindow, ...changes } = properties
  if (visible !== undefined) setVisible(site, entityType, schema, visible, project)
  site.fields.set(entityType.name, withLegalDefault({ ...schema, ...changes }), {
    ...(summaryDefault !== undefined && { summaryDefault }),
    ...(openInNewWindow !== undefined && { openInNewWindow }),
  })
  return true
}

/** Retires a field. Only `sg_` fields can go: the others belong to the type. Throws a `Fault`. */
export function deleteField(site: SandboxSite, actor: Actor, params: JsonObject): true {
  const method = 'schema_field_delete'
  const { entityType, schema } = fieldParam(site, method, params)
  if (!schema.name.startsWith('sg_')) {
    throw new Fault(104, `API ${method}() ${entityType.name}.${schema.name} can not be deleted.`)
  }
  site.fields.retire(entityType.name, schema.name)
  const reverse = reverseName(entityType, schema.name)
  for (const type of schema.validTypes ?? []) {
    if (site.fields.settingsOf(type, reverse).addedOnSite) site.fields.retire(type, reverse)
  }
  logFieldRetirement(site, actor, entityType, schema)
  return true
}

function fieldParam(
  site: SandboxSite,
  method: string,
  params: JsonObject,
): { entityType: EntityTypeSchema; schema: FieldSchema } {
  const entityType = entityTypeParam(site, method, params)
  const name = params.field_name
  if (typeof name !== 'string') throw malformed(method, `invalid/missing string 'field_name': ${inspect(name)}`)
  const schema = entityType.fields.get(name)
  if (schema === undefined) throw malformed(method, `${entityType.name}.${name} doesn't exist.`)
  return { entityType, schema }
}

/** `Weight kg` becomes `sg_weight_kg`, or `sg_weight_kg_1` where that is taken. */
function freeName(site: SandboxSite, { name: type, fields }: EntityTypeSchema, displayName: string): string {
  const base = `sg_${displayName.toLowerCase().replace(/[^a-z0-9]/g, '_')}`
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? base : `${base}_${count}`
    if (site.fields.isRetired(type, name)) {
      const text = `failed, there is a retired field with the same field_name: ${name}.`
      throw new Fault(104, `API schema_field_create() ${text}`)
    }
    if (!fields.has(name)) return name
  }
}

/** On the linked type, the field that links back: `shot_sg_crates_shots` for `Shot.sg_crates`. */
function addReverse(site: SandboxSite, entityType: EntityTypeSchema, added: FieldSchema): FieldSchema {
  const name = reverseName(entityType, added.name)
  for (const type of added.validTypes ?? []) {
    const reverse = multiEntity(name, `${entityType.displayName} <-> ${added.displayName}`, [entityType.name], {
      mirror: added.name,
    })
    site.fields.set(type, reverse, { addedOnSite: true })
  }
  return { ...added, mirror: name }
}

function reverseName({ name }: EntityTypeSchema, field: string): string {
  const type = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()
  return `${type}_${field}_${type}s`
}

/** A default that is no valid value any more goes. */
function withLegalDefault(schema: FieldSchema): FieldSchema {
  const { dataType, defaultValue, validValues } = schema
  const isChoice = dataType === 'list' || dataType === 'status_list'
  const isLegal = !isChoice || (typeof defaultValue === 'string' && validValues.includes(defaultValue))
  return isLegal ? schema : { ...schema, defaultValue: null }
}

function setVisible(
  site: SandboxSite,
  { name: type }: EntityTypeSchema,
  { name }: FieldSchema,
  visible: boolean,
  project: number | undefined,
): void {
  if (!site.fields.settingsOf(type, name).addedOnSite) {
    throw malformed('schema_field_update', `${type}.${name} property 'visible' is not editable: the site came with it.`)
  }
  if (project === undefined) {
    throw malformed('schema_field_update', `${type}.${name} 'visible' can only be updated together with a 'project'.`)
  }
  const hiddenIn = new Set(site.fields.settingsOf(type, name).hiddenIn)
  if (visible) hiddenIn.delete(project)
  else hiddenIn.add(project)
  const schema = site.schema.get(type)?.fields.get(name)
  if (schema !== undefined) site.fields.set(type, schema, { hiddenIn })
}

/** The only schema change that the event log tells. */
function logFieldRetirement(
  site: SandboxSite,
  actor: Actor,
  { name: type }: EntityTypeSchema,
  { name, displayName }: FieldSchema,
): void {
  if (!actor.logsEvents) return
  const event = site.store.insert('EventLogEntry')
  Object.assign(event.values, {
    event_type: 'Shotgun_DisplayColumn_Retirement',
    attribute_name: null,
    meta: {
      type: 'entity_retirement',
      class_name: 'DisplayColumn',
      display_name: displayName,
      entity_type: type,
      name,
    },
    user: { type: actor.user.type, id: actor.user.id },
    session_uuid: actor.sessionUuid,
    created_at: writeContext(site, actor).at,
    description: `Field "${displayName}" of ${type} was deleted`,
  })
}
