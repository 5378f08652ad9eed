import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { GridPage } from './grid-page.ts'
import type { MenuItem } from './menu.ts'
import type { Person } from './person.ts'

const ids = z.array(z.int().positive()).max(200_000)
const name = z.string().max(200)
const direction = z.enum(['asc', 'desc'])

/** What one browser window shows and has selected at the moment of a click. */
export const PageSnapshot = z.object({
  page_id: z.int().positive(),
  session_uuid: z.uuid(),
  view: name,
  ids,
  selected_ids: ids,
  cols: z.array(name).max(500),
  sorts: z.array(z.object({ column: name, direction })).max(20),
  groupings: z.array(z.object({ column: name, method: name, direction })).max(20),
})
export type PageSnapshot = z.infer<typeof PageSnapshot>

export type PayloadInput = {
  readonly person: Person
  readonly page: GridPage
  readonly item: MenuItem
  readonly snapshot: PageSnapshot
  /** System name to display name. */
  readonly columnNames: ReadonlyMap<string, string>
  /** Host and port of the site. */
  readonly host: string
}

/** The fields that a click sends, as text, without signature. */
export function buildPayload({
  person,
  page,
  item,
  snapshot,
  columnNames,
  host,
}: PayloadInput): Record<string, string> {
  const { sorts, groupings, cols } = snapshot
  const selectedIds = snapshot.selected_ids.join(',')
  const list = <T>(items: readonly T[], part: (item: T) => string) => items.map(part).join(',')
  const fields: Record<string, string> = {
    user_id: String(person.id),
    user_login: person.login,
    entity_type: page.type,
    selected_ids: selectedIds,
    ids: item.selectionRequired ? selectedIds : snapshot.ids.join(','),
    title: page.title,
    page_id: String(page.id),
    server_hostname: host,
    referrer_path: page.path,
    session_uuid: snapshot.session_uuid,
    cols: cols.join(','),
    column_display_names: list(cols, (col) => columnNames.get(col) ?? col),
    view: snapshot.view,
  }
  const [sort] = sorts
  if (sort) Object.assign(fields, { sort_column: sort.column, sort_direction: sort.direction })
  if (sorts.length > 1) {
    Object.assign(fields, {
      sort_columns: list(sorts, (each) => each.column),
      sort_directions: list(sorts, (each) => each.direction),
    })
  }
  const [grouping] = groupings
  if (grouping) {
    const { column, method } = grouping
    Object.assign(fields, { grouping_column: column, grouping_method: method, grouping_direction: grouping.direction })
  }
  if (groupings.length > 1) {
    Object.assign(fields, {
      grouping_columns: list(groupings, (each) => each.column),
      grouping_methods: list(groupings, (each) => each.method),
      grouping_directions: list(groupings, (each) => each.direction),
    })
  }
  if (page.project) Object.assign(fields, { project_name: page.project.name, project_id: String(page.project.id) })
  return mapValues(fields, asSubmitted)
}

/** The payload with `timestamp` and `signature`. */
export function signPayload(
  fields: Readonly<Record<string, string>>,
  secretToken: string,
  now: Date,
): Record<string, string> {
  const signed = { ...fields, timestamp: now.toISOString().replace(/\.\d+Z$/, 'Z') }
  return { ...signed, signature: signatureOf(signed, secretToken) }
}

/** HMAC-SHA1 over the sorted `name=value` lines. Names are ASCII and differ, so code units sort as code points do. */
export function signatureOf(fields: Readonly<Record<string, string>>, secretToken: string): string {
  const lines = Object.entries(fields)
    .filter(([field]) => field !== 'signature')
    .map(([field, value]) => `${field}=${value}\r\n`)
    .sort((a, b) => (a < b ? -1 : 1))
  return createHmac('sha1', secretToken).update(lines.join('')).digest('hex')
}

/** What is signed must be what arrives: browsers send line ends as CR LF, and no halves of a surrogate pair. */
function asSubmitted(value: string): string {
  return value.replace(/\r\n|\r|\n/g, '\r\n').toWellFormed()
}

function mapValues(fields: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, change(value)]))
}
