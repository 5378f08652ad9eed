import type { Row, Site } from '../../site/index.ts'
import type { HandlerContext, RunLog, Selection } from '../context.ts'
import type { Envelope, ExecutorEvent, LogLine } from '../envelope.ts'

/** Lines of one run that are kept; a loop that logs for ever must not fill the server. */
const MAX_LINES = 10_000
const MAX_TEXT = 8_000
const IDS_PER_CALL = 500
const PROGRESS_EVERY_MS = 50

/** Turn the plain data of an envelope into what a handler's `run` is given. */
export function buildContext(
  envelope: Envelope,
  tools: { site: Site; signal: AbortSignal; emit: (event: ExecutorEvent) => void; fields: readonly string[] },
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
    log: buildLog(tools.emit),
    progress: buildProgress(tools.emit),
    signal: tools.signal,
    scratch: envelope.scratch,
    attempt: envelope.attempt,
    timeZone: envelope.timeZone,
    nowMs: envelope.nowMs,
  }
}

/** A log whose lines go up the executor's channel, at most 10,000 of them. */
export function buildLog(emit: (event: ExecutorEvent) => void): RunLog {
  let lines = 0
  const write = (level: LogLine['level']) => (fieldsOrText: object | string, text?: string) => {
    lines += 1
    if (lines > MAX_LINES) return
    const line: LogLine = {
      atMs: Date.now(),
      level,
      text: (typeof fieldsOrText === 'string' ? fieldsOrText : (text ?? '')).slice(0, MAX_TEXT),
      ...(typeof fieldsOrText === 'object' ? { fields: plainFields(fieldsOrText) } : {}),
    }
    emit({ kind: 'log', line })
    if (lines === MAX_LINES) {
      emit({
        kind: 'log',
        line: {
          atMs: Date.now(),
          level: 'warn',
          text: `This run has logged ${MAX_LINES} lines; the rest is not kept.`,
        },
      })
    }
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
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

/** Progress may be told for every row; people see twenty a second, and always the last. */
function buildProgress(emit: (event: ExecutorEvent) => void): HandlerContext['progress'] {
  let nextMs = 0
  return (done, total, text) => {
    const nowMs = performance.now()
    if (nowMs < nextMs && done !== total) return
    nextMs = nowMs + PROGRESS_EVERY_MS
    emit({
      kind: 'progress',
      progress: { done, total, ...(text === undefined ? {} : { text: String(text).slice(0, 300) }) },
    })
  }
}

/** Fields as plain data: errors become their stack, what cannot be told is named, nothing is larger than a page. */
function plainFields(fields: object): Record<string, unknown> {
  const seen = new WeakSet<object>()
  const source = fields instanceof Error ? { err: fields } : fields
  try {
    const text = JSON.stringify(source, (_key, value: unknown) => {
      if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack }
      if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return String(value)
      if (typeof value === 'object' && value !== null) {
        if (seen.has(value)) return '[again]'
        seen.add(value)
      }
      return value
    })
    if (text.length <= MAX_TEXT) return JSON.parse(text)
    return { cut: `${text.slice(0, MAX_TEXT)}…` }
  } catch (error) {
    return { unreadable: String(error) }
  }
}
