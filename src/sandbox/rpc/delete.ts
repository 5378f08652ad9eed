import { Fault } from '../fault.ts'
import type { Actor, EntityParams, SandboxSite } from '../site.ts'
import { retireRow, reviveRow } from '../store/retire.ts'
import type { Row } from '../store/store.ts'
import { writeContext } from '../store/write-context.ts'
import { entityTypeParam, idParam } from './params.ts'

/** The same as `EntityParams`, before anything was checked. */
export type UncheckedEntityParams = { readonly [key in keyof EntityParams]?: unknown }

/** Retires one entity: true, or false if it was retired already. Throws a `Fault` for an id that never existed. */
export function deleteEntity(site: SandboxSite, actor: Actor, params: EntityParams | UncheckedEntityParams): boolean {
  const row = existing(site, 'delete', params)
  if (row.retired) return false
  site.store.transact(() => retireRow(writeContext(site, actor), row))
  return true
}

/** Revives one entity: true, or false if it was not retired. Throws a `Fault` for an id that never existed. */
export function reviveEntity(site: SandboxSite, actor: Actor, params: EntityParams | UncheckedEntityParams): boolean {
  const row = existing(site, 'revive', params)
  if (!row.retired) return false
  site.store.transact(() => reviveRow(writeContext(site, actor), row))
  return true
}

function existing(site: SandboxSite, method: 'delete' | 'revive', params: UncheckedEntityParams): Row {
  const { name: type } = entityTypeParam(site, method, params)
  const id = idParam(method, params)
  if (type === 'EventLogEntry') {
    throw new Fault(104, `API ${method}() CRUD ERROR #5: EventLogEntry can not be deleted or revived.`)
  }
  const row = site.store.find(type, id)
  if (row !== undefined) return row
  throw new Fault(104, `API ${method}() CRUD ERROR #3: Entity of type [${type}] with id=${id} does not exist.`)
}
