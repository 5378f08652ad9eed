import type { EntityTypeOf, FieldArg, LooseSchema, Row, RowOf, Site } from '../site/index.ts'

/** A link to one entity, as other fields hold it. */
export interface EntityRef {
  readonly type: string
  readonly id: number
  readonly name?: string
}

/**
 * What the person selected when they clicked. Nothing selected is an empty selection, never the whole page. Where the
 * site's schema is known, rows are typed by the handler's `entityTypes` and `fields`.
 */
export interface Selection<S = LooseSchema, T extends string = string, F extends string = string> {
  readonly entityType: T
  /** In the order of the page. */
  readonly ids: readonly number[]
  /**
   * Read the selected entities from the site, in the order of the page.
   * Entities that the site no longer has, or does not show to this script, are left out.
   *
   * @param fields  system names, dotted ones too; default: the handler's `fields`
   */
  load<G extends string = F, U extends string = T>(
    fields?: readonly FieldArg<S, U, G>[],
  ): Promise<SelectedRow<S, U, G>[]>
  /** The same one after the other, read 500 at a time: for selections that are too large to hold. */
  stream<G extends string = F, U extends string = T>(
    fields?: readonly FieldArg<S, U, G>[],
  ): AsyncGenerator<SelectedRow<S, U, G>, void, undefined>
}

type SelectedRow<S, T extends string, F extends string> = string extends keyof S
  ? Row
  : T extends EntityTypeOf<S>
    ? RowOf<S, T, F>
    : Row

/** The page that was right-clicked. */
export interface PageInfo {
  readonly id?: number
  readonly title?: string
  readonly view?: string
  /** Path of the page on the site, such as `/page/1353`. */
  readonly referrerPath?: string
  readonly columns: readonly { readonly field: string; readonly displayName: string }[]
  readonly sorts: readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[]
  readonly groupings: readonly { readonly field: string; readonly method: string; readonly direction: 'asc' | 'desc' }[]
}

/** Log lines that become part of the run's record. Fields first, then a sentence, as in pino. */
export interface RunLog {
  debug(fields: object, text?: string): void
  debug(text: string): void
  info(fields: object, text?: string): void
  info(text: string): void
  warn(fields: object, text?: string): void
  warn(text: string): void
  error(fields: object, text?: string): void
  error(text: string): void
}

/** What became of one entity: the run's page lists them, failures first. */
export type ItemStatus = 'done' | 'failed' | 'skipped'

/** Tells the person how far the work is. */
export interface ReportProgress {
  /** `total` 0 means unknown. */
  (done: number, total: number, text?: string): void
  /** What became of one entity. Said again of the same entity, the last word counts. */
  item(ref: EntityRef | { readonly type: string; readonly id: number }, status: ItemStatus, why?: string): void
}

/** What a handler's `form` is given: the context of the run to come, as far as it is known. */
export type FormContext<S = LooseSchema, T extends string = string, F extends string = string> = Omit<
  HandlerContext<unknown, S, T, F>,
  'params' | 'progress' | 'scratch' | 'runId' | 'attempt'
>

/** Everything that a handler needs. */
export interface HandlerContext<
  Params = unknown,
  S = LooseSchema,
  T extends string = string,
  F extends string = string,
> {
  readonly runId: string
  readonly entityType: T
  readonly selection: Selection<S, T, F>
  /** All ids of the page's query, in its order, also those that were not selected or not on screen. */
  readonly pageIds: readonly number[]
  /** Only when all entities of the page belong to one project. */
  readonly project?: { readonly id: number; readonly name: string }
  readonly user: { readonly id: number; readonly login: string }
  readonly page: PageInfo
  /** The browser window that asked. `site` carries it, so what a handler writes shows up in that window. */
  readonly sessionUuid?: string
  /** Which site the click came from: `hostname` as the payload named it, `url` as it is configured. */
  readonly server: { readonly hostname?: string; readonly url: string }
  /** The payload as it arrived, every field by its own name; a field that came several times is a list. */
  readonly payload: Readonly<Record<string, string | readonly string[]>>
  /** What the person filled in, as the schema of `params` gives it. */
  readonly params: Params
  /** The variables that the handler asked for with `env`. */
  readonly env: Readonly<Record<string, string>>
  readonly site: Site<S>
  readonly log: RunLog
  readonly progress: ReportProgress
  /** Aborted when the run is stopped. Hand it to whatever waits. */
  readonly signal: AbortSignal
  /** A folder for this run alone; removed after it. */
  readonly scratch: string
  /** 1 for the first try. */
  readonly attempt: number
  /** IANA name, such as `Europe/Paris`: the zone in which dates are shown. */
  readonly timeZone: string
  /** The run's start, milliseconds since 1970: the clock of whatever must be repeatable. */
  readonly nowMs: number
}
