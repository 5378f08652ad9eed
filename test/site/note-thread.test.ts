import { expect, test } from 'vitest'
import { startWatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { argumentOf, failureOf, sendResults, startServer } from './helpers/test-server.ts'

const project = { type: 'Project', id: 12 } as const

test('a thread is the Note and its answers', async () => {
  await using watched = await startWatchedSite({ seed: smallShow })
  const site = watched.client
  const note = await site.create('Note', { project, subject: 'Light', content: 'Too dark' })
  const reply = await site.create('Reply', { entity: note, content: 'Brighter now' })
  const thread = await site.noteThread(note, { entityFields: { Note: ['subject'] } })
  expect(thread).toMatchObject([
    { type: 'Note', id: note.id, subject: 'Light', content: 'Too dark', created_by: { type: 'ApiUser' } },
    { type: 'Reply', id: reply.id, content: 'Brighter now', user: { type: 'ApiUser', image: null } },
  ])
  expect(await failureOf(site.noteThread({ type: 'Note', id: 9_999 }))).toMatchObject({ code: 'SITE_ENTITY_NOT_FOUND' })
})

test('texts and times of a thread are those of any record', async () => {
  await using server = await startServer((_, response) =>
    sendResults(response, [{ type: 'Note', id: 88, content: 'a &lt; b', created_at: '2026-05-02 09:00:00 UTC' }]),
  )
  await using site = server.open({ dates: 'Date' })
  expect(await site.noteThread({ type: 'Note', id: 88 })).toEqual([
    { type: 'Note', id: 88, content: 'a < b', created_at: new Date('2026-05-02T09:00:00Z') },
  ])
  expect(argumentOf(server.calls[0])).toEqual({ note_id: 88, entity_fields: {} })
})

test('an unanswered call is made again, and what is no thread is told', async () => {
  await using server = await startServer((_, response, index) =>
    index === 1 ? response.socket?.destroy() : sendResults(response, [{ id: 88 }]),
  )
  await using site = server.open()
  expect(await failureOf(site.noteThread({ type: 'Note', id: 88 }))).toMatchObject({ code: 'SITE_ANSWER_INVALID' })
  expect(server.calls).toHaveLength(2)
})

test('what is no Note is refused before anything is sent', async () => {
  await using server = await startServer(() => {})
  await using site = server.open()
  expect(await failureOf(site.noteThread({ type: 'Shot', id: 310 }))).toMatchObject({
    code: 'SITE_CALL_INVALID',
    message: 'The note is a Shot: expected a Note.',
  })
  const fields = Reflect.apply(site.noteThread, undefined, [
    { type: 'Note', id: 1 },
    { entityFields: { Note: 'subject' } },
  ])
  expect(await failureOf(fields)).toMatchObject({ message: 'entityFields.Note is not a list of fields.' })
  expect(server.received).toEqual([])
})
