import { z } from 'zod'
import type { SchemaOptions } from './call-types.ts'
import type { Scope } from './connection.ts'
import { checkName } from './query.ts'
import type { EntityTypeSchemas, FieldSchemas } from './result-types.ts'
import { callSite } from './rpc.ts'
import { fieldValue, parseShape } from './shape.ts'
import type { SiteSchemaReads } from './site-type.ts'
import { buildRef, type WirePayload } from './write-payload.ts'

const attribute = <V extends z.ZodType>(value: V) => z.looseObject({ value, editable: z.boolean() }).readonly()

const EntityType = z.looseObject({ name: attribute(z.string()), visible: attribute(z.boolean()) })

// Sites add attributes over the years: what is not listed passes through.
const Field = z.looseObject({
  name: attribute(z.string()),
  description: attribute(z.string().nullable()).exactOptional(),
  entity_type: attribute(z.string()),
  data_type: attribute(z.string()),
  editable: attribute(z.boolean()),
  mandatory: attribute(z.boolean()),
  unique: attribute(z.boolean()),
  visible: attribute(z.boolean()),
  properties: z.record(z.string(), attribute(fieldValue)),
})

const EntityTypes: z.ZodType<EntityTypeSchemas> = z.record(z.string(), EntityType)
const Fields: z.ZodType<FieldSchemas> = z.record(z.string(), Field)
const Everything: z.ZodType<{ readonly [entityType: string]: FieldSchemas }> = z.record(z.string(), Fields)

/** The schema reads of one scope. */
export function createSchemaReads(scope: Scope): SiteSchemaReads {
  const ask = async <T>(
    method: string,
    what: string,
    argument: WirePayload,
    shape: z.ZodType<T>,
    options: SchemaOptions,
  ): Promise<T> => {
    const project = options.project === undefined ? {} : { project: buildRef(options.project) }
    const whole = { ...argument, ...project }
    const call = { method, what, repeatable: true, ...(Object.keys(whole).length > 0 && { argument: whole }) }
    return parseShape(shape, await callSite(scope, call, options), what, 'a schema')
  }
  return {
    entityTypes: (options = {}) => ask('schema_entity_read', 'read of the entity types', {}, EntityTypes, options),
    fields: async (entityType, field, options = {}) => {
      checkName(entityType, 'The entity type')
      const argument = { type: entityType, ...(field !== undefined && { field_name: field }) }
      return ask('schema_field_read', `read of the fields of ${entityType}`, argument, Fields, options)
    },
    read: (options = {}) => ask('schema_read', 'read of the schema', {}, Everything, options),
  }
}
