import type { Json } from '../json.ts'
import type { EntityTypeSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import type { Row } from '../store/store.ts'
import { createFailed, updateFailed } from '../values/faults.ts'

/** Throws a `Fault` when another active entity already has the value of a field that must be unique. */
export function refuseDuplicates(
  site: SandboxSite,
  { name, fields }: EntityTypeSchema,
  values: ReadonlyMap<string, Json>,
  self: Row | undefined,
): void {
  for (const [fieldName, value] of values) {
    const field = fields.get(fieldName)
    if (field?.unique !== true || value === null) continue
    const taken = site.store.rows(name).some((row) => row !== self && !row.retired && row.values[fieldName] === value)
    if (!taken) continue
    const reason = `The value for the ${field.displayName} field is required to be unique.`
    throw self === undefined ? createFailed(name, reason) : updateFailed(name, fieldName, reason)
  }
}
