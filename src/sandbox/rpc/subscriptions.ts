import { isList, isObject, type Json, type JsonObject } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import type { Row } from '../store/store.ts'
import { inspect } from '../values/inspect.ts'
import { malformed } from './params.ts'

/** Kept with the person under a name that no field has. */
const subscriptionKey = ' subscription'

/** What every active person is subscribed to; null until somebody said so. */
export function readSubscriptions(site: SandboxSite): JsonObject[] {
  return site.store
    .rows('HumanUser')
    .filter((row) => !row.retired)
    .map((row) => ({ humanUserId: row.id, subscription: row.values[subscriptionKey] ?? null }))
}

/** Subscribes people, all of them or, when one is not there, none. Throws a `Fault` for what is malformed. */
export function createSubscriptions(site: SandboxSite, params: JsonObject): JsonObject {
  const method = 'user_subscriptions_create'
  if (!isList(params.users)) throw malformed(method, `invalid/missing array 'users': ${inspect(params.users)}`)
  const wanted = params.users.map((user) => {
    const id = isObject(user) ? user.humanUserId : undefined
    const subscription = isObject(user) ? user.subscription : undefined
    if (typeof id !== 'number' || !isSubscription(subscription)) {
      throw malformed(method, `invalid item of 'users': ${inspect(user)}`)
    }
    return { row: site.store.findActive({ type: 'HumanUser', id }), subscription }
  })
  const known = wanted.filter((one): one is { row: Row; subscription: Json } => one.row !== undefined)
  if (known.length < wanted.length) return { status: 'failure' }
  for (const { row, subscription } of known) site.store.setValue(row, subscriptionKey, subscription)
  return { status: 'success' }
}

function isSubscription(value: Json | undefined): value is Json {
  return value === null || typeof value === 'string' || (isList(value) && value.every((one) => typeof one === 'string'))
}
