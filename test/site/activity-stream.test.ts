import { expect, test } from 'vitest'
import { startWatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { argumentOf, failureOf, sendResults, startServer } from './helpers/test-server.ts'

const shot = { type: 'Shot', id: 310 } as const
const project = { type: 'Project', id: 12 } as const

test('a stream can be read to its beginning, page by page', async () => {
  await using watched = await startWatchedSite({ seed: smallShow })
  const site = watched.client
  const note = await site.create('Note', { project, subject: 'Light', note_links: [shot] })
  for (const sg_cut_in of [1, 2, 3]) await site.update(shot, { sg_cut_in })

  const entityFields = { Note: ['subject'], Shot: ['code'] }
  const first = await site.activityStream(shot, { entityFields, limit: 3 })
  expect(first).toMatchObject({ entityType: 'Shot', entityId: 310, latestUpdateId: first.updates[0]?.id })
  expect(first.updates.map(({ updateType, meta }) => [updateType, meta.new_value])).toEqual([
    ['update', 3],
    ['update', 2],
    ['update', 1],
  ])
  expect(first.updates[0]).toMatchObject({
    createdAt: '2026-03-04T12:30:00Z',
    read: false,
    primaryEntity: { ...shot, name: 'KP_010', status: 'ip', code: 'KP_010' },
    createdBy: { type: 'ApiUser', name: 'amiable' },
  })
  const older = await site.activityStream(shot, { entityFields, maxId: first.earliestUpdateId ?? 0 })
  expect(older.updates).toMatchObject([
    { updateType: 'create', primaryEntity: { type: 'Note', id: note.id, subject: 'Light' } },
  ])
  expect((await site.activityStream(shot, { minId: older.latestUpdateId ?? 0 })).updates).toHaveLength(3)
  expect(await site.activityStream(shot, { maxId: 1 })).toMatchObject({ latestUpdateId: null, earliestUpdateId: null })
})

test('times and texts are those of any record, and what is missing is null', async () => {
  const update = { id: 5, update_type: 'create', created_at: '2026-03-04 05:06:07 UTC' }
  const primary_entity = { type: 'Note', id: 88, name: 'a &lt; b' }
  await using server = await startServer((_, response) =>
    sendResults(response, {
      entity_type: 'Shot',
      entity_id: 310,
      latest_update_id: 5,
      earliest_update_id: 5,
      updates: [{ ...update, primary_entity, created_by: null }],
    }),
  )
  await using site = server.open({ dates: 'Date' })
  expect((await site.activityStream(shot, { minId: 1, maxId: 9, limit: 2 })).updates).toEqual([
    {
      id: 5,
      updateType: 'create',
      createdAt: new Date('2026-03-04T05:06:07Z'),
      read: false,
      meta: {},
      primaryEntity: { type: 'Note', id: 88, name: 'a < b' },
      createdBy: null,
    },
  ])
  expect(argumentOf(server.calls[0])).toEqual({ ...shot, min_id: 1, max_id: 9, limit: 2, entity_fields: {} })
})

test('an unanswered call is made again, and what is no stream is told with its place', async () => {
  await using server = await startServer((_, response, index) =>
    index === 1 ? response.socket?.destroy() : sendResults(response, { entity_type: 'Shot', entity_id: 310 }),
  )
  await using site = server.open()
  expect(await failureOf(site.activityStream(shot))).toMatchObject({
    code: 'SITE_ANSWER_INVALID',
    message: expect.stringContaining('an activity stream at latest_update_id'),
  })
  expect(server.calls).toHaveLength(2)
})

test.each([
  [{ limit: 0 }, 'limit is 0: expected a whole number of at least 1.'],
  [{ maxId: -1 }, 'maxId is -1'],
  [{ minId: 1.5 }, 'minId is 1.5'],
  [{ entityFields: { Note: [''] } }, 'entityFields.Note[0] is ""'],
])('%j is refused before anything is sent', async (options, message) => {
  await using server = await startServer(() => {})
  await using site = server.open()
  expect(await failureOf(site.activityStream(shot, options))).toMatchObject({
    message: expect.stringContaining(message),
  })
  expect(server.received).toEqual([])
})
