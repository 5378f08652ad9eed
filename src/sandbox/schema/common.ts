import { dateTime, entity, field, image, multiEntity, number, readOnly, text } from './build.ts'
import type { FieldSchema } from './types.ts'

/** Who can have made something. */
export const userTypes = ['HumanUser', 'ApiUser'] as const

/** What tasks, versions and notes are usually about. */
export const producedTypes = ['Shot', 'Asset', 'Sequence', 'Project'] as const

/** `id`, display name, and who made and changed it when. */
export function stampFields(): FieldSchema[] {
  return [
    number('id', 'Id', readOnly),
    text('cached_display_name', 'Cached Display Name'),
    dateTime('created_at', 'Date Created', readOnly),
    entity('created_by', 'Created by', userTypes, readOnly),
    dateTime('updated_at', 'Date Updated', readOnly),
    entity('updated_by', 'Updated by', userTypes, readOnly),
  ]
}

/** `image` and `filmstrip_image`. */
export function imageFields(): FieldSchema[] {
  return [image('image', 'Thumbnail'), image('filmstrip_image', 'Filmstrip Thumbnail')]
}

/** The fields of what belongs to a project and can be seen, tagged and talked about. */
export function productionFields(): FieldSchema[] {
  return [...stampFields(), ...imageFields(), projectField(), tagsField(), ...noteFields()]
}

export function projectField(): FieldSchema {
  return entity('project', 'Project', ['Project'])
}

export function tagsField(): FieldSchema {
  return multiEntity('tags', 'Tags', ['Tag'])
}

/** `notes` and what follows from them; `mirror` is the field of Note that links back. */
export function noteFields(mirror = 'note_links'): FieldSchema[] {
  return [
    multiEntity('notes', 'Notes', ['Note'], { mirror }),
    multiEntity('open_notes', 'Open Notes', ['Note'], readOnly),
    field('summary', 'open_notes_count', 'Open Notes Count', readOnly),
  ]
}

/** What carries tasks and versions: `tasks`, `sg_versions`. */
export function workFields(): FieldSchema[] {
  return [
    multiEntity('tasks', 'Tasks', ['Task'], { mirror: 'entity' }),
    multiEntity('sg_versions', 'Versions', ['Version'], { mirror: 'entity' }),
  ]
}
