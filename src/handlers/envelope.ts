import type { PageInfo } from './context.ts'

/** What a click asked for, as plain data: everything of the payload that a handler may want, by our names. */
export interface ClickContext {
  readonly entityType: string
  readonly selectedIds: readonly number[]
  /** Nothing was selected, and the handler asks whether the page is meant: `selectedIds` is all of it, once answered with yes. */
  readonly wholePage?: true
  /** It came without a signature, read from the site's event log: its person has to confirm it. */
  readonly unsigned?: true
  /** Of a run that repeats another: when the first one was clicked, milliseconds since 1970. */
  readonly clickedMs?: number
  readonly pageIds: readonly number[]
  readonly user: { readonly id: number; readonly login: string }
  readonly page: PageInfo
  readonly project?: { readonly id: number; readonly name: string }
  readonly sessionUuid?: string
  readonly serverHostname?: string
  readonly payload: Readonly<Record<string, string | readonly string[]>>
}

/** How an executor signs in to the site. It travels inside the process tree only, never to disk. */
export interface SiteAccess {
  readonly url: string
  readonly scriptName: string
  readonly scriptKey: string
  /** Act as this person: their permissions, their name on what changes. */
  readonly sudoAsLogin?: string
}

/** One piece of work for an executor. Plain data; `v` changes when its meaning does. */
export interface Envelope {
  readonly v: 1
  readonly runId: string
  readonly handler: string
  readonly context: ClickContext
  /** What the person filled in, as the input of the handler's schema. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Variables that the handler asked for. They travel like `site`. */
  readonly env?: Readonly<Record<string, string>>
  readonly site: SiteAccess
  /** Folder of this run alone. */
  readonly scratch: string
  readonly attempt: number
  readonly nowMs: number
  readonly timeZone: string
  /** Milliseconds. */
  readonly timeoutMs: number
}
