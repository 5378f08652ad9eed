import type { HandlerContext } from './context.ts'
import type { Result } from './results.ts'

/** How one menu item behaves. The file name is its name and its URL: `handlers/version-report.ts` answers `POST /ami/version-report`. */
export interface HandlerDefinition {
  /** The menu text, and the title of its run pages. */
  title: string
  /** One sentence for people: what it does, to what. */
  description?: string
  /** Entity types it may be used on, such as `["Version"]`. Left out: every type. */
  entityTypes?: readonly string[]
  /** How many entities may be selected. Default: at least 1, no upper limit. `{ min: 0 }` allows an empty selection. */
  selection?: { min?: number; max?: number }
  /** Where the item stands in the site's menu: one level of folder, position, new tab (default) or overlay on the page. */
  menu?: { folder?: string; order?: number; modal?: boolean }
  /** Fields that `selection.load()` asks the site for when it is called without arguments. Default: the identity field alone. */
  fields?: readonly string[]
  /** Milliseconds until a run is stopped. Default 60,000. */
  timeoutMs?: number
  /** Memory of the executor in megabytes, heap and resident set alike, before a run is stopped. Default 512. */
  memoryMb?: number
  /** The work. What it returns is shown to the person; nothing at all says "Done". */
  // biome-ignore lint/suspicious/noConfusingVoidType: a run without a return statement is fine
  run(context: HandlerContext): Promise<Result | undefined | void> | Result | undefined | void
}

const brand: unique symbol = Symbol.for('amiable.handler')

/** A definition that passed `defineHandler`. */
export type Handler = HandlerDefinition & { readonly [brand]: true }

/**
 * Declare a handler: the default export of a file in the handlers' folder.
 *
 * @example
 * export default defineHandler({
 *   title: 'Say hello',
 *   entityTypes: ['Version'],
 *   run: ({ selection, user }) => message(`Hello ${user.login}, you chose ${selection.ids.length} Versions.`),
 * })
 */
export function defineHandler(definition: HandlerDefinition): Handler {
  return { ...definition, [brand]: true }
}

export function isHandler(value: unknown): value is Handler {
  return typeof value === 'object' && value !== null && brand in value
}
