import {
  defineHandler,
  type Fact,
  type HandlerContext,
  isLink,
  type Link,
  pdf,
  type Report,
  type Share,
  type Tone,
  toneOf,
} from 'amiable'

const fields = ['code', 'description', 'entity', 'sg_task', 'user', 'sg_status_list', 'image', 'created_at', 'project']

/** One PDF of the selected Versions: what they are, where they stand, what was said about them. */
export default defineHandler({
  title: 'Build PDF report',
  description: 'Makes one PDF of the selected Versions: thumbnail, status, shot, task, artist and description.',
  entityTypes: ['Version'],
  menu: { order: 10 },
  fields,
  timeoutMs: 600_000, // thousands of thumbnails
  async run(context) {
    const { selection, nowMs, log } = context
    const rows = await selection.load(fields)
    const versions = rows.map(toVersion)
    const [statusNames, person] = await Promise.all([readStatusNames(context, versions), readPersonName(context)])
    log.info({ selected: selection.ids.length, found: versions.length }, 'versions read')

    const project = projectOf(context, versions)
    const date = dateText(new Date(nowMs).toISOString(), context.timeZone) ?? ''
    return pdf(
      async (report) => {
        await drawHead(report, context, { versions, project, person, date, statusNames })
        await drawVersions(report, context, versions, statusNames)
      },
      {
        title: project ? `${project}: Version report` : 'Version report',
        author: person,
        date: nowMs,
        footer: [project, 'Version report', date].filter(Boolean).join('  ·  '),
      },
    )
  },
})

/** What the report prints of a Version. */
interface Version {
  readonly row: VersionRow
  readonly name: string
  readonly description: string
  readonly link: NamedLink | undefined
  readonly task: NamedLink | undefined
  readonly artist: string | undefined
  readonly project: string | undefined
  readonly status: string | undefined
  readonly created: string | undefined
}
type NamedLink = Required<Link>
type VersionRow = Awaited<ReturnType<HandlerContext['selection']['load']>>[number]

function toVersion(row: VersionRow): Version {
  return {
    row,
    name: textOf(row.code) ?? `Version ${row.id}`,
    description: textOf(row.description) ?? '',
    link: linkOf(row.entity),
    task: linkOf(row.sg_task),
    artist: linkOf(row.user)?.name,
    project: linkOf(row.project)?.name,
    status: textOf(row.sg_status_list),
    created: row.created_at instanceof Date ? row.created_at.toISOString() : textOf(row.created_at),
  }
}

async function drawHead(
  report: Report,
  context: HandlerContext,
  about: {
    versions: readonly Version[]
    project: string | undefined
    person: string
    date: string
    statusNames: ReadonlyMap<string, string>
  },
): Promise<void> {
  const { selection, page } = context
  const { versions, project, person, date, statusNames } = about
  await report.masthead({
    ...(project ? { eyebrow: project } : {}),
    title: 'Version report',
    facts: [
      { label: 'Prepared by', value: person },
      { label: 'Date', value: date },
      { label: 'Versions', value: versions.length.toLocaleString('en') },
      { label: 'Page', value: page.title },
    ],
  })
  const gone = selection.ids.length - versions.length
  if (gone > 0) {
    const total = selection.ids.length
    const of = `${gone.toLocaleString('en')} of ${total.toLocaleString('en')} selected ${total === 1 ? 'Version' : 'Versions'}`
    await report.paragraph(`${of} ${gone === 1 ? 'is' : 'are'} no longer on the site.`)
  }
  await report.shares(countByStatus(versions, statusNames))
}

async function drawVersions(
  report: Report,
  context: HandlerContext,
  versions: readonly Version[],
  statusNames: ReadonlyMap<string, string>,
): Promise<void> {
  const { site, signal, log, progress, server, timeZone } = context
  if (versions.length === 0) return
  await report.heading('Versions')
  const fetchBytes = async ({ row }: Version, limit: AbortSignal): Promise<Uint8Array | undefined> => {
    const thumbnail = await site.downloadThumbnail(row, { signal: limit })
    return thumbnail.state === 'ready' ? thumbnail.bytes : undefined
  }
  const onFailure = (error: unknown) => log.warn({ err: error }, 'a thumbnail did not come')

  let done = 0
  for await (const { item, picture } of report.pictures(versions, fetchBytes, { signal, onFailure })) {
    await report.entry({
      title: item.name,
      link: detailUrl(server.url, item.row),
      badge: { label: statusName(item.status, statusNames), tone: toneOf(item.status) },
      facts: factsOf(item, server.url, timeZone),
      text: item.description,
      ...(picture ? { picture } : {}),
    })
    done += 1
    progress(done, versions.length, item.name)
  }
}

function factsOf(version: Version, siteUrl: string, timeZone: string): Fact[] {
  const { link, task, artist, created } = version
  return [
    { label: link?.type ?? 'Link', value: link?.name, ...(link ? { link: detailUrl(siteUrl, link) } : {}) },
    { label: 'Task', value: task?.name, ...(task ? { link: detailUrl(siteUrl, task) } : {}) },
    { label: 'Artist', value: artist },
    { label: 'Created', value: dateText(created, timeZone) },
  ]
}

/** From what is settled to what is not; within that the most frequent first. */
const toneOrder: readonly Tone[] = ['approved', 'review', 'progress', 'rejected', 'waiting', 'neutral']

function countByStatus(versions: readonly Version[], statusNames: ReadonlyMap<string, string>): Share[] {
  const byStatus = Map.groupBy(versions, (version) => version.status)
  return Array.from(byStatus, ([status, group]) => ({
    label: statusName(status, statusNames),
    tone: toneOf(status),
    count: group.length,
  })).sort((a, b) => toneOrder.indexOf(a.tone) - toneOrder.indexOf(b.tone) || b.count - a.count)
}

/** Names of the statuses in use: as the field shows them, else as the site's Status entities are named. */
async function readStatusNames(context: HandlerContext, versions: readonly Version[]): Promise<Map<string, string>> {
  const { site, signal, log } = context
  const names = new Map<string, string>()
  const codes = [...new Set(versions.flatMap(({ status }) => (status === undefined ? [] : [status])))]
  try {
    const schema = await site.schema.fields('Version', 'sg_status_list', { signal })
    const shown = schema.sg_status_list?.properties.display_values?.value
    for (const [code, name] of Object.entries(Object(shown))) if (typeof name === 'string') names.set(code, name)
    const unnamed = codes.filter((code) => !names.has(code))
    if (unnamed.length === 0) return names
    for (const row of await site.find('Status', [['code', 'in', unnamed]], ['code', 'name'], { signal })) {
      const [code, name] = [textOf(row.code), textOf(row.name)]
      if (code !== undefined && name !== undefined) names.set(code, name)
    }
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ err: error }, 'status names cannot be read; their codes are printed')
  }
  return names
}

async function readPersonName({ site, user, signal, log }: HandlerContext): Promise<string> {
  try {
    const person = await site.findOne('HumanUser', [['id', 'is', user.id]], ['name'], { signal })
    return textOf(person?.name) ?? user.login
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ err: error }, "the person's name cannot be read; the login is printed")
    return user.login
  }
}

function statusName(status: string | undefined, names: ReadonlyMap<string, string>): string {
  return status === undefined ? 'No status' : (names.get(status) ?? status)
}

function projectOf({ project }: HandlerContext, versions: readonly Version[]): string | undefined {
  if (project) return project.name
  const names = new Set(versions.flatMap((version) => (version.project === undefined ? [] : [version.project])))
  return names.size > 1 ? `${names.size} projects` : names.values().next().value
}

function detailUrl(siteUrl: string, { type, id }: { type: string; id: number }): string {
  return `${siteUrl.replace(/\/+$/, '')}/detail/${type}/${id}`
}

/** `12 Mar 2026` in the studio's zone; undefined when there is no date. */
function dateText(iso: string | undefined, timeZone: string): string | undefined {
  const date = new Date(iso ?? Number.NaN)
  if (Number.isNaN(date.getTime())) return undefined
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(date)
}

/** A text with something to see in it. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && SEEN.test(value) ? value.trim() : undefined
}

const SEEN = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u

function linkOf(value: unknown): NamedLink | undefined {
  if (!isLink(value)) return undefined
  const { type, id, name } = value
  return { type, id, name: textOf(name) ?? `${type} ${id}` }
}
