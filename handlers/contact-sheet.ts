import {
  badgeOf,
  type ContactCell,
  dateOf,
  defineHandler,
  detailUrl,
  inOneLine,
  type LoadedPicture,
  linkOf,
  loadThumbnails,
  type Pictured,
  pdf,
  projectOf,
  type Row,
  readPersonName,
  readStatusNames,
  tellGone,
  textOf,
} from 'amiable'
import { z } from 'zod'

const params = z.object({
  columns: z.int().min(2).max(6).default(4).meta({ title: 'Columns' }),
  paper: z.enum(['A4', 'Letter']).default('A4').meta({ title: 'Paper' }),
  orientation: z
    .enum(['landscape', 'portrait'])
    .default('landscape')
    .meta({ title: 'Orientation', labels: { landscape: 'Landscape', portrait: 'Portrait' } }),
  statuses: z.boolean().default(true).meta({ title: 'Statuses' }),
  details: z.boolean().default(true).meta({
    title: 'Details',
    description: 'Shot, task and artist of a Version; sequence and frames of a Shot; type of an Asset.',
  }),
})

/** What is printed below the names, by entity type, and the fields that it takes. */
const kinds: Readonly<Record<string, { fields: readonly string[]; lines: (row: Row) => readonly string[] }>> = {
  Version: {
    fields: ['entity', 'sg_task', 'user'],
    lines: ({ entity, sg_task, user }) => [inOneLine(nameOf(entity), nameOf(sg_task)), inOneLine(nameOf(user))],
  },
  Shot: {
    fields: ['sg_sequence', 'sg_cut_in', 'sg_cut_out'],
    lines: ({ sg_sequence, sg_cut_in, sg_cut_out }) => [
      inOneLine(nameOf(sg_sequence), framesOf(sg_cut_in, sg_cut_out)),
    ],
  },
  Asset: {
    fields: ['sg_asset_type'],
    lines: ({ sg_asset_type }) => [inOneLine(textOf(sg_asset_type))],
  },
}
const title = 'Contact sheet'

/** One PDF with the thumbnails of what is selected, side by side. */
export default defineHandler({
  title: 'Build contact sheet',
  description: 'Makes one PDF with the thumbnails of the selected Versions, Shots or Assets side by side.',
  entityTypes: Object.keys(kinds),
  menu: { order: 20 },
  params,
  timeoutMs: 600_000, // thousands of thumbnails
  async run(context) {
    const { columns, paper, orientation, statuses, details } = context.params
    const { selection, entityType, user, nowMs, timeZone, page } = context
    const kind = details ? kinds[entityType] : undefined
    const [rows, person] = await Promise.all([
      selection.load(['code', 'image', 'sg_status_list', 'project', ...(kind?.fields ?? [])]),
      readPersonName(context, user),
    ])
    const codes = new Set(rows.flatMap((row) => textOf(row.sg_status_list) ?? []))
    const names = statuses ? await readStatusNames(context, entityType, codes) : undefined
    const items = rows.map((row) => ({ row, name: textOf(row.code) ?? `${entityType} ${row.id}` }))
    const gone = tellGone(context, rows)
    const project = projectOf(context, rows)
    const date = dateOf(nowMs, timeZone) ?? ''

    const toCell = ({ item: { row, name }, picture }: LoadedPicture<Pictured>): ContactCell => ({
      title: name,
      link: detailUrl(context.server.url, row),
      ...(names ? { badge: badgeOf(textOf(row.sg_status_list), names) } : {}),
      ...(kind ? { lines: kind.lines(row) } : {}),
      ...(picture ? { picture } : {}),
    })
    return pdf(
      async (report) => {
        await report.masthead({
          ...(project ? { eyebrow: project } : {}),
          title,
          facts: [
            { label: 'Prepared by', value: person },
            { label: 'Date', value: date },
            { label: `${entityType}s`, value: rows.length.toLocaleString('en') },
            ...(page.title ? [{ label: 'Page', value: page.title }] : []),
          ],
        })
        if (gone) await report.paragraph(gone)
        const loaded = loadThumbnails(report, context, items, { columns })
        await report.contactSheet(mapEach(loaded, toCell), { columns })
      },
      {
        title: project ? `${project}: ${title}` : title,
        author: person,
        date: nowMs,
        size: paper === 'Letter' ? 'LETTER' : 'A4',
        layout: orientation,
        header: { left: project ?? '', right: title },
        footer: `Prepared by ${person}  ·  ${date}`,
      },
    )
  },
})

function nameOf(value: unknown): string | undefined {
  return linkOf(value)?.name
}

/** `1001–1096` */
function framesOf(cutIn: unknown, cutOut: unknown): string | undefined {
  return typeof cutIn === 'number' && typeof cutOut === 'number' ? `${cutIn}–${cutOut}` : undefined
}

async function* mapEach<T, R>(items: AsyncIterable<T>, map: (item: T) => R): AsyncGenerator<R> {
  for await (const item of items) yield map(item)
}
