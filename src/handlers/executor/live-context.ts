import type { Row, Site } from '../../site/index.ts'
import type { HandlerContext, Selection } from '../context.ts'
import type { Envelope } from '../envelope.ts'
import type { RunChannel } from './run-channel.ts'

const IDS_PER_CALL = 500

/** `site` and `scratch` may be getters: most handlers need only one of them, and both cost. */
export interface ContextTools {
  readonly site: Site
  readonly scratch?: string
  readonly signal: AbortSignal
  readonly channel: RunChannel
  /** What `selection.load()` asks for. */
  readonly fields: readonly string[]
  readonly params: unknown
}

/** Turn the plain data of an envelope into what a handler's `run` is given. */
export function buildContext(envelope: Envelope, tools: ContextTools): HandlerContext {
  const { context } = envelope
  return {
    runId: envelope.runId,
    entityType: context.entityType,
    selection: buildSelection(context.entityType, context.selectedIds, tools),
    pageIds: context.pageIds,
    ...(context.project ? { project: context.project } : {}),
    user: context.user,
    page: context.page,
    ...(context.sessionUuid ? { sessionUuid: context.sessionUuid } : {}),
    server: { url: envelope.site.url, ...(context.serverHostname ? { hostname: context.serverHostname } : {}) },
    payload: context.payload,
    params: tools.params,
    env: envelope.env ?? {},
    get site() {
      return tools.site
    },
    log: tools.channel.log,
    progress: tools.channel.progress,
    signal: tools.signal,
    get scratch() {
      return tools.scratch ?? envelope.scratch
    },
    attempt: envelope.attempt,
    timeZone: envelope.timeZone,
    nowMs: envelope.nowMs,
  }
}

function buildSelection(entityType: string, ids: readonly number[], tools: ContextTools): Selection {
  const { signal, channel } = tools
  async function* stream(fields: readonly string[] = tools.fields): AsyncGenerator<Row, void, undefined> {
    for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
      const some = ids.slice(from, from + IDS_PER_CALL)
      const found = await tools.site.find(entityType, [['id', 'in', some]], fields, { signal })
      const rows = new Map(found.map((row) => [row.id, row]))
      channel.learnNames(namesOf(entityType, found))
      for (const id of some) {
        const row = rows.get(id)
        if (row) yield row
      }
    }
  }
  return {
    entityType,
    ids,
    stream,
    async load(fields) {
      const rows: Row[] = []
      for await (const row of stream(fields)) rows.push(row)
      return rows
    },
  }
}

/** The fields that name an entity, by what the site's types have. */
const NAME_FIELDS = ['code', 'name', 'content', 'title', 'subject']

function* namesOf(entityType: string, rows: Iterable<Row>): Generator<readonly [string, string]> {
  for (const row of rows) {
    const name = NAME_FIELDS.map((field) => row[field]).find((value) => typeof value === 'string' && value !== '')
    if (typeof name === 'string') yield [`${entityType} ${row.id}`, name]
  }
}
