import type { Row, Site } from '../../site/index.ts'
import type { HandlerContext, Selection } from '../context.ts'
import type { Envelope } from '../envelope.ts'
import type { RunChannel } from './run-channel.ts'

const IDS_PER_CALL = 500

/** Turn the plain data of an envelope into what a handler's `run` is given. */
export function buildContext(
  envelope: Envelope,
  tools: { site: Site; signal: AbortSignal; channel: RunChannel; fields: readonly string[] },
): HandlerContext {
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
    site: tools.site,
    log: tools.channel.log,
    progress: tools.channel.progress,
    signal: tools.signal,
    scratch: envelope.scratch,
    attempt: envelope.attempt,
    timeZone: envelope.timeZone,
    nowMs: envelope.nowMs,
  }
}

function buildSelection(
  entityType: string,
  ids: readonly number[],
  { site, signal, fields: defaultFields }: { site: Site; signal: AbortSignal; fields: readonly string[] },
): Selection {
  return {
    entityType,
    ids,
    async load(fields = defaultFields) {
      const rows = new Map<number, Row>()
      for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
        const some = ids.slice(from, from + IDS_PER_CALL)
        for (const row of await site.find(entityType, [['id', 'in', some]], fields, { signal })) rows.set(row.id, row)
      }
      return ids.flatMap((id) => rows.get(id) ?? [])
    },
  }
}
