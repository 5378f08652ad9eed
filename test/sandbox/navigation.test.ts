import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSandbox, smallShow, type TestSandbox } from './sandbox-site.ts'

type Node = { label: string; path: string; has_children: boolean; children: Node[] }

const kelp = { type: 'Project', id: 12 }
const seed = {
  entities: [
    ...smallShow.entities,
    { type: 'Asset', id: 90, code: 'Crate', project: kelp, sg_asset_type: 'Prop' },
    { type: 'Asset', id: 91, code: 'Plain', project: kelp },
  ],
}

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ seed })
})
afterAll(() => sandbox.app.close())

const expand = (path: string, more: object = {}) => sandbox.results<Node>('nav_expand', { path, ...more })
const childrenOf = async (path: string) =>
  (await expand(path)).children.map((node) => [node.label, node.path, node.has_children])

test('the tree leads from projects over types and groups to entities', async () => {
  expect(await childrenOf('/')).toEqual([
    ['Kelp', '/Project/12', true],
    ['Old Kelp', '/Project/13', true],
  ])
  expect(await childrenOf('/Project/12')).toEqual([
    ['Assets', '/Project/12/Asset', true],
    ['Shots', '/Project/12/Shot', true],
  ])
  expect(await childrenOf('/Project/12/Asset')).toEqual([
    ['Prop', '/Project/12/Asset/sg_asset_type/Prop', true],
    ['Plain', '/Project/12/Asset/id/91', false],
  ])
  expect(await childrenOf('/Project/12/Asset/sg_asset_type/Prop')).toEqual([
    ['Crate', '/Project/12/Asset/sg_asset_type/Prop/id/90', false],
  ])
  expect((await childrenOf('/Project/12/Shot'))[0]).toEqual(['KP', '/Project/12/Shot/sg_sequence/Sequence/41', true])
  expect(await childrenOf('/Project/12/Shot/sg_sequence/Sequence/41')).toEqual([
    ['KP_010', '/Project/12/Shot/sg_sequence/Sequence/41/id/310', false],
  ])
})

test('a node tells what it stands for and how to find what belongs to it', async () => {
  const path = '/Project/12/Shot/sg_sequence/Sequence/41/id/310'
  expect(await expand(path, { seed_entity_field: 'Version.entity', entity_fields: { Shot: ['sg_cut_in'] } })).toEqual({
    label: 'KP_010',
    ref: { kind: 'entity', value: { type: 'Shot', id: 310, sg_cut_in: 1001 } },
    parent_path: '/Project/12/Shot/sg_sequence/Sequence/41',
    path,
    target_entities: {
      type: 'Version',
      additional_filter_presets: [{ preset_name: 'NAV_ENTRIES', path, seed: { type: 'Version', field: 'entity' } }],
    },
    has_children: false,
    children: [],
  })
})

test('a search finds nodes by name or by entity, below its root', async () => {
  const search = async (root_path: string, search_criteria: object) => {
    const { entries } = await sandbox.results<{ entries: { label: string }[] }>('nav_search', {
      root_path,
      search_criteria,
    })
    return entries
  }
  const entry = {
    label: 'KP_010',
    incremental_path: [
      '/',
      '/Project/12',
      '/Project/12/Shot',
      '/Project/12/Shot/sg_sequence/Sequence/41',
      '/Project/12/Shot/sg_sequence/Sequence/41/id/310',
    ],
    full_path: '/Project/12/Shot/sg_sequence/Sequence/41/id/310',
    path_label: 'Kelp > Shots > KP',
    ref: { kind: 'entity', value: { type: 'Shot', id: 310 } },
    project_id: 12,
  }
  expect(await search('/', { search_string: 'p_010' })).toEqual([entry])
  expect((await search('/Project/12', { entity: { type: 'Shot', id: 310 } })).map(({ label }) => label)).toEqual([
    'KP_010',
  ])
  expect(await search('/Project/13', { search_string: 'kp_010' })).toEqual([])
})

test.each([
  ['nav_expand', { path: '/Project/99' }, 107, 'found nothing at the path "/Project/99"'],
  ['nav_expand', { path: '/Project/12/Shot/id/99999' }, 107, 'found nothing'],
  ['nav_expand', {}, 103, 'invalid/missing string path: nil'],
  ['nav_expand', { path: '/', seed_entity_field: 'Version' }, 103, 'expected "Type.field": "Version"'],
  ['nav_search', { root_path: '/' }, 103, "invalid/missing 'search_string' or 'entity'"],
])('%s with %j is refused', async (method, argument, error_code, message) => {
  expect(await sandbox.call(method, argument)).toMatchObject({ error_code, message: expect.stringContaining(message) })
})
