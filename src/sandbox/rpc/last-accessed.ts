import { Fault } from '../fault.ts'
import type { JsonObject } from '../json.ts'
import { compilePresenter } from '../query/present.ts'
import type { Actor, Entity, SandboxSite } from '../site.ts'
import type { Row } from '../store/store.ts'
import { setLastAccess } from '../store/visits.ts'
import { formatDateTime } from '../values/date.ts'
import { inspect } from '../values/inspect.ts'
import { malformed } from './params.ts'

const method = 'update_project_last_accessed_by_current_user'

/** Makes now the time at which a person, whoever calls unless another is named, last opened a project. Throws a `Fault`. */
export function updateLastAccessed(site: SandboxSite, actor: Actor, params: JsonObject): Entity {
  const project = entityParam(site, 'Project', 'project_id', params)
  const named = params.user_id !== undefined && params.user_id !== null
  const user = named ? entityParam(site, 'HumanUser', 'user_id', params) : actor.user
  setLastAccess(site.store, project, { type: user.type, id: user.id }, formatDateTime(site.now()))
  return compilePresenter(site, actor, 'Project', ['name', 'last_accessed_by_current_user'])(project)
}

function entityParam(site: SandboxSite, type: string, name: string, params: JsonObject): Row {
  const id = params[name]
  if (typeof id !== 'number' || !Number.isInteger(id)) {
    throw malformed(method, `invalid/missing integer '${name}': ${inspect(id)}`)
  }
  const row = site.store.findActive({ type, id })
  if (row === undefined) throw new Fault(104, `API ${method}() Entity of type [${type}] with id=${id} does not exist.`)
  return row
}
