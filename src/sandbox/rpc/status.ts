import type { SandboxSite } from '../site.ts'
import type { Row } from '../store/store.ts'

/** The status of an entity: the value of the first status field that its type has. */
export function statusOf(site: SandboxSite, row: Row): string | null {
  for (const field of site.schema.get(row.type)?.fields.values() ?? []) {
    if (field.dataType !== 'status_list') continue
    const status = row.values[field.name]
    return typeof status === 'string' ? status : null
  }
  return null
}
