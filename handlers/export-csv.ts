import { csv, defineHandler, type FieldSchema, type HandlerContext, isLink, isLinkList, type Row } from 'amiable'
import { z } from 'zod'

/** The rows that are selected, with the columns of the page in their order, for a spreadsheet. */
export default defineHandler({
  title: 'Export to CSV…',
  description: 'Saves what is selected, with the columns of the page, as a file for spreadsheets.',
  orPage: true,
  menu: { folder: 'Export', order: 60 },
  timeoutMs: 600_000,
  params: z.object({
    separator: z
      .enum(['comma', 'semicolon'])
      .default('comma')
      .meta({
        title: 'Made for',
        labels: {
          comma: 'Spreadsheets in English: commas, 1.5',
          semicolon: 'Spreadsheets in French, German, …: semicolons, 1,5',
        },
      }),
    ids: z.boolean().default(false).meta({ title: 'Id of each row in the first column' }),
  }),

  async run(context) {
    const { params, selection, log } = context
    const { columns, unknown } = await readColumns(context)
    if (unknown.length > 0) log.warn({ columns: unknown }, 'these columns of the page are none of its entities’ own')
    const titles = columns.map(({ field, title }) => ({ key: field, title }))
    return csv(readRows(context, columns), {
      columns: params.ids ? [{ key: 'id', title: 'Id' }, ...titles] : titles,
      separator: params.separator === 'semicolon' ? ';' : ',',
      name: `${[context.project?.name, context.page.title ?? selection.entityType].filter(Boolean).join(' ')}.csv`,
    })
  },
})

interface Column {
  readonly field: string
  readonly title: string
  readonly schema: FieldSchema | undefined
}
type CsvCell = string | number | boolean | null

async function* readRows(
  { selection, progress, timeZone }: HandlerContext,
  columns: readonly Column[],
): AsyncGenerator<Record<string, CsvCell>> {
  const total = selection.ids.length
  let done = 0
  for await (const row of selection.stream(columns.map(({ field }) => field))) {
    const cells = columns.map((column) => [column.field, textOf(column, row, timeZone)])
    yield { id: row.id, ...Object.fromEntries(cells) }
    done += 1
    progress(done, total)
  }
}

/** Columns of the page that the site can read; those that pages compute by themselves are left out and named. */
async function readColumns({ site, page, entityType, project, signal }: HandlerContext) {
  const options = { signal, ...(project ? { project: { type: 'Project' as const, id: project.id } } : {}) }
  const schema = await site.schema.fields(entityType, undefined, options)
  const known = page.columns.filter(({ field }) => (field.split('.')[0] ?? '') in schema)
  const asked = known.length > 0 ? known : [{ field: entityType === 'Task' ? 'content' : 'code', displayName: 'Name' }]
  return {
    columns: asked.map(({ field, displayName }): Column => ({ field, title: displayName, schema: schema[field] })),
    unknown: page.columns.filter((column) => !known.includes(column)).map(({ field }) => field),
  }
}

/** A value as the site's own pages show it. */
function textOf({ field, schema }: Column, row: Row, timeZone: string): CsvCell {
  const value: unknown = row[field]
  if (value === null || value === undefined) return null
  if (value instanceof Date || (typeof value === 'string' && TIME.test(value)))
    return dateText(new Date(value), timeZone)
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'number') return value
  if (typeof value === 'string') return namedText(value, schema)
  if (isLinkList(value)) return value.map(({ type, id, name }) => name ?? `${type} ${id}`).join(', ')
  if (isLink(value)) return value.name ?? `${value.type} ${value.id}`
  return plainText(value)
}

/** How the site writes date and time: UTC. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Statuses have names; the site keeps their codes. */
function namedText(value: string, schema: FieldSchema | undefined): string {
  const names: Record<string, unknown> = Object(schema?.properties.display_values?.value)
  const name = Object.hasOwn(names, value) ? names[value] : undefined
  return typeof name === 'string' ? name : value
}

/** Files and links by their name or address; whatever else there is as it came. */
function plainText(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => plainText(one)).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  const { name, url, local_path: path }: Record<string, unknown> = { ...value }
  for (const text of [name, url, path]) if (typeof text === 'string') return text
  return JSON.stringify(value)
}

/** `2026-03-04 06:05`, which every spreadsheet takes for a time. */
function dateText(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(date)
}
