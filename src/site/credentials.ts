import type { Scope } from './connection.ts'
import type { CallOptions } from './options.ts'
import type { AuthParams } from './settings.ts'

/**
 * The authentication object of one call: credentials, then for whom. With a one-time code it waits for the session
 * that the code is traded for.
 */
export async function buildAuthParams(scope: Scope, options: CallOptions): Promise<AuthParams> {
  const { settings, signIn } = scope.connection
  return {
    ...(signIn === undefined ? settings.authParams : await signIn(scope, options)),
    ...(scope.sessionUuid !== undefined && { session_uuid: scope.sessionUuid }),
    ...(scope.sudoAsLogin !== undefined && { sudo_as_login: scope.sudoAsLogin }),
    ...settings.extraAuthParams,
  }
}
