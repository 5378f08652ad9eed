import {
  badgeOf,
  type ContactCell,
  dateOf,
  defineHandler,
  detailUrl,
  type Entry,
  type Fact,
  type HandlerContext,
  inOneLine,
  type LoadedPicture,
  linkOf,
  loadThumbnails,
  type NamedLink,
  pdf,
  projectOf,
  type Report,
  type Row,
  readPersonName,
  readStatusNames,
  sharesOf,
  tellGone,
  textOf,
} from 'amiable'
import { z } from 'zod'

const params = z.object({
  layout: z
    .enum(['list', 'contact-sheet'])
    .default('list')
    .meta({ title: 'Layout', labels: { list: 'List', 'contact-sheet': 'Contact sheet' } }),
  paper: z.enum(['A4', 'Letter']).default('A4').meta({ title: 'Paper' }),
  summary: z.boolean().default(true).meta({ title: 'Summary', description: 'How many Versions have which status.' }),
  descriptions: z.boolean().default(true).meta({ title: 'Descriptions', description: 'In the list only.' }),
  notes: z
    .boolean()
    .default(true)
    .meta({ title: 'Notes', description: 'How many each Version has, and how many are open.' }),
})
type Options = z.infer<typeof params>

const title = 'Version report'
const sheetColumns = 3
const fields = ['code', 'description', 'entity', 'sg_task', 'user', 'sg_status_list', 'image', 'created_at', 'project']

/** One PDF of the selected Versions: what they are, where they stand, what was said about them. */
export default defineHandler({
  title: 'Build PDF report',
  description: 'Makes one PDF of the selected Versions: thumbnail, status, shot, task, artist, notes and description.',
  entityTypes: ['Version'],
  menu: { order: 10 },
  fields,
  params,
  timeoutMs: 600_000, // thousands of thumbnails
  run: (context) => buildReport(context, context.params),
})

/** What the report is about. */
interface About {
  readonly versions: readonly Version[]
  readonly project: string | undefined
  readonly person: string
  readonly date: string
  readonly statusNames: ReadonlyMap<string, string>
  /** Which Versions have gone since the click. */
  readonly gone: string | undefined
  readonly options: Options
}

/** What the report prints of a Version. */
interface Version {
  readonly row: Row
  readonly name: string
  readonly link: NamedLink | undefined
  readonly task: NamedLink | undefined
  readonly artist: string | undefined
  readonly status: string | undefined
  /** Undefined when there is nothing to say of notes in the whole report. */
  readonly notes: NoteCount | undefined
}

interface NoteCount {
  readonly all: number
  readonly open: number
}

async function buildReport(context: HandlerContext, options: Options) {
  const { selection, user, nowMs, timeZone, log } = context
  const [rows, notes, person] = await Promise.all([
    selection.load(fields),
    options.notes ? readNotes(context) : undefined,
    readPersonName(context, user),
  ])
  const versions = rows.map((row) => toVersion(row, notes?.get(row.id)))
  const codes = new Set(versions.flatMap(({ status }) => status ?? []))
  const statusNames = await readStatusNames(context, 'Version', codes)
  log.info({ selected: selection.ids.length, found: versions.length }, 'versions read')
  const gone = tellGone(context, rows)
  const project = projectOf(context, rows)
  const about: About = { versions, project, person, date: dateOf(nowMs, timeZone) ?? '', statusNames, gone, options }
  return pdf(
    async (report) => {
      await drawHead(report, context, about)
      await drawVersions(report, context, about)
    },
    {
      title: project ? `${project}: ${title}` : title,
      author: person,
      date: nowMs,
      size: options.paper === 'Letter' ? 'LETTER' : 'A4',
      header: { left: project ?? '', right: title },
      footer: `Prepared by ${person}  ·  ${about.date}`,
    },
  )
}

function toVersion(row: Row, notes: NoteCount | undefined): Version {
  return {
    row,
    name: textOf(row.code) ?? `Version ${row.id}`,
    link: linkOf(row.entity),
    task: linkOf(row.sg_task),
    artist: linkOf(row.user)?.name,
    status: textOf(row.sg_status_list),
    notes,
  }
}

/** How many notes the selected Versions have; undefined when none has any, or when they cannot be read. */
async function readNotes({ selection, signal, log }: HandlerContext): Promise<Map<number, NoteCount> | undefined> {
  const count = (links: unknown): number => (Array.isArray(links) ? links.length : 0)
  try {
    const rows = await selection.load(['notes', 'open_notes'])
    const counts = rows.map((row) => [row.id, { all: count(row.notes), open: count(row.open_notes) }] as const)
    return counts.some(([, { all }]) => all > 0) ? new Map(counts) : undefined
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ err: error }, 'notes cannot be read; they are left out')
    return undefined
  }
}

async function drawHead(report: Report, context: HandlerContext, about: About): Promise<void> {
  const { versions, project, person, date, statusNames, gone, options } = about
  await report.masthead({
    ...(project ? { eyebrow: project } : {}),
    title,
    facts: [
      { label: 'Prepared by', value: person },
      { label: 'Date', value: date },
      { label: 'Versions', value: versions.length.toLocaleString('en') },
      ...(context.page.title ? [{ label: 'Page', value: context.page.title }] : []),
    ],
  })
  if (gone) await report.paragraph(gone)
  if (options.summary)
    await report.shares(
      sharesOf(
        versions.map(({ status }) => status),
        statusNames,
      ),
    )
}

async function drawVersions(report: Report, context: HandlerContext, about: About): Promise<void> {
  const { versions, options } = about
  if (versions.length === 0) return
  await report.heading('Versions')
  if (options.layout === 'list') {
    for await (const loaded of loadThumbnails(report, context, versions)) {
      await report.entry(toEntry(loaded, context, about))
    }
    return
  }
  const columns = sheetColumns
  const toCells = async function* () {
    for await (const loaded of loadThumbnails(report, context, versions, { columns }))
      yield toCell(loaded, context, about)
  }
  await report.contactSheet(toCells(), { columns })
}

function toEntry({ item, picture }: LoadedPicture<Version>, context: HandlerContext, about: About): Entry {
  const { server, timeZone } = context
  const { link, task, artist, status, notes, row } = item
  const siteUrl = server.url
  const facts: Fact[] = [
    {
      label: link?.type ?? 'Link',
      value: link?.name,
      ...(link ? { link: detailUrl(siteUrl, link) } : {}),
      share: 1.15,
    },
    { label: 'Task', value: task?.name, ...(task ? { link: detailUrl(siteUrl, task) } : {}), share: 0.95 },
    { label: 'Artist', value: artist, share: 1.15 },
    { label: 'Created', value: dateOf(row.created_at, timeZone), share: 1.05 },
    ...(notes ? [{ label: 'Notes', value: noteText(notes), share: 0.95 }] : []),
  ]
  return {
    title: item.name,
    link: detailUrl(siteUrl, row),
    badge: badgeOf(status, about.statusNames),
    facts,
    ...(about.options.descriptions ? { text: textOf(row.description) ?? '' } : {}),
    ...(picture ? { picture } : {}),
  }
}

function toCell({ item, picture }: LoadedPicture<Version>, context: HandlerContext, about: About): ContactCell {
  const { link, task, artist, status, notes, row } = item
  const noted = notes && notes.all > 0 ? `${notes.all} ${notes.all === 1 ? 'note' : 'notes'}` : undefined
  return {
    title: item.name,
    link: detailUrl(context.server.url, row),
    badge: badgeOf(status, about.statusNames),
    lines: [inOneLine(link?.name, task?.name), inOneLine(artist, noted)],
    ...(picture ? { picture } : {}),
  }
}

function noteText({ all, open }: NoteCount): string | undefined {
  if (open > 0) return all === open ? `${open} open` : `${open} of ${all} open`
  return all === 0 ? undefined : String(all)
}
