import type { HandlerContext, RunLog } from '../context.ts'
import { type ExecutorEvent, type LogLine, MAX_LINE_CHARS, MAX_LINES, MAX_LOG_CHARS } from '../events.ts'

const PROGRESS_EVERY_MS = 50

/** The channel of one run. Closed at its end, so that what a handler left running cannot speak for the next one. */
export interface RunChannel {
  readonly log: RunLog
  readonly progress: HandlerContext['progress']
  /** One line that was printed with `console`. */
  print(level: LogLine['level'], text: string): void
  close(): void
}

export function openRunChannel(runId: string, emit: (event: ExecutorEvent) => void): RunChannel {
  let open = true
  let lines = 0
  let chars = 0
  let full = false
  let nextProgressMs = 0
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

  return {
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    print: (level, text) => send(level, text),
    /** Progress may be told for every row; people see twenty a second, and always the last. */
    progress(done, total, text) {
      const progress = {
        done: Number(done),
        total: Number(total),
        ...(text === undefined ? {} : { text: String(text).slice(0, 300) }),
      }
      const nowMs = performance.now()
      const isLast = progress.done === progress.total && lastSent !== `${progress.done} ${progress.text}`
      if (!open || !Number.isFinite(progress.done + progress.total) || (nowMs < nextProgressMs && !isLast)) return
      nextProgressMs = nowMs + PROGRESS_EVERY_MS
      lastSent = `${progress.done} ${progress.text}`
      emit({ kind: 'progress', runId, progress })
    },
    close() {
      open = false
    },
  }
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
