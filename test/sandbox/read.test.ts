import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everything, openSandbox, script, smallShow, type TestSandbox, where } from './sandbox-site.ts'

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ seed: smallShow })
})
afterAll(() => sandbox.app.close())

describe('read', () => {
  test('answers flat entities, deep paths under their own text, unknown names left out', async () => {
    const [version] = await sandbox.read('Version', {
      filters: where('id', 'is', 700),
      return_fields: [
        'type',
        'id',
        'code',
        'entity',
        'entity.Shot.sg_sequence',
        'sg_task.Task.step.Step.code',
        'glow',
        'entity.Glow.code',
        'entity.Asset.code',
        'playlists.Playlist.code',
      ],
    })
    expect(version).toEqual({
      type: 'Version',
      id: 700,
      code: 'KP_010_comp_v001',
      entity: { type: 'Shot', id: 310, name: 'KP_010' },
      'entity.Shot.sg_sequence': { type: 'Sequence', id: 41, name: 'KP' },
      'sg_task.Task.step.Step.code': 'Comp',
      'entity.Asset.code': null,
    })
  })

  test('never-written fields read as null, false or an empty list', async () => {
    const [shot] = await sandbox.read('Shot', {
      filters: where('id', 'is', 320),
      return_fields: ['description', 'assets', 'sg_sequence', 'image', 'sg_status_list'],
    })
    expect(shot).toMatchObject({ description: null, assets: [], sg_sequence: null, image: null, sg_status_list: 'wtg' })
    const [project] = await sandbox.read('Project', { filters: where('id', 'is', 12), return_fields: ['archived'] })
    expect(project).toEqual({ type: 'Project', id: 12, archived: false })
  })

  test('pages without counts say whether there is more', async () => {
    const page = (current_page: number) =>
      sandbox.results('read', {
        type: 'Shot',
        return_fields: ['id'],
        filters: everything,
        paging: { entities_per_page: 3, current_page },
        return_paging_info_without_counts: true,
      })
    expect(await page(1)).toMatchObject({
      entities: [{ id: 310 }, { id: 311 }, { id: 312 }],
      paging_info: { has_next_page: true },
    })
    expect(await page(2)).toEqual({ entities: [{ type: 'Shot', id: 320 }], paging_info: { has_next_page: false } })
    expect(await page(3)).toEqual({ entities: [], paging_info: { has_next_page: false } })
  })

  test('pages with counts count, and nothing at all is page 0 of 0', async () => {
    const counted = (filters: unknown) =>
      sandbox.results('read', {
        type: 'Shot',
        filters,
        paging: { entities_per_page: 3, current_page: 1 },
        return_paging_info: true,
      })
    expect(await counted(everything)).toMatchObject({
      paging_info: { current_page: 1, page_count: 2, entity_count: 4, entities_per_page: 3 },
    })
    expect(await counted(where('code', 'is', 'nothing'))).toMatchObject({
      entities: [],
      paging_info: { current_page: 0, page_count: 0, entity_count: 0, entities_per_page: 3 },
    })
  })

  test.each([
    [{ type: 'Shoot' }, `API read() invalid/missing string entity 'type': "Shoot"`],
    [
      { type: 'Shot', paging: { entities_per_page: 'all', current_page: 1 } },
      "API read() invalid/missing integer 'paging' 'entities_per_page'",
    ],
    [{ type: 'Shot', return_only: 'both' }, "invalid 'return_only'"],
    [{ type: 'Shot', return_fields: [5] }, "invalid/missing string array 'return_fields'"],
    [{ type: 'EventLogEntry', sorts: [{ field_name: 'session_uuid' }] }, "'uuid' data type cannot be sorted by"],
    [{ type: 'Version', additional_filter_presets: [{ preset_name: 'LATEST' }] }, 'does not offer'],
  ])('refuses %j', async (params, text) => {
    expect(await sandbox.call('read', { filters: everything, ...params })).toMatchObject({
      exception: true,
      error_code: 103,
      message: expect.stringContaining(text),
    })
  })

  test('sorts by several fields, links by name, empty values last, older key "column" too', async () => {
    const order = async (type: string, ...sorts: unknown[]) => (await sandbox.read(type, { sorts })).map(({ id }) => id)
    expect(await order('Shot', { field_name: 'code', direction: 'desc' })).toEqual([320, 312, 311, 310])
    expect(await order('Shot', { field_name: 'sg_cut_in', direction: 'asc' })).toEqual([312, 311, 310, 320])
    expect(await order('Shot', { column: 'project' }, { field_name: 'id', direction: 'desc' })).toEqual([
      312, 311, 310, 320,
    ])
    expect(await order('Version', { field_name: 'entity.Shot.code', direction: 'desc' })).toEqual([701, 700])
    expect(await order('Shot', { field_name: 'assets', direction: 'desc' })).toEqual([310, 311, 312, 320])
  })

  test('archived projects can be left out', async () => {
    const shots = await sandbox.read('Shot', { include_archived_projects: false })
    expect(shots.map(({ id }) => id)).toEqual([310, 311, 312])
  })

  test('no secret is ever read', async () => {
    const [person] = await sandbox.read('HumanUser', { return_fields: ['password_proxy', 'login'] })
    expect(person?.password_proxy).toBe('*******')
    const [api] = await sandbox.read('ApiUser', { return_fields: ['firstname', 'salted_password'] })
    expect(api).toMatchObject({ firstname: script.script_name, salted_password: null })
  })

  test('100,000 entities are filtered and sorted in well under a second', async () => {
    const { site } = sandbox
    site.store.transact(() => {
      for (let index = 0; index < 100_000; index++) {
        const row = site.store.insert('Tag')
        site.store.setValue(row, 'name', `tag ${(index * 7919) % 100_000}`)
      }
    })
    const start = performance.now()
    const found = await sandbox.read('Tag', {
      filters: where('name', 'contains', '99'),
      sorts: [{ field_name: 'name', direction: 'asc' }],
      return_fields: ['name'],
    })
    expect(found.length).toBe(500)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
