import { expect, test } from 'vitest'
import { fieldsOf, openSandbox, script, smallShow, type TestSandbox, where } from './sandbox-site.ts'

const project = { type: 'Project', id: 12 }
const fields = [
  'event_type',
  'attribute_name',
  'meta',
  'entity',
  'user',
  'project',
  'session_uuid',
  'created_at',
  'description',
]
const events = (sandbox: TestSandbox, after = 0) =>
  sandbox.read('EventLogEntry', { filters: where('id', 'greater_than', after), return_fields: fields })

test('a create writes New and one Change for every value, defaults included', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const auth = { ...script, session_uuid: '9f0c6d1e-0000-4000-8000-000000000001' }
  await sandbox.results('create', { type: 'Shot', fields: fieldsOf({ code: 'KP_040', project }) }, auth)
  const all = await events(sandbox)
  expect(all.map(({ event_type, attribute_name }) => [event_type, attribute_name])).toEqual([
    ['Shotgun_Shot_New', null],
    ['Shotgun_Shot_Change', 'project'],
    ['Shotgun_Shot_Change', 'code'],
    ['Shotgun_Shot_Change', 'sg_status_list'],
  ])
  expect(all[0]).toMatchObject({
    meta: { type: 'new_entity', entity_type: 'Shot', entity_id: 321 },
    entity: { type: 'Shot', id: 321, name: 'KP_040' },
    user: { type: 'ApiUser', id: 1, name: 'amiable' },
    project: { type: 'Project', id: 12, name: 'Kelp' },
    session_uuid: auth.session_uuid,
    created_at: '2026-03-04T12:30:00Z',
  })
  expect(all[3]?.meta).toEqual({
    type: 'attribute_change',
    attribute_name: 'sg_status_list',
    entity_type: 'Shot',
    entity_id: 321,
    field_data_type: 'status_list',
    old_value: null,
    new_value: 'wtg',
    in_create: true,
  })
})

test('an update writes one Change per changed field, with old and new', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  await sandbox.results('update', {
    type: 'Shot',
    id: 310,
    fields: fieldsOf({ code: 'KP_010', sg_status_list: 'fin' }),
  })
  const [change, ...more] = await events(sandbox)
  expect(more).toEqual([])
  expect(change).toMatchObject({
    event_type: 'Shotgun_Shot_Change',
    attribute_name: 'sg_status_list',
    meta: { old_value: 'ip', new_value: 'fin' },
    description: 'amiable changed "Status" from "ip" to "fin" on Shot KP_010',
  })
  expect(change?.meta).not.toHaveProperty('in_create')
})

test('a changed link tells what was added and removed, and the other side says where it came from', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const value = [{ type: 'Version', id: 700 }]
  await sandbox.results('update', { type: 'Playlist', id: 51, fields: fieldsOf({ versions: value }) })
  const [change, mirror, ...more] = await events(sandbox)
  expect(more).toEqual([])
  expect(change?.meta).toMatchObject({
    attribute_name: 'versions',
    field_data_type: 'multi_entity',
    added: [],
    removed: [{ type: 'Version', id: 701, name: 'KP_020_comp_v001' }],
  })
  expect(mirror).toMatchObject({
    event_type: 'Shotgun_Version_Change',
    meta: {
      attribute_name: 'playlists',
      entity_id: 701,
      removed: [{ type: 'Playlist', id: 51 }],
      actual_attribute_changed: 'Playlist.versions',
      original_event_log_entry_id: change?.id,
    },
  })
})

test('retirement and revival, cascades included; entity reads null while it is retired', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  await sandbox.results('delete', { type: 'Shot', id: 310 })
  const retired = await events(sandbox)
  expect(retired.map(({ event_type, attribute_name }) => [event_type, attribute_name])).toEqual([
    ['Shotgun_Shot_Retirement', null],
    ['Shotgun_Shot_Change', 'retirement_date'],
    ['Shotgun_Version_Retirement', null],
    ['Shotgun_Version_Change', 'retirement_date'],
  ])
  expect(retired[0]).toMatchObject({
    entity: null,
    meta: {
      type: 'entity_retirement',
      class_name: 'Shot',
      entity_type: 'Shot',
      entity_id: 310,
      id: 310,
      display_name: 'KP_010',
      retirement_date: '2026-03-04 12:30:00 UTC',
    },
  })
  await sandbox.results('revive', { type: 'Shot', id: 310 })
  const revived = await events(sandbox, retired.length)
  expect(revived.map(({ event_type }) => event_type)).toEqual(['Shotgun_Shot_Revival', 'Shotgun_Version_Revival'])
  expect(revived[0]?.meta).toMatchObject({ type: 'entity_revival', entity_id: 310, display_name: 'KP_010' })
})

test('a batch happens whole or not at all, and one that fails uses no event ids', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const create = { request_type: 'create', type: 'Shot', fields: fieldsOf({ code: 'KP_050', project }) }
  const remove = { request_type: 'delete', type: 'Version', id: 701 }
  const broken = {
    request_type: 'update',
    type: 'Shot',
    id: 310,
    fields: fieldsOf({ sg_sequence: null, sg_status_list: 'nope' }),
  }
  const unlink = { request_type: 'update', type: 'Shot', id: 310, fields: fieldsOf({ sg_sequence: null }) }
  const everyone = async () => [
    await sandbox.read('Shot', { return_fields: ['code', 'sg_sequence'] }),
    await sandbox.read('Sequence', { return_fields: ['shots'] }),
    await sandbox.read('Version', { return_fields: ['code', 'updated_at'] }),
    await events(sandbox),
  ]
  const before = await everyone()
  const failed = await sandbox.call('batch', [create, remove, unlink, broken])
  expect(failed).toMatchObject({ exception: true, error_code: 104 })
  expect(failed.message).toMatch(
    /^API batch\(\) request with index 3 failed\. {2}All requests rolled back\.\nAPI update\(\) CRUD ERROR/,
  )
  expect(await everyone()).toEqual(before)

  expect(await sandbox.results('batch', [create, remove, unlink])).toMatchObject([
    { type: 'Shot', id: 321, code: 'KP_050' },
    true,
    { type: 'Shot', id: 310, sg_sequence: null },
  ])
  const ids = (await events(sandbox)).map(({ id }) => id)
  expect(ids).toEqual(ids.map((_, index) => index + 1))
})

test('a script whose events are off leaves none', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  await sandbox.results('update', { type: 'ApiUser', id: 1, fields: fieldsOf({ generate_event_log_entries: false }) })
  const before = await events(sandbox)
  await sandbox.results('create', { type: 'Shot', fields: fieldsOf({ code: 'KP_060', project }) })
  await sandbox.results('delete', { type: 'Shot', id: 310 })
  expect(await events(sandbox)).toEqual(before)
})

test('under sudo the event is the target’s, and names who really called', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const values = { type: 'Shot', id: 310, fields: fieldsOf({ sg_status_list: 'fin' }) }
  await sandbox.results('update', values, { ...script, sudo_as_login: 'artist' })
  expect(await events(sandbox)).toMatchObject([
    { user: { type: 'HumanUser', id: 62 }, meta: { sudo_actual_user: { type: 'ApiUser', id: 1, name: 'amiable' } } },
  ])
})
