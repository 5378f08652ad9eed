import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import type { SandboxSite } from '../site.ts'
import { isRef, linkToRow, refOf, sameRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { parseRef } from '../values/link.ts'
import { entityTypeParam, malformed, projectParam } from './params.ts'

/** Makes a person follow an entity, if they do not yet. Throws a `Fault`. */
export function follow(site: SandboxSite, params: JsonObject): JsonObject {
  const { user, entity } = pairParam(site, 'follow', params)
  site.follows.follow(user.id, entity)
  return { followed: true, user: refOf(user), entity: refOf(entity) }
}

/** Makes a person no longer follow an entity, if they did. Throws a `Fault`. */
export function unfollow(site: SandboxSite, params: JsonObject): JsonObject {
  const { user, entity } = pairParam(site, 'unfollow', params)
  site.follows.unfollow(user.id, entity)
  return { unfollowed: true, user: refOf(user), entity: refOf(entity) }
}

/** The people who follow an entity, disabled ones too. Throws a `Fault`. */
export function readFollowers(site: SandboxSite, params: JsonObject): JsonObject[] {
  const entity = entityParam(site, 'followers', params.entity)
  return site.follows
    .followersOf(entity)
    .map((id) => site.store.findActive({ type: 'HumanUser', id }))
    .filter((row) => row !== undefined)
    .map((row) => ({ ...linkToRow(site, row), status: row.values.sg_status_list ?? null, valid: 'valid' }))
}

/** What a person follows, of one project or one type if so asked. Throws a `Fault`. */
export function readFollowing(site: SandboxSite, params: JsonObject): EntityRef[] {
  const user = userParam(site, 'following', params.user)
  const project = projectParam('following', params)
  const type =
    params.entity_type === undefined || params.entity_type === null
      ? undefined
      : entityTypeParam(site, 'following', { type: params.entity_type }).name
  return site.follows
    .followedBy(user.id)
    .map((ref) => site.store.findActive(ref))
    .filter((row) => row !== undefined)
    .filter((row) => (type === undefined || row.type === type) && (project === undefined || isIn(row, project)))
    .map(refOf)
}

function isIn(row: Row, projectId: number): boolean {
  const { project } = row.values
  return isRef(project) && sameRef(project, { type: 'Project', id: projectId })
}

function pairParam(site: SandboxSite, method: string, params: JsonObject): { user: Row; entity: Row } {
  return { user: userParam(site, method, params.user), entity: entityParam(site, method, params.entity) }
}

function userParam(site: SandboxSite, method: string, value: Json | undefined): Row {
  const user = entityParam(site, method, value)
  if (user.type === 'HumanUser') return user
  throw malformed(method, `'user' must be a HumanUser, but got: ${user.type}`)
}

/** The active entity that a link points at, whatever else the link holds. */
function entityParam(site: SandboxSite, method: string, value: Json | undefined): Row {
  const ref = parseRef(method, value ?? null)
  entityTypeParam(site, method, ref)
  const row = site.store.findActive(ref)
  if (row !== undefined) return row
  throw new Fault(104, `API ${method}() CRUD ERROR #3: Entity of type [${ref.type}] with id=${ref.id} does not exist.`)
}
