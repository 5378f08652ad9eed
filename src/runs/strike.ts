import { MAX_VALUE_CHARS, MAX_WHY_CHARS, type RunItem, type RunWrite } from '../handlers/events.ts'
import type { Outcome } from '../handlers/outcome.ts'

const MAX_NAME_CHARS = 500

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
  /** Values and reasons: all secrets, and only then cut; entity types and fields are names. */
  write(write: RunWrite): RunWrite
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
    write: ({ name, why, type, fields, ...write }) => ({
      ...write,
      type: own(type),
      ...(name === undefined ? {} : { name: text(name).slice(0, MAX_NAME_CHARS) }),
      ...(why === undefined ? {} : { why: text(why).slice(0, MAX_WHY_CHARS) }),
      fields: fields.map(({ field, from, to, ...one }) => ({
        ...one,
        field: own(field),
        to: cutTexts(walk(to, text, own)),
        ...(from === undefined ? {} : { from: cutTexts(walk(from, text, own)) }),
      })),
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

function cutTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAX_VALUE_CHARS ? `${value.slice(0, MAX_VALUE_CHARS)}…` : value
  return Array.isArray(value) ? value.map(cutTexts) : value
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
