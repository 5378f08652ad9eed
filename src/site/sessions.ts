import type { Scope } from './connection.ts'
import { SiteAuthenticationError, SiteProtocolError } from './errors/index.ts'
import type { CallOptions, LoginAuth } from './options.ts'
import { parseRecord } from './records.ts'
import { callSite } from './rpc.ts'
import { askSessionToken } from './session-token.ts'
import { parseAuth } from './settings.ts'
import type { Row } from './types.ts'

const REFUSED = 102 // the site's code for credentials that are not right

/** Signing people in, and the sessions that follow from it. */
export interface SiteSessions {
  /**
   * A new session token for whoever this site is signed in as; under `sudoAsLogin`, for that person. It is as good as a
   * password: `auth: { sessionToken }` elsewhere, or the cookie `_session_id` of the site's pages.
   * @example
   * const asHer = createSite({ url: site.url, auth: { sessionToken: await site.sessionToken() } })
   */
  sessionToken(options?: CallOptions): Promise<string>

  /**
   * The active person whose login and password these are, or undefined. Rejects with `SITE_TWO_FACTOR_REQUIRED` when
   * the person needs a one-time code (`authToken`) or it was wrong, and with `SITE_PASSWORD_NOT_ALLOWED` where people
   * sign in elsewhere. Who this site is signed in as does not change.
   * @example
   * const person = await site.authenticateHumanUser({ login, password })
   */
  authenticateHumanUser(credentials: LoginAuth, options?: CallOptions): Promise<Row<'HumanUser', 'login'> | undefined>
}

export function createSessions(scope: Scope): SiteSessions {
  return {
    sessionToken: (options = {}) => askSessionToken(scope, options),
    authenticateHumanUser: async (credentials, options = {}) => {
      const { login, password, authToken } = credentials
      if (login === '' || password === '') return undefined
      const asPerson = scopeOf(scope, { login, password, ...(authToken !== undefined && { authToken }) })
      const what = 'sign-in of a person'
      const argument = { ...personQuery(login), paging: { entities_per_page: 1, current_page: 1 } }
      const call = { method: 'read', what, argument, repeatable: authToken === undefined }
      try {
        const person = firstEntity(await callSite(asPerson, call, options), what)
        return person === undefined
          ? undefined
          : parseRecord<'HumanUser', 'login'>(person, 'HumanUser', scope.connection.settings, what)
      } catch (error) {
        // A gate before the site may also say 401: that tells nothing about the person.
        if (error instanceof SiteAuthenticationError && error.siteCode === REFUSED) return undefined
        throw error
      }
    },
  }
}

/** The same sockets, signed in as a person, for nobody else. */
function scopeOf(scope: Scope, credentials: LoginAuth): Scope {
  const { signIn: _, ...connection } = scope.connection
  const authParams = parseAuth(credentials)
  const redactor = connection.settings.redactor.including([credentials.password, credentials.authToken])
  const settings = { ...connection.settings, authParams, login: credentials.login, usesPassword: true, redactor }
  return { ...scope, connection: { ...connection, settings }, sessionUuid: undefined, sudoAsLogin: undefined }
}

function personQuery(login: string) {
  return {
    type: 'HumanUser',
    return_fields: ['id', 'login'],
    filters: {
      logical_operator: 'and',
      conditions: [
        { path: 'sg_status_list', relation: 'is', values: ['act'] },
        { path: 'login', relation: 'is', values: [login] },
      ],
    },
    return_only: 'active',
  }
}

function firstEntity(results: unknown, what: string): unknown {
  if (typeof results === 'object' && results !== null && 'entities' in results && Array.isArray(results.entities)) {
    const [entity]: unknown[] = results.entities
    return entity
  }
  throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered without a list of entities.`)
}
