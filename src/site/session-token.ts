import type { Connection, Scope } from './connection.ts'
import { SiteProtocolError } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { callSite, type RpcCall } from './rpc.ts'
import type { AuthParams } from './settings.ts'
import { createShared, type Shared } from './shared.ts'

/** A session of the site for the caller: the cookie that `/file_serve/` asks for. Asked once; a spare one does no harm. */
export function createSessionToken(scope: Scope): Shared<string> {
  // The signals of one scope must not end what others wait for.
  const lasting: Scope = { ...scope, sessionUuid: undefined, signals: [] }
  return createShared('The call for a session token', async () => {
    const token = await askSessionToken(lasting)
    scope.connection.settings.redactor.add(token)
    return token
  })
}

/** A new token from the site for the caller; under sudo, for the person acted for. */
export async function askSessionToken(
  scope: Scope,
  options: CallOptions = {},
  { repeatable }: Pick<RpcCall, 'repeatable'> = { repeatable: true },
): Promise<string> {
  const what = 'call for a session token'
  const results = await callSite(scope, { method: 'get_session_token', what, repeatable }, options)
  if (
    typeof results === 'object' &&
    results !== null &&
    'session_id' in results &&
    typeof results.session_id === 'string' &&
    results.session_id !== ''
  ) {
    return results.session_id
  }
  throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered without a session_id.`)
}

/**
 * The same connection, unless its credentials hold a one-time code: that dies with its first use, so the first call
 * trades it, with login and password, for a session, which speaks for them from then on.
 */
export function withSignIn(connection: Connection): Connection {
  const { settings } = connection
  if (settings.authParams.auth_token === undefined) return connection
  const asking: Scope = {
    connection,
    sessionUuid: undefined,
    sudoAsLogin: undefined,
    timeoutMs: settings.timeoutMs,
    signals: [],
  }
  const session = createShared<AuthParams>('The sign-in', async () => {
    const token = await askSessionToken(asking, {}, { repeatable: false }) // the code may be spent although no answer came
    settings.redactor.add(token)
    return { session_token: token, reject_if_expired: true }
  })
  return { ...connection, settings: { ...settings, authParams: {}, usesPassword: false }, signIn: session.get }
}
