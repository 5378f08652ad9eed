import { z } from 'zod'
import type { Scope } from './connection.ts'
import { buildEntityFields, type EntityFields } from './entity-fields.ts'
import type { CallOptions } from './options.ts'
import { checkCount } from './query.ts'
import { convertFields, type RecordRules, unwrapRecord } from './records.ts'
import { callSite } from './rpc.ts'
import { fieldValue, parseShape } from './shape.ts'
import { type EntityRef, type FieldObject, isLink, type Row } from './types.ts'
import { buildRef } from './write-payload.ts'

export type ActivityStreamOptions = CallOptions & {
  /** Fields of the entities that updates are about, per type: `{ Note: ['content'], Version: ['code'] }`. */
  readonly entityFields?: EntityFields
  /** Only updates newer than this one. Sites differ on whether it is itself among them. */
  readonly minId?: number
  /** Only updates older than this one. Sites differ on whether it is itself among them. */
  readonly maxId?: number
  /** At most this many updates. Default 25; a site gives 500 at most. */
  readonly limit?: number
}

/** What happened to an entity and around it, the newest first. */
export type ActivityStream = {
  readonly entityType: string
  readonly entityId: number
  /** Of these updates; without `maxId`, the newest of the whole site. Null when there is none. */
  readonly latestUpdateId: number | null
  readonly earliestUpdateId: number | null
  readonly updates: readonly ActivityUpdate[]
}

export type ActivityUpdate = {
  /** Counted apart from the ids of event log entries. */
  readonly id: number
  /** `create`, `update`, `delete`, …: an open set. */
  readonly updateType: string
  /** As `date_time` fields come. */
  readonly createdAt: string | Date
  readonly read: boolean
  /** The event behind it, under the site's own names. */
  readonly meta: FieldObject
  /** What it is about, with `name`, `status` and the fields that were asked for. */
  readonly primaryEntity: Row | null
  /** Who did it, with `name`, `status`, `image`. */
  readonly createdBy: Row | null
}

export interface SiteActivityStreams {
  /**
   * What happened to an entity: its creation and changes, and the creation of what links to it, the newest first.
   * @example
   * const { updates } = await site.activityStream(shot, { entityFields: { Note: ['content'] }, limit: 50 })
   * const older = await site.activityStream(shot, { maxId: updates.at(-1)?.id ?? 0 })
   */
  activityStream(entity: EntityRef, options?: ActivityStreamOptions): Promise<ActivityStream>
}

const row = z.custom<Row>(isLink, 'expected { type, id, … }').nullable()
const Update = z.looseObject({
  id: z.int(),
  update_type: z.string(),
  created_at: z.string(),
  read: z.boolean().nullish(),
  meta: z.record(z.string(), fieldValue).nullish(),
  primary_entity: row,
  created_by: row,
})
const Stream = z.looseObject({
  entity_type: z.string(),
  entity_id: z.int(),
  latest_update_id: z.int().nullable(),
  earliest_update_id: z.int().nullable(),
  updates: z.array(Update),
})

/** The activity streams of one scope. */
export function createActivityStreams(scope: Scope): SiteActivityStreams {
  return {
    activityStream: async (entity, options = {}) => {
      const { minId, maxId, limit } = options
      const ref = buildRef(entity)
      const argument = {
        ...ref,
        max_id: maxId === undefined ? null : checkCount(maxId, 'maxId'),
        min_id: minId === undefined ? null : checkCount(minId, 'minId'),
        limit: limit === undefined ? null : checkCount(limit, 'limit', 1),
        entity_fields: buildEntityFields(options.entityFields),
      }
      const what = `read of the activity of ${ref.type} ${ref.id}`
      const results = await callSite(scope, { method: 'activity_stream', what, argument, repeatable: true }, options)
      const stream = parseShape(Stream, unwrapRecord(results), what, 'an activity stream')
      return {
        entityType: stream.entity_type,
        entityId: stream.entity_id,
        latestUpdateId: stream.latest_update_id,
        earliestUpdateId: stream.earliest_update_id,
        updates: stream.updates.map((update) => toUpdate(update, scope.connection.settings)),
      }
    },
  }
}

function toUpdate(update: z.infer<typeof Update>, rules: RecordRules): ActivityUpdate {
  const time: { created_at: string | Date } = { created_at: update.created_at }
  convertFields(time, rules)
  if (update.primary_entity !== null) convertFields(update.primary_entity, rules)
  if (update.created_by !== null) convertFields(update.created_by, rules)
  return {
    id: update.id,
    updateType: update.update_type,
    createdAt: time.created_at,
    read: update.read ?? false,
    meta: update.meta ?? {},
    primaryEntity: update.primary_entity,
    createdBy: update.created_by,
  }
}
