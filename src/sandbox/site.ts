import type { FileStore } from './files/file-store.ts'
import type { Json, JsonObject } from './json.ts'
import type { EntityRef } from './refs.ts'
import type { SiteFields } from './schema/site-fields.ts'
import type { SiteSchema } from './schema/types.ts'
import type { Follows } from './store/follows.ts'
import type { Store } from './store/store.ts'
import type { WorkDays } from './store/work-days.ts'

/** An entity as it is read: flat, with `type` and `id` always there; deep paths stand under their literal text. */
export type Entity = { type: string; id: number; [field: string]: Json }

/** On whose behalf something is read or written. Get one from `site.actorFor`. */
export type Actor = {
  /** A `HumanUser` or an `ApiUser`; under sudo, the person acted for. */
  readonly user: EntityRef
  /** Recorded on every event log entry: the browser window that asked, or null. */
  readonly sessionUuid: string | null
  /** Who really authenticated, when that is not `user`. */
  readonly sudoActualUser: EntityRef | null
  /** Scheme, host and port that image URLs start with, without a slash at the end. */
  readonly baseUrl: string
  /** False when the script's `generate_event_log_entries` is off: then its writes leave no event log entries. */
  readonly logsEvents: boolean
}

export type ActorOptions = { sessionUuid?: string | null; baseUrl?: string; sudoActualUser?: EntityRef | null }

/** A local ShotGrid site: its entities, its schema, its people and their sessions. Made by `createSite`. */
export interface SandboxSite {
  readonly schema: SiteSchema
  /** The same schema, to be changed. */
  readonly fields: SiteFields
  /** Who follows what. */
  readonly follows: Follows
  readonly store: Store
  /** The bytes of what was uploaded. */
  readonly files: FileStore
  /** Which days are worked. */
  readonly workDays: WorkDays
  /** The answer to `info`. */
  readonly info: JsonObject
  /** The answer to `preferences_read`. */
  readonly preferences: JsonObject
  /** The time now, in the site's own clock. */
  readonly now: () => Date
  /** Scheme, host and port of the site when they are known beforehand; else the host of each request counts. */
  readonly baseUrl: string | undefined
  /** The actor for a person or a script. */
  actorFor(user: EntityRef, options?: ActorOptions): Actor
  /** The secret token of an action menu item, for signing its payload; null without one. Never readable over RPC. */
  secretTokenOf(actionMenuItemId: number): string | null
  /** The active person with this login and password, if both are right. */
  checkLogin(login: string, password: string): EntityRef | undefined
  /** Whether this person needs no one-time code, or the code is one of theirs; it is used up by that. */
  useOneTimeCode(login: string, code: string | undefined): boolean
  /** The active script with this name and key, if both are right. */
  checkScript(name: string, key: string): EntityRef | undefined
  /** A new session token for a person or a script: what `get_session_token` answers and `_session_id` holds. */
  openSession(user: EntityRef): string
  /** Whom a session token stands for; undefined when it is unknown, ended, or its user may no longer log in. */
  findSession(token: string): EntityRef | undefined
  closeSession(token: string): void
}

/** `{"logical_operator": "and", "conditions": [...]}`; no conditions match everything. */
export type FilterGroup = { logical_operator: 'and' | 'or'; conditions: readonly (FilterCondition | FilterGroup)[] }
export type FilterCondition = { path: string; relation: string; values: readonly Json[] }

/** What `read` takes, in the API's own words. */
export type ReadParams = {
  type: string
  return_fields?: readonly string[]
  filters?: FilterGroup
  sorts?: readonly { field_name: string; direction?: 'asc' | 'desc' }[]
  paging?: { entities_per_page: number; current_page: number }
  return_only?: 'active' | 'retired'
  include_archived_projects?: boolean
  api_return_image_urls?: boolean
  /** Adds `paging_info` with the counts. */
  return_paging_info?: boolean
  /** Adds `paging_info` with only `has_next_page`. */
  return_paging_info_without_counts?: boolean
}

export type PagingInfo =
  | { has_next_page: boolean }
  | { current_page: number; page_count: number; entity_count: number; entities_per_page: number }

export type ReadResult = { entities: Entity[]; paging_info?: PagingInfo }

export type MultiEntityUpdateMode = 'set' | 'add' | 'remove'
export type FieldWrite = { field_name: string; value: Json; multi_entity_update_mode?: MultiEntityUpdateMode }

export type CreateParams = { type: string; fields: readonly FieldWrite[]; return_fields?: readonly string[] }
export type UpdateParams = { type: string; id: number; fields: readonly FieldWrite[] }
/** What `delete` and `revive` take. */
export type EntityParams = { type: string; id: number }
