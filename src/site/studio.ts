import { z } from 'zod'
import type { Scope } from './connection.ts'
import { SiteProtocolError, SiteUsageError } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { checkCount, checkName } from './query.ts'
import type { Reader } from './read.ts'
import { callSite } from './rpc.ts'
import { sendWrite } from './send-write.ts'
import { fieldValue, parseShape } from './shape.ts'
import type { EntityRef, FieldValue } from './types.ts'
import { buildRef } from './write-payload.ts'

/** Name ▸ value: `{ hours_per_day: 8, duration_units: 'days' }`. */
export type Preferences = { readonly [name: string]: FieldValue }

export type ExportPageOptions = CallOptions & {
  /** One layout of the page. Default: the page's own. */
  readonly layoutName?: string
}

export type LastAccessedOptions = CallOptions & {
  /** Default: the person acted for, or who signed in with login and password; for a script, the site decides. */
  readonly user?: EntityRef<'HumanUser'>
}

/** What a person is subscribed to, in the site's own words. */
export type UserSubscription = {
  readonly humanUserId: number
  readonly subscription: string | readonly string[] | null
}

/** Preferences, saved pages, subscriptions: what belongs to the studio as a whole. */
export interface SiteStudio {
  /**
   * The preferences of the site, those named or all. Names that the site does not give out are missing.
   * @example
   * const { hours_per_day = 8 } = await site.preferences(['hours_per_day'])
   */
  preferences(names?: readonly string[], options?: CallOptions): Promise<Preferences>

  /**
   * What a page shows, as the site exports it. The page has to be marked as exportable.
   * @example
   * await writeFile('shots.csv', await site.exportPage(77, 'csv'))
   */
  exportPage(pageId: number, format: 'csv', options?: ExportPageOptions): Promise<Uint8Array>

  /** Note that a person has opened a project now. @example await site.updateProjectLastAccessed(project, { user }) */
  updateProjectLastAccessed(project: EntityRef<'Project'>, options?: LastAccessedOptions): Promise<void>

  /** What each person is subscribed to. @example (await site.userSubscriptions()).filter((one) => one.subscription) */
  userSubscriptions(options?: CallOptions): Promise<UserSubscription[]>

  /**
   * Subscribe people. False when the site did not.
   * @example
   * await site.createUserSubscriptions([{ humanUserId: 61, subscription: null }])
   */
  createUserSubscriptions(users: readonly UserSubscription[], options?: CallOptions): Promise<boolean>
}

const preferences: z.ZodType<Preferences> = z.record(z.string(), fieldValue)
const subscriptions: z.ZodType<UserSubscription[]> = z.array(
  z.looseObject({
    humanUserId: z.int(),
    subscription: z.union([z.string(), z.array(z.string()), z.null()]),
  }),
)
const created = z.looseObject({ status: z.unknown() })

/** The calls of one scope that concern the whole studio. */
export function createStudio(scope: Scope, reader: Pick<Reader, 'findOne'>): SiteStudio {
  return {
    preferences: async (names = [], options = {}) => {
      for (const [index, name] of names.entries()) checkName(name, `names[${index}]`)
      const what = 'read of the preferences'
      const argument = { prefs: [...names] }
      const results = await callSite(scope, { method: 'preferences_read', what, argument, repeatable: true }, options)
      return parseShape(preferences, results, what, 'preferences')
    },

    exportPage: async (pageId, format, options = {}) => {
      checkCount(pageId, 'pageId', 1)
      checkName(format, 'format')
      const what = `export of page ${pageId}`
      const argument = { format, page_id: pageId, layout_name: options.layoutName ?? null }
      const call = { method: 'export_page', what, argument, repeatable: true, fileType: 'text/csv' }
      const results = await callSite(scope, call, options)
      if (results instanceof Uint8Array) return results
      throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered with something else than CSV.`)
    },

    updateProjectLastAccessed: async (project, options = {}) => {
      const { id } = buildRef(project)
      const user = options.user === undefined ? await findCaller(scope, reader, options) : buildRef(options.user)
      const argument = { project_id: id, ...(user !== undefined && { user_id: user.id }) }
      const what = `note that Project ${id} was opened`
      const attempted = { operation: 'updateLastAccessed', entityType: 'Project', entityId: id } as const
      const call = { method: 'update_project_last_accessed_by_current_user', what, argument }
      await sendWrite(scope, { call, attempted: [attempted], parse: () => undefined }, options)
    },

    userSubscriptions: async (options = {}) => {
      const what = 'read of the subscriptions'
      const results = await callSite(scope, { method: 'user_subscriptions_read', what, repeatable: true }, options)
      return parseShape(subscriptions, results, what, 'a list of subscriptions')
    },

    createUserSubscriptions: async (users, options = {}) => {
      const given = subscriptions.safeParse(users)
      if (!given.success) {
        throw new SiteUsageError(
          'SITE_CALL_INVALID',
          `users is not a list of { humanUserId, subscription }:\n${z.prettifyError(given.error)}`,
        )
      }
      const what = 'subscription of people'
      const argument = { users: given.data.map(({ humanUserId, subscription }) => ({ humanUserId, subscription })) }
      const attempted = [{ operation: 'createSubscription', entityType: 'HumanUser' }] as const
      const parse = (results: unknown): boolean => parseShape(created, results, what, 'a status').status === 'success'
      return await sendWrite(
        scope,
        { call: { method: 'user_subscriptions_create', what, argument }, attempted, parse },
        options,
      )
    },
  }
}

/** The person behind this scope, if it is one whose login is known. */
async function findCaller(
  scope: Scope,
  reader: Pick<Reader, 'findOne'>,
  options: CallOptions,
): Promise<EntityRef | undefined> {
  const login = scope.sudoAsLogin ?? scope.connection.settings.login
  return login === undefined ? undefined : await reader.findOne('HumanUser', [['login', 'is', login]], [], options)
}
