import { AppError } from '../errors.ts'
import { defined } from '../handlers/defined.ts'
import type { ClickContext } from '../handlers/envelope.ts'
import type { Manifest } from '../handlers/manifest.ts'
import type { FormPairs } from './form.ts'
import { type AmiPayload, columnsOf, groupingsOf, parsePayload, rawPayload, sortsOf } from './payload.ts'
import { clickKeyOf, secretTokenOf, verifyFreshness, verifySignature } from './signature.ts'

export interface ClickRules {
  readonly secret: string
  /** The one before: clicks of menu items that still have its token are taken too. */
  readonly secretPrevious?: string
  readonly environment: string
  /** Host names that the site may have; empty: any. */
  readonly siteHostnames?: readonly string[]
  /** Milliseconds. */
  readonly maxAgeMs: number
}

/** A click whose signature is right. Whether it is fresh is asked only when nobody has seen it before. */
export interface VerifiedClick {
  readonly clickKey: string
  readonly pairs: FormPairs
}

/**
 * First question: was it signed with this handler's token?
 *
 * @throws {AppError} as `verifySignature`
 */
export function verifyClick(handler: string, pairs: FormPairs, rules: ClickRules): VerifiedClick {
  const { secret, secretPrevious, environment } = rules
  const secrets = [secret, ...(secretPrevious === undefined ? [] : [secretPrevious])]
  verifySignature(pairs, ...secrets.map((one) => secretTokenOf(handler, { secret: one, environment })))
  return { clickKey: clickKeyOf(handler, pairs), pairs }
}

/**
 * Second question, for a click never seen before: is it fresh, can it be read, and may this handler be used on it?
 *
 * @throws {AppError} `CLICK_STALE`, `PAYLOAD_INVALID`, `SITE_WRONG`, `ENTITY_TYPE_WRONG`, `SELECTION_EMPTY`,
 *   `SELECTION_WRONG_SIZE`
 */
export function readClick(click: VerifiedClick, manifest: Manifest, rules: ClickRules, nowMs: number): ClickContext {
  verifyClickAge(click, rules, nowMs)
  return readPayload(click.pairs, manifest, rules)
}

/** @throws {AppError} `CLICK_STALE`, `PAYLOAD_INVALID` */
export function verifyClickAge({ pairs }: VerifiedClick, { maxAgeMs }: ClickRules, nowMs: number): void {
  const timestamp = pairs.find(([name]) => name === 'timestamp')?.[1]
  verifyFreshness(timestamp, { nowMs, maxAgeMs })
}

/**
 * A payload that is believed, whichever way it came, as a click on this handler.
 *
 * @throws {AppError} as `readClick`, its age apart
 */
export function readPayload(pairs: FormPairs, manifest: Manifest, rules: ClickRules): ClickContext {
  const payload = parsePayload(pairs)
  refuseOtherSite(payload.server_hostname, rules.siteHostnames ?? [])
  const wholePage = manifest.orPage === true && payload.selected_ids.length === 0 && payload.ids.length > 0
  const asked = wholePage ? { ...payload, selected_ids: payload.ids } : payload
  refuseWrongUse(manifest, { entityType: asked.entity_type, count: asked.selected_ids.length })
  return { ...contextOf(asked, pairs), ...(wholePage ? { wholePage } : {}) }
}

/** A token may have been pasted into an item of another site, whose ids mean something else. */
function refuseOtherSite(hostname: string | undefined, ours: readonly string[]): void {
  if (hostname === undefined || ours.length === 0 || ours.some((one) => isSameHost(one, hostname))) return
  throw new AppError(
    'SITE_WRONG',
    `This click comes from the site “${hostname.slice(0, 100)}”; this server works for ${ours.join(', ')}. Nothing was started.`,
  )
}

/** Whether two names, each with or without its port, can mean the same site. */
function isSameHost(a: string, b: string): boolean {
  const [one, other] = [splitPort(a), splitPort(b)]
  return one.name === other.name && (one.port === '' || other.port === '' || one.port === other.port)
}

function splitPort(host: string): { name: string; port: string } {
  const [, name = '', port = ''] = /^(.*?)(?::(\d*))?$/.exec(host.toLowerCase()) ?? []
  return { name, port }
}

/**
 * Nobody vouches for who clicked: what looks at that is not for such a click.
 *
 * @throws {AppError} `SIGNATURE_MISSING`
 */
export function refuseUnsigned(manifest: Manifest, { unsigned }: Pick<ClickContext, 'unsigned'>): void {
  if (!unsigned || (!manifest.access && manifest.actAs !== 'user')) return
  throw new AppError(
    'SIGNATURE_MISSING',
    `“${manifest.title}” looks at who clicked, and a light payload without a signature does not tell for sure. Nothing was started.`,
  )
}

/** @throws {AppError} `ENTITY_TYPE_WRONG`, `SELECTION_EMPTY`, `SELECTION_WRONG_SIZE` */
export function refuseWrongUse(manifest: Manifest, { entityType, count }: { entityType: string; count: number }): void {
  const types = manifest.entityTypes
  if (types && !types.includes(entityType)) {
    throw new AppError(
      'ENTITY_TYPE_WRONG',
      `“${manifest.title}” works on ${types.join(', ')}, not on ${entityType}. Nothing was started.`,
    )
  }
  const { min, max } = manifest.selection
  if (count === 0 && min > 0) {
    throw new AppError(
      'SELECTION_EMPTY',
      `“${manifest.title}” works on what is selected, and nothing was selected. Nothing was started.`,
    )
  }
  if (count < min || (max !== undefined && count > max)) {
    const expected =
      max === undefined ? `at least ${min}` : min === max ? `exactly ${max}` : `between ${min} and ${max}`
    throw new AppError(
      'SELECTION_WRONG_SIZE',
      `“${manifest.title}” works on ${expected} selected at a time; ${count} were selected. Nothing was started.`,
    )
  }
}

function contextOf(payload: AmiPayload, pairs: FormPairs): ClickContext {
  return {
    entityType: payload.entity_type,
    selectedIds: inPageOrder(payload.selected_ids, payload.ids),
    pageIds: payload.ids,
    user: { id: payload.user_id, login: payload.user_login },
    page: {
      columns: columnsOf(payload),
      sorts: sortsOf(payload),
      groupings: groupingsOf(payload),
      ...defined({
        id: payload.page_id,
        title: payload.title,
        view: payload.view,
        referrerPath: payload.referrer_path,
      }),
    },
    ...(payload.project_id === undefined
      ? {}
      : { project: { id: payload.project_id, name: payload.project_name ?? `Project ${payload.project_id}` } }),
    ...defined({ sessionUuid: payload.session_uuid, serverHostname: payload.server_hostname }),
    payload: rawPayload(pairs),
  }
}

/** Selected ids in the order of the page; ids that the page does not list keep their own order at the end. */
function inPageOrder(selected: readonly number[], page: readonly number[]): number[] {
  const chosen = new Set(selected)
  const listed = page.filter((id) => chosen.has(id))
  const onPage = new Set(listed)
  return [...listed, ...selected.filter((id) => !onPage.has(id))]
}
