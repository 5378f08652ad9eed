import type { SiteSchema } from '../schema/types.ts'
import type { Row } from './store.ts'

/** The name under which an entity is shown and linked: `cached_display_name`. Null while it has none. */
export function displayNameOf(schema: SiteSchema, row: Row): string | null {
  const entityType = schema.get(row.type)
  if (entityType === undefined) return null
  if (row.type === 'PermissionRuleSet') return text(row, 'display_name') ?? text(row, 'code')
  if (row.type === 'Note') return text(row, 'subject') ?? text(row, 'content')
  if (entityType.identity === null) return `${entityType.displayName} ${row.id}`
  return text(row, entityType.identity)
}

function text(row: Row, field: string): string | null {
  const value = row.values[field]
  return typeof value === 'string' ? value : null
}
