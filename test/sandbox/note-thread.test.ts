import { afterAll, beforeAll, expect, test } from 'vitest'
import { fieldsOf, openSandbox, smallShow, type TestSandbox } from './sandbox-site.ts'

const kelp = { type: 'Project', id: 12 }
let at = new Date('2026-03-04T09:00:00Z')
let sandbox: TestSandbox
let note: { type: string; id: number }

const create = async (type: string, time: string, values: Record<string, unknown>) => {
  at = new Date(`2026-03-04T${time}:00Z`)
  return await sandbox.results<{ type: string; id: number }>('create', { type, fields: fieldsOf(values) })
}

beforeAll(async () => {
  sandbox = await openSandbox({ seed: smallShow, clock: () => at })
  const { id } = await create('Note', '09:00', { project: kelp, subject: 'Light', content: 'Too dark' })
  note = { type: 'Note', id }
  const user = { type: 'HumanUser', id: 61 }
  await create('Reply', '11:00', { entity: note, content: 'second', user })
  await create('Reply', '10:00', { entity: note, content: 'first', user })
  const file = await create('Attachment', '10:30', {
    project: kelp,
    this_file: { url: 'https://a.example/b.png', name: 'b.png' },
  })
  await sandbox.results('update', { ...note, fields: fieldsOf({ attachments: [file] }) })
  const { id: gone } = await create('Reply', '10:45', { entity: note, content: 'gone' })
  await sandbox.results('delete', { type: 'Reply', id: gone })
})
afterAll(() => sandbox.app.close())

test('a thread is the Note, then replies and files, oldest first', async () => {
  const thread = await sandbox.results<Record<string, unknown>[]>('note_thread_contents', {
    note_id: note.id,
    entity_fields: {},
  })
  const by = { type: 'ApiUser', id: 1, name: 'amiable' }
  const image = expect.stringContaining('/thumbnail/HumanUser/61.jpg')
  const user = { type: 'HumanUser', id: 61, name: 'Élodie Marchand', image }
  expect(thread).toEqual([
    { ...note, content: 'Too dark', created_at: '2026-03-04T09:00:00Z', created_by: by },
    { type: 'Reply', id: expect.any(Number), content: 'first', created_at: '2026-03-04T10:00:00Z', user },
    { type: 'Attachment', id: expect.any(Number), created_at: '2026-03-04T10:30:00Z', created_by: by },
    { type: 'Reply', id: expect.any(Number), content: 'second', created_at: '2026-03-04T11:00:00Z', user },
  ])
})

test('more fields can be had of Notes and files, not of replies', async () => {
  const thread = await sandbox.results<Record<string, unknown>[]>('note_thread_contents', {
    note_id: note.id,
    entity_fields: { Note: ['subject', 'project.Project.name'], Reply: ['entity'], Attachment: ['this_file'] },
  })
  expect(thread[0]).toMatchObject({ subject: 'Light', 'project.Project.name': 'Kelp' })
  expect(thread[1]).not.toHaveProperty('entity')
  expect(thread[2]).toMatchObject({ this_file: { url: 'https://a.example/b.png', link_type: 'web' } })
})

test('a file that only links to the Note belongs to its thread', async () => {
  const { id } = await create('Note', '12:00', { project: kelp, subject: 'Sound' })
  const file = await create('Attachment', '12:10', {
    this_file: { url: 'https://a.example/c.png' },
    attachment_links: [{ type: 'Note', id }],
  })
  expect(await sandbox.results('note_thread_contents', { note_id: id })).toMatchObject([
    { type: 'Note' },
    { id: file.id },
  ])
})

test.each([
  [{ note_id: '88' }, 103, "invalid/missing integer 'note_id'"],
  [{ note_id: 9_999 }, 104, 'Entity of type [Note] with id=9999 does not exist.'],
  [{ note_id: 1, entity_fields: [] }, 103, "invalid hash 'entity_fields'"],
  [{ note_id: 1, entity_fields: { Note: 'subject' } }, 103, "invalid/missing string array 'entity_fields'"],
])('%j is refused', async (argument, error_code, message) => {
  expect(await sandbox.call('note_thread_contents', argument)).toMatchObject({
    error_code,
    message: expect.stringContaining(message),
  })
})
