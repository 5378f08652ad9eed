import type { EntityTypeArg, FieldArg, LooseSchema, OwnSchema } from '../site/index.ts'
import type { FormContext, HandlerContext } from './context.ts'
import type { FormDetails } from './form-details.ts'
import type { Result } from './results.ts'

/** How one menu item behaves. The file name is its name and its URL: `handlers/version-report.ts` answers `POST /ami/version-report`. */
export interface HandlerDefinition<
  Params = unknown,
  S = LooseSchema,
  T extends string = string,
  F extends string = string,
> {
  /** The menu text, and the title of its run pages. */
  title: string
  /** One sentence for people: what it does, to what. */
  description?: string
  /** Entity types it may be used on, such as `["Version"]`. Left out: every type. */
  entityTypes?: readonly EntityTypeArg<S, T>[]
  /** How many entities may be selected. Default: at least 1, no upper limit. `{ min: 0 }` allows an empty selection. */
  selection?: { min?: number; max?: number }
  /** Where the item stands in the site's menu: one level of folder, position, new tab (default) or overlay on the page. */
  menu?: { folder?: string; order?: number; modal?: boolean }
  /** Fields that `selection.load()` asks the site for when it is called without arguments. Default: the identity field alone. */
  fields?: readonly FieldArg<S, T, F>[]
  /** Ask on an empty selection whether everything on the page is meant. Without it an empty selection stays empty. */
  orPage?: boolean
  /**
   * What the person is asked before the run: a `z.object` whose fields become those of a form. Labels, help and the like come
   * from `.meta({ title, description })`; docs/handlers.md has them all.
   */
  params?: ParamsSchema<Params>
  /** What only the site knows about the form: choices, first values, a table of what is about to change. */
  form?(context: FormContext<S, Known<S, T>, F>): Promise<FormDetails> | FormDetails
  /** For what cannot be undone: the question that the person has to answer with yes first. */
  confirm?: string
  /** Who may use it: names of permission groups of the site, such as `["Admin", "Manager"]`. Left out: everybody. */
  access?: { groups: readonly string[] }
  /** Projects that it may be used in, by id or name. Left out: every project. */
  projects?: readonly (number | string)[]
  /** Which of the configured script users `site` signs in as: docs/settings.md. Left out: the default one. */
  script?: string
  /** Whether `site` acts as the script user (default) or as the person who clicked, with that person's permissions. */
  actAs?: 'script' | 'user'
  /** Variables of the server's environment that it is given. Nothing else of that environment reaches a handler. */
  env?: readonly string[]
  /** Milliseconds until a run is stopped. Default 60,000. */
  timeoutMs?: number
  /** Memory of the executor in megabytes, heap and resident set alike, before a run is stopped. Default 512. */
  memoryMb?: number
  /** The work. What it returns is shown to the person; nothing at all says "Done". */
  run(context: HandlerContext<Params, S, Known<S, T>, F>): Promise<Returned> | Returned
}

// biome-ignore lint/suspicious/noConfusingVoidType: a run without a return statement is fine
type Returned = Result | undefined | void

/** The entity types of a selection, as far as a schema has them. */
type Known<S, T extends string> = string extends keyof S ? string : T

/** Every key of a definition: a misspelt `access` must not leave a handler open to everybody. */
export const definitionKeys = Object.keys({
  title: true,
  description: true,
  entityTypes: true,
  selection: true,
  orPage: true,
  params: true,
  form: true,
  confirm: true,
  menu: true,
  access: true,
  projects: true,
  script: true,
  actAs: true,
  env: true,
  fields: true,
  timeoutMs: true,
  memoryMb: true,
  run: true,
} satisfies Record<keyof HandlerDefinition, true>)

/** What Amiable needs of a zod schema, so that handlers in a repository of their own may bring any zod 4. */
export interface ParamsSchema<Params> {
  readonly _zod: { readonly output: Params }
  safeParseAsync(input: unknown): Promise<ParamsParsed<Params>>
}

export type ParamsParsed<Params> =
  | { readonly success: true; readonly data: Params }
  | {
      readonly success: false
      readonly error: {
        readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
      }
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
export function defineHandler<Params = Record<string, never>, T extends string = string, F extends string = never>(
  definition: HandlerDefinition<Params, OwnSchema, T, F>,
): Handler
export function defineHandler(definition: unknown): Handler {
  return { ...(definition as HandlerDefinition), [brand]: true } // whatever its site is typed by, the site is the same
}

export function isHandler(value: unknown): value is Handler {
  return typeof value === 'object' && value !== null && brand in value
}
