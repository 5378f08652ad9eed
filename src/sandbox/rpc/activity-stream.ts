import { Fault } from '../fault.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { compilePresenter } from '../query/present.ts'
import type { EntityRef } from '../refs.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { isLinkField, isRef, linkToRow, refsIn, sameRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { inspect } from '../values/inspect.ts'
import { entityFieldsParam } from './note-thread.ts'
import { entityTypeParam, idParam, malformed } from './params.ts'
import { statusOf } from './status.ts'

const method = 'activity_stream'
const DEFAULT_LIMIT = 25
const MAX_LIMIT = 500

/** One update, made of an event: its place among all updates of the site is its id. */
type Update = {
  readonly id: number
  readonly kind: 'create' | 'update' | 'delete' | 'revive'
  readonly event: Row
  readonly about: EntityRef
}

/**
 * What happened to an entity and what was created that links to it, the newest first. It is made of the event log:
 * what leaves no events leaves no updates. Throws a `Fault`.
 */
export function readActivityStream(site: SandboxSite, actor: Actor, params: JsonObject): JsonObject {
  const { name: type } = entityTypeParam(site, method, params)
  const target = { type, id: idParam(method, params) }
  if (site.store.find(type, target.id) === undefined) {
    throw new Fault(104, `API ${method}() CRUD ERROR #3: Entity of type [${type}] with id=${target.id} does not exist.`)
  }
  const below = countParam('max_id', params.max_id) ?? Number.POSITIVE_INFINITY
  const above = countParam('min_id', params.min_id) ?? Number.NEGATIVE_INFINITY
  const limit = Math.min(countParam('limit', params.limit) ?? DEFAULT_LIMIT, MAX_LIMIT)
  const fields = entityFieldsParam(method, params.entity_fields)

  const all = updatesOf(site)
  const shown = all
    .filter(({ id, ...update }) => id > above && id < below && belongsTo(site, update, target))
    .toReversed()
    .slice(0, limit)
  const newest = below === Number.POSITIVE_INFINITY ? all.at(-1) : shown[0]
  return {
    entity_type: type,
    entity_id: target.id,
    latest_update_id: newest?.id ?? null,
    earliest_update_id: shown.at(-1)?.id ?? null,
    updates: shown.map((update) => present(site, actor, update, fields)),
  }
}

/** Every update of the site, oldest first. */
function updatesOf(site: SandboxSite): Update[] {
  const updates: Update[] = []
  for (const event of site.store.rows('EventLogEntry')) {
    const { meta } = event.values
    if (!isObject(meta) || typeof meta.entity_type !== 'string' || typeof meta.entity_id !== 'number') continue
    const kind = kindOf(meta)
    if (kind === undefined) continue
    updates.push({ id: updates.length + 1, kind, event, about: { type: meta.entity_type, id: meta.entity_id } })
  }
  return updates
}

/** Values set while creating belong to the creation, and the other side of a link to the side that was written. */
function kindOf(meta: JsonObject): Update['kind'] | undefined {
  switch (meta.type) {
    case 'new_entity':
      return 'create'
    case 'entity_retirement':
      return 'delete'
    case 'entity_revival':
      return 'revive'
    case 'attribute_change': {
      const isOwn = meta.in_create !== true && meta.actual_attribute_changed === undefined
      return isOwn && meta.attribute_name !== 'retirement_date' ? 'update' : undefined
    }
    default:
      return undefined
  }
}

const stamps: ReadonlySet<string> = new Set(['created_by', 'updated_by'])

function belongsTo(site: SandboxSite, { kind, about }: Omit<Update, 'id'>, target: EntityRef): boolean {
  if (sameRef(about, target)) return true
  const row = kind === 'create' ? site.store.find(about.type, about.id) : undefined
  if (row === undefined) return false
  const fields = [...(site.schema.get(row.type)?.fields.values() ?? [])]
  return fields.some(
    (field) =>
      isLinkField(field) &&
      !stamps.has(field.name) &&
      refsIn(row.values[field.name]).some((ref) => sameRef(ref, target)),
  )
}

function present(
  site: SandboxSite,
  actor: Actor,
  { id, kind, event, about }: Update,
  fields: ReadonlyMap<string, readonly string[]>,
): JsonObject {
  const { user, meta = null, created_at = null } = event.values
  const entity = site.store.find(about.type, about.id)
  const author = isRef(user) ? site.store.find(user.type, user.id) : undefined
  return {
    id,
    update_type: kind,
    created_at,
    read: false,
    meta,
    primary_entity: entity === undefined ? null : shownEntity(site, actor, entity, fields.get(about.type) ?? []),
    created_by: author === undefined ? null : shownEntity(site, actor, author, ['image']),
  }
}

/** An entity with its name, its status and these fields, also when it is retired. */
function shownEntity(site: SandboxSite, actor: Actor, row: Row, fields: readonly string[]): JsonObject {
  const values = compilePresenter(site, actor, row.type, fields)(row)
  return { ...linkToRow(site, row), status: statusOf(site, row), ...values }
}

function countParam(name: string, value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw malformed(method, `invalid integer '${name}': ${inspect(value)}`)
}
