import { isObject, type Json } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import { refKey } from './links.ts'
import type { Row, Store } from './store.ts'

/** Kept with the project under a name that no field has: who last opened it when. */
const visitsKey = ' visits'

export function setLastAccess(store: Store, project: Row, user: EntityRef, at: string): void {
  const visits = project.values[visitsKey]
  store.setValue(project, visitsKey, { ...(isObject(visits) ? visits : {}), [refKey(user)]: at })
}

/** When this person last opened the project, or null. */
export function lastAccessOf(project: Row, user: EntityRef): Json {
  const visits = project.values[visitsKey]
  return isObject(visits) ? (visits[refKey(user)] ?? null) : null
}
