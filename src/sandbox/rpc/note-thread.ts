import { Fault } from '../fault.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { compilePresenter } from '../query/present.ts'
import type { Actor, Entity, SandboxSite } from '../site.ts'
import { isRef, refOf, refsIn, sameRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { inspect } from '../values/inspect.ts'
import { malformed, stringsParam } from './params.ts'

const method = 'note_thread_contents'

/** A Note, then its Replies and Attachments, oldest first. Throws a `Fault`. */
export function readNoteThread(site: SandboxSite, actor: Actor, params: JsonObject): Entity[] {
  const note = noteParam(site, params.note_id)
  const fields = entityFieldsParam(method, params.entity_fields)
  const present = {
    Note: compilePresenter(site, actor, 'Note', ['content', 'created_at', 'created_by', ...(fields.get('Note') ?? [])]),
    Attachment: compilePresenter(site, actor, 'Attachment', [
      'created_at',
      'created_by',
      ...(fields.get('Attachment') ?? []),
    ]),
    Reply: replyPresenter(site, actor), // takes no more fields
  }
  const answers = [
    ...repliesTo(site, note).map((row) => ({ row, present: present.Reply })),
    ...filesOf(site, note).map((row) => ({ row, present: present.Attachment })),
  ].sort((a, b) => timeOf(a.row).localeCompare(timeOf(b.row)))
  return [present.Note(note), ...answers.map((answer) => answer.present(answer.row))]
}

/** `entity_fields` of a call: entity type ▸ names of fields. */
export function entityFieldsParam(method: string, value: Json | undefined): ReadonlyMap<string, readonly string[]> {
  if (value === undefined || value === null) return new Map()
  if (!isObject(value)) throw malformed(method, `invalid hash 'entity_fields': ${inspect(value)}`)
  return new Map(Object.entries(value).map(([type, fields]) => [type, stringsParam(method, 'entity_fields', fields)]))
}

function noteParam(site: SandboxSite, id: Json | undefined): Row {
  if (typeof id !== 'number' || !Number.isInteger(id)) {
    throw malformed(method, `invalid/missing integer 'note_id': ${inspect(id)}`)
  }
  const note = site.store.findActive({ type: 'Note', id })
  if (note !== undefined) return note
  throw new Fault(104, `API ${method}() CRUD ERROR #3: Entity of type [Note] with id=${id} does not exist.`)
}

function repliesTo(site: SandboxSite, note: Row): Row[] {
  return refsIn(note.values.replies)
    .map((ref) => site.store.findActive(ref))
    .filter((row) => row !== undefined)
}

/** What the Note's own field holds, and what links to the Note. */
function filesOf(site: SandboxSite, note: Row): Row[] {
  const own = new Set(refsIn(note.values.attachments).map(({ id }) => id))
  const linked = (row: Row) => refsIn(row.values.attachment_links).some((ref) => sameRef(ref, refOf(note)))
  return site.store.rows('Attachment').filter((row) => !row.retired && (own.has(row.id) || linked(row)))
}

/** A reply's author comes with a picture. */
function replyPresenter(site: SandboxSite, actor: Actor): (row: Row) => Entity {
  const present = compilePresenter(site, actor, 'Reply', ['content', 'created_at', 'user'])
  return (row) => {
    const reply = present(row)
    const { user } = reply
    const author = isRef(user) ? site.store.findActive(user) : undefined
    if (author === undefined || !isObject(user)) return reply
    const { image = null } = compilePresenter(site, actor, author.type, ['image'])(author)
    return { ...reply, user: { ...user, image } }
  }
}

function timeOf(row: Row): string {
  return typeof row.values.created_at === 'string' ? row.values.created_at : ''
}
