import { z } from 'zod'
import type { SchemaOptions } from './call-types.ts'
import type { Scope } from './connection.ts'
import { type AttemptedWrite, SiteUsageError } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { checkName } from './query.ts'
import { sendWrite } from './send-write.ts'
import { parseShape } from './shape.ts'
import type { FieldValue } from './types.ts'
import { encodeValue, type WireValue } from './values.ts'
import { buildRef } from './write-payload.ts'

/**
 * Properties of a field under the names that schema reads give: `name`, `description`, `visible`, and what stands in
 * `properties` (`default_value`, `summary_default`, `valid_types`, `valid_values`, …). `undefined` leaves one out.
 */
export type FieldProperties = { readonly [property: string]: FieldValue | undefined }

/** The writing half of the schema calls; who signs in must be allowed to change the site's schema. */
export interface SiteSchemaWrites {
  /**
   * Add a field and return its system name, which the site makes of the display name: `sg_weight_kg`.
   *
   * @param dataType  such as `text`, `number`, `float`, `date`, `date_time`, `duration`, `percent`, `checkbox` (needs
   *   `default_value`), `list` (takes `valid_values`), `url`, `entity`, `multi_entity` (need `valid_types`)
   * @example
   * const field = await site.schema.createField('Asset', 'list', 'Glow', { valid_values: ['low', 'high'] })
   */
  createField(
    entityType: string,
    dataType: string,
    displayName: string,
    properties?: FieldProperties,
    options?: CallOptions,
  ): Promise<string>

  /**
   * Change properties of a field. `visible` is changed for one project, the one in the options; the others are
   * changed for the whole site.
   * @example
   * await site.schema.updateField('Asset', 'sg_glow', { name: 'Glow level', valid_values: ['low', 'mid', 'high'] })
   * await site.schema.updateField('Asset', 'sg_glow', { visible: false }, { project })
   */
  updateField(entityType: string, field: string, properties: FieldProperties, options?: SchemaOptions): Promise<boolean>

  /**
   * Retire a field. Its values are gone with it and its system name stays taken; only the site's pages bring it back.
   * @example
   * await site.schema.deleteField('Asset', 'sg_glow')
   */
  deleteField(entityType: string, field: string, options?: CallOptions): Promise<boolean>
}

/** The schema writes of one scope. None is ever sent twice. */
export function createSchemaWrites(scope: Scope): SiteSchemaWrites {
  const send = <T>(
    method: string,
    what: string,
    argument: { [key: string]: WireValue },
    attempted: AttemptedWrite,
    shape: z.ZodType<T>,
    options: CallOptions,
  ): Promise<T> => {
    const parse = (results: unknown): T => parseShape(shape, results, what, `what ${method} answers`)
    return sendWrite(scope, { call: { method, what, argument }, attempted: [attempted], parse }, options)
  }
  return {
    createField: async (entityType, dataType, displayName, properties = {}, options = {}) => {
      checkName(entityType, 'The entity type')
      checkName(dataType, 'The data type')
      checkName(displayName, 'The display name')
      const argument = {
        type: entityType,
        data_type: dataType,
        properties: [{ property_name: 'name', value: displayName }, ...buildProperties(properties)],
      }
      const attempted = { operation: 'createField', entityType, fields: [displayName] } as const
      const what = `creation of the field "${displayName}" of ${entityType}`
      return send('schema_field_create', what, argument, attempted, Name, options)
    },
    updateField: async (entityType, field, properties, options = {}) => {
      const place = buildPlace(entityType, field)
      const changes = buildProperties(properties)
      if (changes.length === 0) {
        throw new SiteUsageError(
          'SITE_CALL_INVALID',
          'properties holds nothing to change: expected { description, … }.',
        )
      }
      const { project } = options
      const argument = { ...place, properties: changes, ...(project !== undefined && { project: buildRef(project) }) }
      const attempted = { operation: 'updateField', entityType, fields: [field] } as const
      return send(
        'schema_field_update',
        `change of the field ${entityType}.${field}`,
        argument,
        attempted,
        Done,
        options,
      )
    },
    deleteField: async (entityType, field, options = {}) => {
      const argument = buildPlace(entityType, field)
      const attempted = { operation: 'deleteField', entityType, fields: [field] } as const
      return send(
        'schema_field_delete',
        `deletion of the field ${entityType}.${field}`,
        argument,
        attempted,
        Done,
        options,
      )
    },
  }
}

const Name = z.string().min(1)
const Done = z.boolean()

function buildPlace(entityType: string, field: string): { type: string; field_name: string } {
  checkName(entityType, 'The entity type')
  checkName(field, 'The field')
  return { type: entityType, field_name: field }
}

function buildProperties(properties: FieldProperties): { property_name: string; value: WireValue }[] {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    throw new SiteUsageError(
      'SITE_CALL_INVALID',
      'properties is not an object: expected property names with their values.',
    )
  }
  return Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [{ property_name: name, value: encodeValue(value, `properties.${name}`) }],
  )
}
