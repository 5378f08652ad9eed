import { Fault } from '../fault.ts'
import { isList, isObject, type Json, type JsonObject } from '../json.ts'
import { entityPages } from '../pages/entity-pages.ts'
import type { EntityTypeSchema } from '../schema/types.ts'
import type { Actor, Entity, SandboxSite } from '../site.ts'
import { isRef } from '../store/links.ts'
import { inspect } from '../values/inspect.ts'
import { malformed } from './params.ts'
import { RawAnswer } from './raw-answer.ts'
import { readEntities } from './read.ts'

/**
 * The entities of a page as CSV, under the names of its columns. A page may be exported when it is shared; pages have
 * no layouts here, so none can be named. Throws a `Fault`.
 */
export function exportPage(site: SandboxSite, actor: Actor, params: JsonObject): RawAnswer {
  const { format, page_id: pageId, layout_name: layout } = params
  if (format === undefined || format === null) throw malformed('export_page', "'format' missing")
  if (pageId === undefined || pageId === null) throw malformed('export_page', "'page_id' missing")
  if (format !== 'csv') throw malformed('export_page', `invalid 'format': ${inspect(format)}. Valid formats: ["csv"]`)
  const page = typeof pageId === 'number' ? site.store.findActive({ type: 'Page', id: pageId }) : undefined
  if (page === undefined) {
    throw new Fault(104, `Trying to perform export for retired Page id=${shown(pageId)}`)
  }
  const type = typeof page.values.entity_type === 'string' ? page.values.entity_type : ''
  const entityType = site.schema.get(type)
  const hasLayout = layout !== undefined && layout !== null
  if (page.values.shared !== true || entityType === undefined || hasLayout) {
    throw new Fault(104, `Export for Page id=${shown(pageId)} not available`)
  }
  const fields = columnsOf(entityType)
  const lines = [
    fields.map((name) => entityType.fields.get(name)?.displayName ?? name),
    ...readAll(site, actor, entityType, fields, page.values.project).map((row) =>
      fields.map((name) => cellOf(row[name])),
    ),
  ]
  return new RawAnswer('text/csv; charset=utf-8', lines.map((cells) => `${cells.map(quote).join(',')}\n`).join(''))
}

/** What the grid of the type shows, without pictures; of types that have none, the name alone. */
function columnsOf({ name, identity, fields }: EntityTypeSchema): string[] {
  const planned = (entityPages[name]?.columns ?? []).filter(({ hidden, kind }) => !hidden && kind !== 'image')
  const known = planned.map(({ field }) => field).filter((field) => fields.has(field))
  return known.length > 0 ? known : [identity ?? 'id']
}

function readAll(
  site: SandboxSite,
  actor: Actor,
  { name, fields: schema }: EntityTypeSchema,
  fields: readonly string[],
  project: Json | undefined,
): Entity[] {
  const inProject = isRef(project) && schema.has('project')
  const conditions = inProject
    ? [{ path: 'project', relation: 'is', values: [{ type: 'Project', id: project.id }] }]
    : []
  const { entities } = readEntities(site, actor, {
    type: name,
    return_fields: fields,
    filters: { logical_operator: 'and', conditions },
    paging: { entities_per_page: Number.MAX_SAFE_INTEGER, current_page: 1 },
  })
  return entities
}

function cellOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (isList(value)) return value.map(cellOf).join(', ')
  if (isObject(value)) return cellOf(value.name)
  return String(value)
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

function shown(value: Json): string {
  return typeof value === 'number' ? String(value) : inspect(value)
}
