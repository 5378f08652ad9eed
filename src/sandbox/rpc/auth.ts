import { Fault } from '../fault.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { isRef } from '../store/links.ts'
import { inspect } from '../values/inspect.ts'

/** Finds out who calls, from the first of the call's parameters. Throws a `Fault` with code 102 or 106. */
export function authenticate(site: SandboxSite, credentials: Json | undefined, baseUrl: string): Actor {
  if (!isObject(credentials)) throw new Fault(102, `Can't authenticate: no credentials in ${inspect(credentials)}`)
  const caller = whoCalls(site, credentials)
  const sessionUuid = typeof credentials.session_uuid === 'string' ? credentials.session_uuid : null
  const sudo = credentials.sudo_as_login
  if (sudo === undefined || sudo === null) return site.actorFor(caller, { sessionUuid, baseUrl })
  const user = sudoTarget(site, caller, typeof sudo === 'string' ? sudo : inspect(sudo))
  return site.actorFor(user, { sessionUuid, baseUrl, sudoActualUser: caller })
}

/** Login and password count first, then a script, then a session token. */
function whoCalls(site: SandboxSite, credentials: JsonObject): EntityRef {
  const { user_login: login, user_password: password, script_name: name, script_key: key } = credentials
  const token = credentials.session_token
  if (login !== undefined) {
    const user =
      typeof login === 'string' && typeof password === 'string' ? site.checkLogin(login, password) : undefined
    if (user === undefined) throw new Fault(102, `Can't authenticate user '${shown(login)}'.`)
    const code = typeof credentials.auth_token === 'string' ? credentials.auth_token : undefined
    if (!site.useOneTimeCode(shown(login), code)) {
      throw new Fault(
        106,
        `Can't authenticate user '${shown(login)}': a one-time code is required, or this one is wrong.`,
      )
    }
    return user
  }
  if (name !== undefined) {
    const user = typeof name === 'string' && typeof key === 'string' ? site.checkScript(name, key) : undefined
    if (user === undefined) throw new Fault(102, `Can't authenticate script '${shown(name)}'`)
    return user
  }
  if (token !== undefined) {
    const user = typeof token === 'string' ? site.findSession(token) : undefined
    if (user === undefined) {
      throw new Fault(102, `Can't authenticate session token ending with '${shown(token).slice(-4)}'`)
    }
    return user
  }
  throw new Fault(
    102,
    "Can't authenticate: expected script_name and script_key, user_login and user_password, or session_token",
  )
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : inspect(value)
}

/** The person that a script or an administrator wants to act for. */
function sudoTarget(site: SandboxSite, caller: EntityRef, login: string): EntityRef {
  if (caller.type === 'HumanUser' && !isAdministrator(site, caller)) {
    throw new Fault(102, `The user does not have permission to 'sudo': '${login}'`)
  }
  const row = site.store.rows('HumanUser').find((user) => !user.retired && user.values.login === login)
  if (row === undefined) throw new Fault(102, `Cannot 'sudo' - unknown or retired user: '${login}'`)
  if (row.values.sg_status_list === 'dis') throw new Fault(102, `Cannot 'sudo' - inactive user account: '${login}'`)
  if (row.values.can_impersonate_this_user === false) {
    throw new Fault(102, `Cannot 'sudo' - user account has 'can_impersonate_this_user' turned off: '${login}'`)
  }
  return { type: 'HumanUser', id: row.id }
}

function isAdministrator(site: SandboxSite, user: EntityRef): boolean {
  const ruleSet = site.store.findActive(user)?.values.permission_rule_set
  return isRef(ruleSet) && site.store.findActive(ruleSet)?.values.code === 'admin'
}
