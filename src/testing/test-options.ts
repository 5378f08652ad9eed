import type { PageInfo } from '../handlers/context.ts'

/** The click that a test stands for. Everything may be left out. */
export interface TestOptions {
  /** Ids of the selection, in the order of the page. Default: nothing is selected. */
  readonly selection?: readonly number[]
  /** Default: the first of the handler's entity types, else `Version`. */
  readonly entityType?: string
  /** What the person fills in, as the handler's schema takes it. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Who clicks: a login of the site, or a person as the handler will see it. Default: `admin`. */
  readonly user?: string | { readonly id: number; readonly login: string }
  /** Default: the project of the selection, if it is one; `null`: none. */
  readonly project?: { readonly id: number; readonly name: string } | null
  /** Columns, sorts and whatever else the handler reads of the page. */
  readonly page?: Partial<PageInfo>
  /** All ids of the page. Default: those selected. */
  readonly pageIds?: readonly number[]
  /** Values of the variables that the handler asks for with `env`. During the run they are in `process.env` too. */
  readonly env?: Readonly<Record<string, string>>
  /** Form fields of the site, for handlers that read `payload`. */
  readonly payload?: Readonly<Record<string, string | readonly string[]>>
  /** Stops the run. */
  readonly signal?: AbortSignal
  /** The run's start, milliseconds since 1970. Default: now. */
  readonly nowMs?: number
  /** IANA name. Default: that of this machine. */
  readonly timeZone?: string
  /** Where the handler works: what `openSandbox` opened, or another site. Default: one sandbox for all tests of this process. */
  readonly site?: { readonly url: string; readonly scriptName: string; readonly scriptKey: string }
  /** Folder of the handlers, where `templates/` is. Default: `AMIABLE_HANDLERS`, else `handlers` where the tests run. */
  readonly handlersDir?: string
}
