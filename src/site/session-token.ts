import type { Scope } from './connection.ts'
import { SiteProtocolError } from './errors/index.ts'
import { callSite } from './rpc.ts'
import { createShared, type Shared } from './shared.ts'

/** A session of the site for the caller: the cookie that `/file_serve/` asks for. Asked once; a spare one does no harm. */
export function createSessionToken(scope: Scope): Shared<string> {
  // The signals of one scope must not end what others wait for.
  const lasting: Scope = { ...scope, sessionUuid: undefined, signals: [] }
  return createShared('The call for a session token', async () => {
    const what = 'call for a session token'
    const results = await callSite(lasting, { method: 'get_session_token', what, repeatable: true })
    if (
      typeof results === 'object' &&
      results !== null &&
      'session_id' in results &&
      typeof results.session_id === 'string'
    ) {
      scope.connection.settings.redactor.add(results.session_id)
      return results.session_id
    }
    throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered without a session_id.`)
  })
}
