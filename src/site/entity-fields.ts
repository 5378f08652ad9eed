import { SiteUsageError } from './errors/index.ts'
import { checkName } from './query.ts'

/** Entity type ▸ the fields to return of it. */
export type EntityFields = { readonly [entityType: string]: readonly string[] }

/** @throws {SiteUsageError} `SITE_CALL_INVALID` */
export function buildEntityFields(entityFields: EntityFields = {}): { [entityType: string]: string[] } {
  return Object.fromEntries(
    Object.entries(entityFields).map(([entityType, fields]) => {
      const where = `entityFields.${entityType}`
      if (!Array.isArray(fields)) throw new SiteUsageError('SITE_CALL_INVALID', `${where} is not a list of fields.`)
      for (const [index, field] of fields.entries()) checkName(field, `${where}[${index}]`)
      return [entityType, [...fields]]
    }),
  )
}
