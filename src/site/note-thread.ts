import { z } from 'zod'
import type { Scope } from './connection.ts'
import { buildEntityFields, type EntityFields } from './entity-fields.ts'
import { SiteUsageError } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import { convertFields } from './records.ts'
import { callSite } from './rpc.ts'
import { parseShape } from './shape.ts'
import { type EntityRef, isLink, type Row } from './types.ts'
import { buildRef } from './write-payload.ts'

export type NoteThreadOptions = CallOptions & {
  /** More fields per type (`Note`, `Attachment`; sites ignore those of `Reply`): `{ Note: ['subject'] }`. */
  readonly entityFields?: EntityFields
}

export interface SiteNoteThreads {
  /**
   * A Note with its Replies and Attachments: the Note first, the others by time, oldest first. `type` tells them apart.
   * By default they hold `content` (not Attachments), `created_at` and `created_by` (Replies: `user`).
   * @example
   * const [note, ...answers] = await site.noteThread({ type: 'Note', id: 88 }, { entityFields: { Note: ['subject'] } })
   */
  noteThread(note: EntityRef, options?: NoteThreadOptions): Promise<Row[]>
}

const rows = z.array(z.custom<Row>(isLink, 'expected { type, id, … }'))

/** The threads of one scope. */
export function createNoteThreads(scope: Scope): SiteNoteThreads {
  return {
    noteThread: async (note, options = {}) => {
      const { type, id } = buildRef(note)
      if (type !== 'Note') throw new SiteUsageError('SITE_CALL_INVALID', `The note is a ${type}: expected a Note.`)
      const argument = { note_id: id, entity_fields: buildEntityFields(options.entityFields) }
      const what = `read of the thread of Note ${id}`
      const results = await callSite(
        scope,
        { method: 'note_thread_contents', what, argument, repeatable: true },
        options,
      )
      const thread = parseShape(rows, results, what, 'a list of records')
      for (const row of thread) convertFields(row, scope.connection.settings)
      return thread
    },
  }
}
