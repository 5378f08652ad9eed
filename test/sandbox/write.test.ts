import { describe, expect, test } from 'vitest'
import { fieldsOf, openSandbox, smallShow, where } from './sandbox-site.ts'

const project = { type: 'Project', id: 12 }
const open = () => openSandbox({ seed: smallShow })

describe('create', () => {
  test('answers what was set and asked for, links with their names, defaults filled in', async () => {
    await using sandbox = await open()
    const shot = await sandbox.results('create', {
      type: 'Shot',
      fields: fieldsOf({ code: '  KP_040 ', project, description: '' }),
      return_fields: ['sg_status_list', 'created_at', 'created_by', 'cached_display_name'],
    })
    expect(shot).toEqual({
      type: 'Shot',
      id: 321,
      code: 'KP_040',
      project: { type: 'Project', id: 12, name: 'Kelp' },
      description: null,
      sg_status_list: 'wtg',
      created_at: '2026-03-04T12:30:00Z',
      created_by: { type: 'ApiUser', id: 1, name: 'amiable' },
      cached_display_name: 'KP_040',
    })
  })

  test('what has no name gets one', async () => {
    await using sandbox = await open()
    const shot = await sandbox.results('create', {
      type: 'Shot',
      fields: fieldsOf({ project }),
      return_fields: ['code'],
    })
    expect(shot).toMatchObject({ code: 'New Shot 321' })
    const note = await sandbox.results('create', {
      type: 'Note',
      fields: fieldsOf({ project }),
      return_fields: ['subject', 'user'],
    })
    expect(note).toMatchObject({ subject: null, user: { type: 'ApiUser', id: 1 } })
  })

  test('a person with only a name has a first and a last one', async () => {
    await using sandbox = await open()
    const fields = fieldsOf({ name: 'Noor van Dijk', login: 'noor', password_proxy: 'kelp' })
    const person = await sandbox.results('create', {
      type: 'HumanUser',
      fields,
      return_fields: ['firstname', 'lastname'],
    })
    expect(person).toMatchObject({ firstname: 'Noor', lastname: 'van Dijk', password_proxy: '*******' })
    expect(sandbox.site.checkLogin('noor', 'kelp')).toMatchObject({ type: 'HumanUser' })
    expect(sandbox.site.checkLogin('noor', 'Kelp')).toBeUndefined()
  })

  const faults: [Record<string, unknown>, number, string][] = [
    [{ code: 'X' }, 103, "API create() missing 'project' attribute"],
    [{ project, glow: 1 }, 103, "API create() Shot.glow doesn't exist"],
    [{ project, id: 7 }, 103, 'API create() Shot.id is read only'],
    [{ project, updated_at: '2026-01-01' }, 103, 'API create() Shot.updated_at is read only'],
    [{ project, code: '' }, 104, 'Cannot set identifier field to empty.'],
    [{ project, code: 5 }, 103, 'API create() Shot.code expected [String, NilClass] data type(s) but got Integer: 5'],
    [{ project, sg_cut_in: 1.5 }, 103, 'API create() Shot.sg_cut_in expected [Integer, NilClass]'],
    [{ project, sg_cut_in: 3_000_000_000 }, 104, 'PG::NumericValueOutOfRange'],
    [
      { project, sg_status_list: 'Final' },
      104,
      "API create() CRUD ERROR #1: Create failed for [Shot]: 'Final' is not a valid status. Valid statuses: wtg, rdy",
    ],
    [{ project, sg_shot_type: 'Plate' }, 104, "'Plate' is not a valid list value. Valid list values: Live Action"],
    [{ project, sg_sequence: 41 }, 103, 'API create() invalid/missing entity hash: 41'],
    [{ project, sg_sequence: { id: 41 } }, 103, "API create() invalid/missing entity hash string 'type'"],
    [{ project, sg_sequence: { type: 'Sequence', id: 999 } }, 104, 'Value is not legal.'],
    [{ project, sg_sequence: { type: 'Asset', id: 310 } }, 104, 'Value is not legal.'],
    [{ project, assets: { type: 'Asset', id: 1 } }, 103, 'Shot.assets expected [Array] data type(s) but got Hash'],
    [
      { project, image: 'http://x/y.jpg' },
      103,
      "Write access of the 'image' data type (Shot.image) not yet supported in API",
    ],
  ]
  test.each(faults)('refuses %j', async (values, code, text) => {
    await using sandbox = await open()
    expect(await sandbox.call('create', { type: 'Shot', fields: fieldsOf(values) })).toMatchObject({
      exception: true,
      error_code: code,
      message: expect.stringContaining(text),
    })
    expect((await sandbox.read('Shot')).length).toBe(4)
    expect(await sandbox.read('EventLogEntry')).toEqual([])
  })

  test('names that must be unique are', async () => {
    await using sandbox = await open()
    const answer = await sandbox.call('create', { type: 'Project', fields: fieldsOf({ name: 'Kelp' }) })
    expect(answer).toMatchObject({
      error_code: 104,
      message: expect.stringContaining('The value for the Project Name field is required to be unique.'),
    })
  })

  test('a secret token is kept for signing and never read', async () => {
    await using sandbox = await open()
    const fields = fieldsOf({ title: 'Report', url: 'http://127.0.0.1:1/ami', secret_token: 'lantern-7' })
    const item = await sandbox.results<{ id: number }>('create', {
      type: 'ActionMenuItem',
      fields,
      return_fields: ['secret_token'],
    })
    expect(item).toMatchObject({ title: 'Report', secret_token: null })
    expect(sandbox.site.secretTokenOf(item.id)).toBe('lantern-7')
    expect(
      JSON.stringify(await sandbox.read('EventLogEntry', { return_fields: ['meta', 'description'] })),
    ).not.toContain('lantern')
  })

  test('web and local links are stored with an Attachment of their own', async () => {
    await using sandbox = await open()
    await sandbox.results('create', {
      type: 'LocalStorage',
      fields: fieldsOf({ code: 'primary', linux_path: '/mnt/show', windows_path: 'P:\\show' }),
    })
    const create = (path: unknown) =>
      sandbox.call('create', { type: 'PublishedFile', fields: fieldsOf({ code: 'plate', project, path }) })
    const web = { url: 'rvlink://x', name: 'Play' }
    expect((await create(web)).results).toMatchObject({ path: { ...web, link_type: 'web', type: 'Attachment', id: 1 } })
    expect((await create({ local_path: 'P:\\show\\KP\\plate.exr' })).results).toMatchObject({
      path: {
        link_type: 'local',
        name: 'plate.exr',
        content_type: 'image/x-exr',
        local_storage: { type: 'LocalStorage', id: 1, name: 'primary' },
        relative_path: 'KP/plate.exr',
        local_path_linux: '/mnt/show/KP/plate.exr',
        local_path_mac: null,
        local_path_windows: 'P:\\show\\KP\\plate.exr',
      },
    })
    expect(await create({ local_path: '/elsewhere/a' })).toMatchObject({
      error_code: 104,
      message: expect.stringContaining("doesn't match any defined Local Storage."),
    })
    expect(await create('http://x')).toMatchObject({
      message: expect.stringContaining("invalid/missing url hash string 'url'"),
    })
  })
})

describe('update', () => {
  test('answers only what was written, and keeps both sides of a link in step', async () => {
    await using sandbox = await open()
    const answer = await sandbox.results('update', {
      type: 'Sequence',
      id: 41,
      fields: fieldsOf({ shots: [{ type: 'Shot', id: 311 }] }),
    })
    expect(answer).toEqual({ type: 'Sequence', id: 41, shots: [{ type: 'Shot', id: 311, name: 'KP_020' }] })
    const shots = await sandbox.read('Shot', { return_fields: ['sg_sequence'], filters: where('id', 'in', 310, 311) })
    expect(shots.map(({ sg_sequence }) => sg_sequence)).toEqual([null, { type: 'Sequence', id: 41, name: 'KP' }])
  })

  test('a shot that moves to another sequence leaves the first', async () => {
    await using sandbox = await open()
    const other = await sandbox.results('create', {
      type: 'Sequence',
      fields: fieldsOf({ code: 'KQ', project, shots: [{ type: 'Shot', id: 310 }] }),
    })
    expect(other).toMatchObject({ id: 42, shots: [{ id: 310 }] })
    const sequences = await sandbox.read('Sequence', { return_fields: ['shots'] })
    expect(sequences.map(({ shots }) => shots)).toEqual([[], [{ type: 'Shot', id: 310, name: 'KP_010' }]])
  })

  test.each([
    ['add', [700], [700, 701]],
    ['remove', [701], [700]],
    ['set', [701], [701]],
    ['add', [], [700, 701]],
  ])('mode %s with %j gives %j', async (mode, ids, expected) => {
    await using sandbox = await open()
    const value = ids.map((id) => ({ type: 'Version', id }))
    const field = { field_name: 'versions', value, multi_entity_update_mode: mode }
    const playlist = await sandbox.results<{ versions: { id: number }[] }>('update', {
      type: 'Playlist',
      id: 51,
      fields: [field],
    })
    expect(playlist.versions.map(({ id }) => id)).toEqual(expected)
    const connections = await sandbox.read('PlaylistVersionConnection', { return_fields: ['version'] })
    expect(connections.length).toBe(expected.length)
    const versions = await sandbox.read('Version', { filters: where('playlists', 'is', { type: 'Playlist', id: 51 }) })
    expect(versions.map(({ id }) => id)).toEqual(expected)
  })

  test('the same values change nothing: no event, no new date', async () => {
    let time = new Date('2026-03-04T12:30:00Z')
    await using sandbox = await openSandbox({ seed: smallShow, clock: () => time })
    time = new Date('2026-03-05T00:00:00Z')
    await sandbox.results('update', {
      type: 'Shot',
      id: 310,
      fields: fieldsOf({ code: 'KP_010', sg_status_list: 'ip' }),
    })
    expect(await sandbox.read('EventLogEntry')).toEqual([])
    const read = () =>
      sandbox.read('Shot', { filters: where('id', 'is', 310), return_fields: ['updated_at', 'updated_by'] })
    expect(await read()).toMatchObject([{ updated_at: '2026-03-04T12:30:00Z' }])
    await sandbox.results('update', { type: 'Shot', id: 310, fields: fieldsOf({ sg_status_list: 'fin' }) })
    expect(await read()).toMatchObject([{ updated_at: '2026-03-05T00:00:00Z', updated_by: { name: 'amiable' } }])
  })

  test.each([
    ['Shot', 999, {}, 104, 'Entity of type [Shot] with id=999 does not exist.'],
    ['Task', 900, { dependency_violation: true }, 103, 'API update() Task.dependency_violation is read only: true'],
    ['Project', 12, { archived: null }, 103, 'API update() Project.archived expected [TrueClass, FalseClass]'],
    [
      'Task',
      900,
      { due_date: '2026-02-30' },
      104,
      'Update failed for [Task.due_date]: Invalid date format: 2026-02-30.',
    ],
    ['Status', 1, { code: 'zzz' }, 103, 'API update() Status.code is editable on create only.'],
  ])('refuses %s %i %j', async (type, id, values, code, text) => {
    await using sandbox = await open()
    expect(await sandbox.call('update', { type, id, fields: fieldsOf(values) })).toMatchObject({
      exception: true,
      error_code: code,
      message: expect.stringContaining(text),
    })
  })

  test('a failed update leaves the entity as it was', async () => {
    await using sandbox = await open()
    const fields = [...fieldsOf({ description: 'new' }), ...fieldsOf({ sg_status_list: 'nonsense' })]
    await sandbox.call('update', { type: 'Shot', id: 310, fields })
    const [shot] = await sandbox.read('Shot', { filters: where('id', 'is', 310), return_fields: ['description'] })
    expect(shot?.description).toBe('Étude of Light')
  })

  test('clearing the thumbnail answers exactly that', async () => {
    await using sandbox = await open()
    const answer = await sandbox.results('update', { type: 'Version', id: 700, fields: fieldsOf({ image: null }) })
    expect(answer).toEqual({ type: 'Version', id: 700, image: null })
  })
})

describe('delete and revive', () => {
  test('true once, then false; a fault for what never was', async () => {
    await using sandbox = await open()
    const shot = { type: 'Shot', id: 311 }
    expect(await sandbox.results('delete', shot)).toBe(true)
    expect(await sandbox.results('delete', shot)).toBe(false)
    expect(await sandbox.results('revive', shot)).toBe(true)
    expect(await sandbox.results('revive', shot)).toBe(false)
    expect(await sandbox.call('delete', { type: 'Shot', id: 5 })).toMatchObject({
      error_code: 104,
      message: 'API delete() CRUD ERROR #3: Entity of type [Shot] with id=5 does not exist.',
    })
  })

  test('links to the retired are not there until it is revived, and its versions go and come with it', async () => {
    await using sandbox = await open()
    const shot = { type: 'Shot', id: 310 }
    const state = async () => ({
      shots: (await sandbox.read('Sequence', { return_fields: ['shots'] }))[0]?.shots,
      task: (await sandbox.read('Task', { return_fields: ['entity'] }))[0]?.entity,
      versions: (await sandbox.read('Version')).map(({ id }) => id),
      linked: (await sandbox.read('Task', { filters: where('entity', 'is', shot) })).length,
      empty: (await sandbox.read('Task', { filters: where('entity', 'is', null) })).length,
      trash: (await sandbox.read('Shot', { return_only: 'retired' })).map(({ id }) => id),
    })
    const before = await state()
    expect(before).toMatchObject({
      shots: [{ id: 310 }],
      task: { id: 310 },
      versions: [700, 701],
      linked: 1,
      trash: [],
    })
    await sandbox.results('delete', shot)
    expect(await state()).toEqual({ shots: [], task: null, versions: [701], linked: 0, empty: 2, trash: [310] })
    await sandbox.results('revive', shot)
    expect(await state()).toEqual(before)
  })

  test('the event log can be neither updated nor deleted', async () => {
    await using sandbox = await open()
    const entry = await sandbox.results<{ id: number }>('create', {
      type: 'EventLogEntry',
      fields: fieldsOf({ event_type: 'Acme_Render_Done', project }),
    })
    const target = { type: 'EventLogEntry', id: entry.id }
    expect(await sandbox.call('update', { ...target, fields: [] })).toMatchObject({ error_code: 104 })
    expect(await sandbox.call('delete', target)).toMatchObject({ error_code: 104 })
    expect(await sandbox.read('EventLogEntry', { return_fields: ['event_type', 'description', 'user'] })).toMatchObject(
      [{ event_type: 'Acme_Render_Done', description: 'New Event', user: { type: 'ApiUser', id: 1 } }],
    )
  })
})
