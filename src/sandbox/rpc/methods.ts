import { Fault } from '../fault.ts'
import type { Json } from '../json.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { readActivityStream } from './activity-stream.ts'
import { runBatch } from './batch.ts'
import { createEntity } from './create.ts'
import { deleteEntity, reviveEntity } from './delete.ts'
import { exportPage } from './export-page.ts'
import { follow, readFollowers, readFollowing, unfollow } from './follow.ts'
import { updateLastAccessed } from './last-accessed.ts'
import { expandNavigation, searchNavigation } from './navigation.ts'
import { readNoteThread } from './note-thread.ts'
import { objectParam } from './params.ts'
import { readPreferences } from './preferences.ts'
import { readEntities } from './read.ts'
import { readEntityTypes, readFields, readSchema } from './schema-read.ts'
import { createField, deleteField, updateField } from './schema-write.ts'
import { createSubscriptions, readSubscriptions } from './subscriptions.ts'
import { summarizeEntities } from './summarize.ts'
import { searchText } from './text-search.ts'
import { updateEntity } from './update.ts'
import { readWorkSchedule, updateWorkSchedule } from './work-schedule.ts'

/** One method of the API; what it answers becomes `results`. */
export type Method = (site: SandboxSite, actor: Actor, argument: Json | undefined) => unknown

/** Every method that needs to know who calls, by its name on the wire. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['get_session_token', (site, actor) => ({ session_id: site.openSession(actor.user) })],
  ['read', (site, actor, argument) => readEntities(site, actor, objectParam('read', argument))],
  ['create', (site, actor, argument) => createEntity(site, actor, objectParam('create', argument))],
  ['update', (site, actor, argument) => updateEntity(site, actor, objectParam('update', argument))],
  ['delete', (site, actor, argument) => deleteEntity(site, actor, objectParam('delete', argument))],
  ['revive', (site, actor, argument) => reviveEntity(site, actor, objectParam('revive', argument))],
  ['batch', runBatch],
  ['summarize', (site, actor, argument) => summarizeEntities(site, actor, objectParam('summarize', argument))],
  ['schema_entity_read', (site, _actor, argument) => readEntityTypes(site, argument)],
  ['schema_read', (site, _actor, argument) => readSchema(site, argument)],
  ['schema_field_read', (site, _actor, argument) => readFields(site, objectParam('schema_field_read', argument))],
  ['schema_field_create', (site, _actor, argument) => createField(site, objectParam('schema_field_create', argument))],
  ['schema_field_update', (site, _actor, argument) => updateField(site, objectParam('schema_field_update', argument))],
  [
    'schema_field_delete',
    (site, actor, argument) => deleteField(site, actor, objectParam('schema_field_delete', argument)),
  ],
  ['follow', (site, _actor, argument) => follow(site, objectParam('follow', argument))],
  ['unfollow', (site, _actor, argument) => unfollow(site, objectParam('unfollow', argument))],
  ['followers', (site, _actor, argument) => readFollowers(site, objectParam('followers', argument))],
  ['following', (site, _actor, argument) => readFollowing(site, objectParam('following', argument))],
  [
    'note_thread_contents',
    (site, actor, argument) => readNoteThread(site, actor, objectParam('note_thread_contents', argument)),
  ],
  [
    'activity_stream',
    (site, actor, argument) => readActivityStream(site, actor, objectParam('activity_stream', argument)),
  ],
  [
    'query_display_name_cache',
    (site, actor, argument) => searchText(site, actor, objectParam('query_display_name_cache', argument)),
  ],
  ['nav_expand', (site, actor, argument) => expandNavigation(site, actor, objectParam('nav_expand', argument))],
  ['nav_search', (site, _actor, argument) => searchNavigation(site, objectParam('nav_search', argument))],
  ['preferences_read', (site, _actor, argument) => readPreferences(site, argument)],
  [
    'work_schedule_read',
    (site, _actor, argument) => readWorkSchedule(site, objectParam('work_schedule_read', argument)),
  ],
  [
    'work_schedule_update',
    (site, _actor, argument) => updateWorkSchedule(site, objectParam('work_schedule_update', argument)),
  ],
  ['export_page', (site, actor, argument) => exportPage(site, actor, objectParam('export_page', argument))],
  [
    'update_project_last_accessed_by_current_user',
    (site, actor, argument) =>
      updateLastAccessed(site, actor, objectParam('update_project_last_accessed_by_current_user', argument)),
  ],
  ['user_subscriptions_read', (site) => readSubscriptions(site)],
  [
    'user_subscriptions_create',
    (site, _actor, argument) => createSubscriptions(site, objectParam('user_subscriptions_create', argument)),
  ],
])

/** The method of this name. Throws a `Fault` that says what there is instead. */
export function getMethod(name: string): Method {
  const method = methods.get(name)
  if (method !== undefined) return method
  const known = ['info', ...methods.keys()].join(', ')
  throw new Fault(103, `The API has no method '${name.slice(0, 100)}'. This sandbox site offers: ${known}`)
}
