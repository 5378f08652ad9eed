import { expect, test } from 'vitest'
import { fieldsOf, openSandbox, smallShow, type TestSandbox } from './sandbox-site.ts'

type Update = {
  id: number
  update_type: string
  meta: Record<string, unknown>
  primary_entity: Record<string, unknown>
  created_by: Record<string, unknown>
}
type Stream = {
  entity_type: string
  entity_id: number
  latest_update_id: number | null
  earliest_update_id: number | null
  updates: Update[]
}

const kelp = { type: 'Project', id: 12 }
const shot = { type: 'Shot', id: 310 }
const admin = { user_login: 'admin', user_password: 'sandbox' }

const streamOf = (sandbox: TestSandbox, ref: object, argument: object = {}) =>
  sandbox.results<Stream>('activity_stream', {
    ...ref,
    max_id: null,
    min_id: null,
    limit: null,
    entity_fields: {},
    ...argument,
  })

/** A Note on the Shot, two changes of it, then one of another Shot. */
async function work(sandbox: TestSandbox) {
  const write = (method: string, argument: object, auth?: unknown) =>
    sandbox.results<{ id: number }>(method, argument, auth)
  const note = await write(
    'create',
    { type: 'Note', fields: fieldsOf({ project: kelp, subject: 'Too dark', note_links: [shot] }) },
    admin,
  )
  await write('update', { ...shot, fields: fieldsOf({ sg_status_list: 'rev', sg_cut_in: 1009 }) })
  await write('update', { type: 'Shot', id: 311, fields: fieldsOf({ sg_cut_in: 5 }) })
  return { note, write }
}

test('a stream holds changes and the creation of what links to the entity, newest first', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const { note } = await work(sandbox)
  const stream = await streamOf(sandbox, shot, { entity_fields: { Note: ['content'], Shot: ['code'] } })
  expect(Object.keys(stream)).toEqual(['entity_type', 'entity_id', 'latest_update_id', 'earliest_update_id', 'updates'])
  expect(stream.updates.map(({ update_type, meta }) => [update_type, meta.attribute_name])).toEqual([
    ['update', 'sg_cut_in'],
    ['update', 'sg_status_list'],
    ['create', undefined],
  ])
  expect(stream.updates[2]).toEqual({
    id: stream.earliest_update_id,
    update_type: 'create',
    created_at: '2026-03-04T12:30:00Z',
    read: false,
    meta: { type: 'new_entity', entity_type: 'Note', entity_id: note.id },
    primary_entity: { type: 'Note', id: note.id, name: 'Too dark', status: 'opn', content: null },
    created_by: {
      type: 'HumanUser',
      id: 61,
      name: 'Élodie Marchand',
      status: 'act',
      image: expect.stringContaining('/thumbnail/HumanUser/61.jpg'),
    },
  })
  expect(stream.updates[0]?.primary_entity).toEqual({ ...shot, name: 'KP_010', status: 'rev', code: 'KP_010' })
})

test('ids bound a stream, and the newest of the site is told unless one was given', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  await work(sandbox)
  const all = await streamOf(sandbox, shot)
  const [newest, middle, oldest] = all.updates.map(({ id }) => id)
  expect(all.latest_update_id).toBe(Number(newest) + 1) // the other Shot's
  expect(await streamOf(sandbox, shot, { max_id: newest })).toMatchObject({
    latest_update_id: middle,
    earliest_update_id: oldest,
    updates: [{ id: middle }, { id: oldest }],
  })
  expect((await streamOf(sandbox, shot, { min_id: oldest })).updates.map(({ id }) => id)).toEqual([newest, middle])
  expect((await streamOf(sandbox, shot, { limit: 1 })).updates.map(({ id }) => id)).toEqual([newest])
  expect(await streamOf(sandbox, shot, { max_id: oldest })).toMatchObject({ latest_update_id: null, updates: [] })
})

test('a stream holds 25 updates unless told otherwise, and 500 at most', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const requests = Array.from({ length: 600 }, (_, cut) => ({
    request_type: 'update',
    ...shot,
    fields: fieldsOf({ sg_cut_in: cut + 1 }),
  }))
  await sandbox.results('batch', requests)
  expect((await streamOf(sandbox, shot)).updates).toHaveLength(25)
  expect((await streamOf(sandbox, shot, { limit: 5_000 })).updates).toHaveLength(500)
})

test('a project has the creation of everything in it, and what is deleted says so', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const { note, write } = await work(sandbox)
  await write('delete', shot)
  const kinds = async (ref: object) => (await streamOf(sandbox, ref)).updates.map(({ update_type }) => update_type)
  expect((await kinds(shot))[0]).toBe('delete')
  expect((await streamOf(sandbox, kelp)).updates.map(({ primary_entity }) => primary_entity.id)).toEqual([note.id])
  await write('revive', shot)
  expect((await kinds(shot)).slice(0, 2)).toEqual(['revive', 'delete'])
})

test.each([
  [{ type: 'Shoot', id: 1 }, 103, "invalid/missing string entity 'type'"],
  [{ type: 'Shot', id: 1 }, 104, 'Entity of type [Shot] with id=1 does not exist.'],
  [{ ...shot, limit: 'all' }, 103, "invalid integer 'limit'"],
  [{ ...shot, entity_fields: 5 }, 103, "invalid hash 'entity_fields'"],
])('%j is refused', async (argument, error_code, message) => {
  await using sandbox = await openSandbox({ seed: smallShow })
  expect(await sandbox.call('activity_stream', argument)).toMatchObject({
    error_code,
    message: expect.stringContaining(message),
  })
})
