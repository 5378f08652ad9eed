import { AppError } from '../errors.ts'
import { isLink, type Site } from '../site/index.ts'
import type { FormPairs } from './form.ts'

/** One answer of the site. */
const CALL_MS = 10_000
const EVENT_TYPE = 'Shotgun_ActionMenuItem_Triggered'

/** The event log entry that a light payload names, if it is one: then it carries nothing else of the click. */
export function lightPayloadIdOf(pairs: FormPairs): number | undefined {
  if (pairs.some(([name]) => name === 'entity_type')) return undefined
  const text = pairs.find(([name]) => name === 'event_log_entry_id')?.[1]
  if (text === undefined) return undefined
  const id = Number(text)
  if (/^\d{1,15}$/.test(text.trim()) && id > 0) return id
  throw new AppError(
    'PAYLOAD_INVALID',
    `event_log_entry_id is "${text.slice(0, 40)}": expected the number of an event log entry.`,
  )
}

/**
 * The payload that the site keeps for a click in `meta.ami_payload` of its event log entry. The site is believed; whoever
 * brought the number is not: numbers can be guessed.
 *
 * @throws {AppError} `LIGHT_PAYLOAD_UNKNOWN`, `CLICK_STALE`, `SITE_UNREACHABLE`
 */
export async function resolveLightPayload(
  site: Site,
  id: number,
  { nowMs, maxAgeMs }: { nowMs: number; maxAgeMs: number },
): Promise<FormPairs> {
  const entry = await readEntry(site, id)
  const payload = payloadOf(entry?.meta)
  if (entry?.event_type !== EVENT_TYPE || !payload) throw unknownEntry(id)
  const created = entry.created_at instanceof Date ? entry.created_at.getTime() : Date.parse(String(entry.created_at))
  if (!(Math.abs(nowMs - created) <= maxAgeMs)) {
    throw new AppError(
      'CLICK_STALE',
      `This click is older than ${Math.round(maxAgeMs / 1000)} seconds, so it is not taken any more. Nothing was started.`,
    )
  }
  const pairs = Object.entries(payload).flatMap(([name, value]): [string, string][] =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, textOf(one)]),
  )
  const person = pairs.find(([name]) => name === 'user_id')?.[1]
  if (isLink(entry.user) && entry.user.type === 'HumanUser' && person !== String(entry.user.id)) throw unknownEntry(id)
  return pairs
}

async function readEntry(site: Site, id: number) {
  try {
    const fields = ['event_type', 'meta', 'created_at', 'user']
    return await site.with({ timeoutMs: CALL_MS }).findOne('EventLogEntry', [['id', 'is', id]], fields)
  } catch (cause) {
    throw new AppError(
      'SITE_UNREACHABLE',
      'The site does not answer, so what was clicked cannot be read. Nothing was started.',
      { cause },
    )
  }
}

function payloadOf(meta: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof meta !== 'object' || meta === null || !('ami_payload' in meta)) return undefined
  const payload = meta.ami_payload
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? { ...payload } : undefined
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value)
}

function unknownEntry(id: number): AppError {
  return new AppError(
    'LIGHT_PAYLOAD_UNKNOWN',
    `The site has no click in its event log under the number ${id}. Nothing was started.`,
  )
}
