import type { WriteRecord } from '../../site/index.ts'
import type { ReportProgress, RunLog } from '../context.ts'
import {
  type ExecutorEvent,
  itemStatuses,
  type LogLine,
  MAX_ITEMS,
  MAX_LINE_CHARS,
  MAX_LINES,
  MAX_LOG_CHARS,
  MAX_TYPE_CHARS,
  MAX_WHY_CHARS,
  MAX_WRITES,
  type RunItem,
  type RunWrite,
} from '../events.ts'
import { toldWrite } from './told-write.ts'

const PROGRESS_EVERY_MS = 50
/** Items travel together, so many or so long. */
const ITEMS_BATCH = 500
const ITEMS_EVERY_MS = 100
const WRITES_BATCH = 500

/** The channel of one run. Closed at its end, so that what a handler left running cannot speak for the next one. */
export interface RunChannel {
  readonly log: RunLog
  readonly progress: ReportProgress
  /** One line that was printed with `console`. */
  print(level: LogLine['level'], text: string): void
  /** A change on the site that was made or tried. */
  write(record: WriteRecord): void
  /** Remember what entities are called, for items that are told without a name. */
  learnNames(names: Iterable<readonly [key: string, name: string]>): void
  /** Nothing is taken any more; what still waited is sent. */
  close(): void
}

export function openRunChannel(runId: string, emit: (event: ExecutorEvent) => void): RunChannel {
  let open = true
  let lines = 0
  let chars = 0
  let full = false
  let nextProgressMs = 0
  const names = new Map<string, string>()
  const told = new Set<string>()
  const items: RunItem[] = []
  const writes: RunWrite[] = []
  let written = 0
  let itemsTimer: NodeJS.Timeout | undefined
  let lastSent = ''

  const send = (level: LogLine['level'], text: string, fields?: Record<string, unknown>): void => {
    if (!open || full) return
    lines += 1
    const line = { atMs: Date.now(), level, text: text.slice(0, MAX_LINE_CHARS), ...(fields ? { fields } : {}) }
    chars += line.text.length + (fields ? JSON.stringify(fields).length : 0)
    emit({ kind: 'log', runId, line })
    full = lines >= MAX_LINES || chars >= MAX_LOG_CHARS
    if (!full) return
    const last = `This run has written ${lines.toLocaleString('en')} lines, ${chars.toLocaleString('en')} letters; the rest is not kept.`
    emit({ kind: 'log', runId, line: { atMs: Date.now(), level: 'warn', text: last } })
  }
  const write =
    (level: LogLine['level']) =>
    (fieldsOrText: object | string, text?: string): void => {
      if (typeof fieldsOrText === 'object' && fieldsOrText !== null)
        send(level, String(text ?? ''), plainFields(fieldsOrText))
      else send(level, String(fieldsOrText))
    }

  const sendItems = (): void => {
    clearTimeout(itemsTimer)
    itemsTimer = undefined
    if (items.length > 0) emit({ kind: 'items', runId, items: items.splice(0) })
  }

  /** What was changed on the site must be known whatever becomes of this process: nothing waits longer than its own tick. */
  const sendWrites = (): void => {
    while (writes.length > 0) emit({ kind: 'writes', runId, writes: writes.splice(0, WRITES_BATCH) })
  }

  /** Progress may be told for every row; people see twenty a second, and always the last. */
  const progress = (done: number, total: number, text?: string): void => {
    const now = {
      done: Number(done),
      total: Number(total),
      ...(text === undefined ? {} : { text: String(text).slice(0, 300) }),
    }
    const nowMs = performance.now()
    const isLast = now.done === now.total && lastSent !== `${now.done} ${now.text}`
    if (!open || !Number.isFinite(now.done + now.total) || (nowMs < nextProgressMs && !isLast)) return
    nextProgressMs = nowMs + PROGRESS_EVERY_MS
    lastSent = `${now.done} ${now.text}`
    emit({ kind: 'progress', runId, progress: now })
  }

  const item: ReportProgress['item'] = (ref, status, why) => {
    if (!open) return
    if (!isRef(ref) || !itemStatuses.includes(status))
      throw new TypeError(
        'progress.item() expects an entity such as { type: "Version", id: 12 } and "done", "failed" or "skipped".',
      )
    const key = `${ref.type} ${ref.id}`
    if (!told.has(key) && told.size >= MAX_ITEMS) return
    told.add(key)
    if ('name' in ref && typeof ref.name === 'string') names.set(key, ref.name)
    const name = names.get(key)
    items.push({
      type: ref.type,
      id: ref.id,
      status,
      ...(name === undefined ? {} : { name: name.slice(0, 500) }),
      ...(why === undefined ? {} : { why: String(why).slice(0, MAX_WHY_CHARS) }),
    })
    gather()
  }

  const gather = (): void => {
    if (items.length >= ITEMS_BATCH) sendItems()
    else itemsTimer ??= setTimeout(sendItems, ITEMS_EVERY_MS).unref()
  }

  const tellWrite = (record: WriteRecord): void => {
    if (!open || written > MAX_WRITES) return
    written += 1
    if (written > MAX_WRITES) {
      send('warn', `This run has made ${MAX_WRITES.toLocaleString('en')} changes; no further ones are kept.`)
      return
    }
    const known = names.get(`${record.entityType} ${record.entityId}`)
    const own = record.values?.code ?? record.values?.name
    writes.push(toldWrite(record, known ?? (typeof own === 'string' ? own : undefined)))
    if (writes.length === 1) queueMicrotask(sendWrites)
  }

  return {
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    print: (level, text) => send(level, text),
    progress: Object.assign(progress, { item }),
    write: tellWrite,
    learnNames(learnt) {
      for (const [key, name] of learnt) if (names.size < MAX_ITEMS) names.set(key, name)
    },
    close() {
      sendItems()
      sendWrites()
      open = false
    },
  }
}

function isRef(ref: { readonly type: unknown; readonly id: number } | undefined): boolean {
  const type = ref?.type
  return (
    typeof type === 'string' && type.length <= MAX_TYPE_CHARS && Number.isSafeInteger(ref?.id) && Number(ref?.id) > 0
  )
}

/** Fields as plain data: errors become their stack, what cannot be told is named, nothing is larger than a page. */
function plainFields(fields: object): Record<string, unknown> {
  const seen = new WeakSet<object>()
  const source = fields instanceof Error ? { err: fields } : Array.isArray(fields) ? { items: fields } : fields
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
    const plain: unknown = text.length <= MAX_LINE_CHARS ? JSON.parse(text) : undefined
    if (typeof plain === 'object' && plain !== null && !Array.isArray(plain)) return { ...plain }
    return { cut: `${text.slice(0, MAX_LINE_CHARS)}…` }
  } catch (error) {
    return { unreadable: String(error) }
  }
}
