import type { RunItem } from '../handlers/events.ts'
import type { Outcome } from '../handlers/outcome.ts'

/** What stands in the place of a secret. */
const STRUCK = '•••'

export interface Secrets {
  /** The server's own: script keys and `AMIABLE_SECRET`. They leave through nothing that a handler says. */
  readonly always: readonly string[]
  /**
   * Values of `env`, which the handler was told to work with. They are struck in log lines, messages, reasons and error texts;
   * addresses, pages and file names keep them, for a link with a part missing leads nowhere.
   */
  readonly told?: readonly string[]
}

/** Strikes secrets out of what handlers say: inside strings alone, never numbers or structure; of keys only the server's own. */
export interface Striker {
  /** What people read: all secrets. */
  text(text: string): string
  /** The same for every string inside of plain data, such as the fields of a log line or what a form says. */
  value<T>(value: T): T
  item(item: RunItem): RunItem
  /** All secrets in a message; anywhere else only the server's own, for what leads somewhere must go on leading there. */
  outcome(outcome: Outcome): Outcome
}

export function createStriker({ always, told = [] }: Secrets): Striker {
  const text = strikeIn([...always, ...told])
  const own = strikeIn(always)
  return {
    text,
    value: (value) => walk(value, text, own),
    item: ({ name, why, ...item }) => ({
      ...item,
      type: own(item.type),
      ...(name === undefined ? {} : { name: text(name) }),
      ...(why === undefined ? {} : { why: text(why) }),
    }),
    outcome(outcome) {
      switch (outcome.kind) {
        case 'nothing':
          return outcome
        case 'message': {
          const links = outcome.links.map((link) => ({ text: text(link.text), url: own(link.url) }))
          return { ...outcome, text: text(outcome.text), links, ...walk({ table: outcome.table }, text, own) }
        }
        case 'redirect':
          return { kind: 'redirect', url: own(outcome.url) }
        case 'short-html':
          return { kind: 'short-html', html: own(outcome.html) }
        case 'html':
        case 'file':
          return { ...outcome, file: { ...outcome.file, name: own(outcome.file.name) } }
      }
    },
  }
}

function strikeIn(secrets: readonly string[]): (text: string) => string {
  // Longer ones first: the rest of one that begins like another would stay readable.
  const ordered = [...new Set(secrets)].filter((secret) => secret !== '').toSorted((a, b) => b.length - a.length)
  return (text) => ordered.reduce((struck, secret) => struck.replaceAll(secret, STRUCK), text)
}

type Strike = (text: string) => string

/** Plain data keeps its shape, so it keeps its type. */
function walk<T>(value: T, strike: Strike, strikeKey: Strike): T
function walk(value: unknown, strike: Strike, strikeKey: Strike): unknown {
  if (typeof value === 'string') return strike(value)
  if (Array.isArray(value)) return value.map((part: unknown) => walk(part, strike, strikeKey))
  if (typeof value !== 'object' || value === null) return value
  const parts: [string, unknown][] = Object.entries(value)
  return Object.fromEntries(parts.map(([key, part]) => [strikeKey(key), walk(part, strike, strikeKey)]))
}
