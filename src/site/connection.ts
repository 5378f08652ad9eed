import type { SecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { type Deadline, openDeadline } from './deadline.ts'
import { SiteUsageError } from './errors/index.ts'
import type { Ledger } from './ledger.ts'
import type { CallOptions } from './options.ts'
import { openSockets, readAuthorities } from './proxy.ts'
import { type AuthParams, checkTimeout, type SiteSettings } from './settings.ts'
import { createTurns, type Turns } from './turns.ts'

/** The sockets and turns of one site, shared by everything derived from it. */
export type Connection = {
  readonly settings: SiteSettings
  readonly calls: Lane
  readonly files: Lane
  /** Aborts when the site is closed. */
  readonly closed: AbortSignal
  readonly close: () => Promise<void>
  /** The authentication object of a session that is made first; undefined when the credentials last. */
  readonly signIn?: (scope: Scope, options: CallOptions) => Promise<AuthParams>
}

/** Calls and downloads have a lane each, so that a slow download holds up no call. */
export type Lane = { readonly dispatcher: Dispatcher; readonly turns: Turns }

/** For whom and how long: what `site.with()` changes. */
export type Scope = {
  readonly connection: Connection
  readonly sessionUuid: string | undefined
  readonly sudoAsLogin: string | undefined
  readonly timeoutMs: number
  readonly signals: readonly AbortSignal[]
  /** Who is told about writes. */
  readonly ledgers?: readonly Ledger[] | undefined
}

export function openConnection(settings: SiteSettings): Connection {
  const closing = new AbortController()
  const authorities: SecureContext | undefined =
    settings.caCerts === undefined ? undefined : readAuthorities(settings.caCerts)
  const own: Dispatcher[] = []
  const openLane = (): Lane => {
    const turns = createTurns(settings.concurrency)
    if (settings.dispatcher !== undefined) return { dispatcher: settings.dispatcher, turns }
    const sockets = openSockets({ connections: settings.concurrency, proxy: settings.proxy, authorities })
    own.push(sockets)
    return { dispatcher: sockets, turns }
  }
  const close = async (): Promise<void> => {
    closing.abort(new SiteUsageError('SITE_CLOSED', `The site ${settings.address.display} was closed.`))
    await Promise.all(own.map((agent) => agent.destroy()))
  }
  return { settings, calls: openLane(), files: openLane(), closed: closing.signal, close }
}

export type TurnOptions = {
  readonly lane: Lane
  readonly what: string
  readonly timeoutMs: number
  readonly call: CallOptions
}

/** Wait for a turn, then open the deadline: time in the queue does not count. Give back what it returns, both. */
export async function takeTurn(
  scope: Scope,
  options: TurnOptions,
): Promise<{ deadline: Deadline; giveBack: () => void }> {
  const timeoutMs = checkTimeout(options.call.timeoutMs ?? options.timeoutMs)
  const signals = callSignals(scope, options.call)
  const giveBack = await options.lane.turns.take(signals)
  return { deadline: openDeadline(signals, timeoutMs, options.what), giveBack }
}

/** Every signal that ends a call; the site's own closing comes first. */
export function callSignals(scope: Scope, call: CallOptions): readonly AbortSignal[] {
  const own = call.signal === undefined ? [] : [call.signal]
  return [scope.connection.closed, ...scope.signals, ...own]
}
