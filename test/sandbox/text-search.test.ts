import { afterAll, beforeAll, expect, test } from 'vitest'
import { everything, openSandbox, smallShow, type TestSandbox, where } from './sandbox-site.ts'

type Found = { terms: string[]; matches: { type: string; id: number; name: string }[] }

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ seed: smallShow })
})
afterAll(() => sandbox.app.close())

const search = (text: string, entity_types: object, more: object = {}) =>
  sandbox.results<Found>('query_display_name_cache', {
    text,
    entity_types,
    project_ids: [],
    max_results: null,
    ...more,
  })
const names = async (text: string, entity_types: object, more?: object) =>
  (await search(text, entity_types, more)).matches.map(({ name }) => name)

test('a match is told with its project, picture, main link and status', async () => {
  expect(await search('KP_010 COMP', { Version: everything })).toEqual({
    terms: ['kp_010', 'comp'],
    matches: [
      {
        type: 'Version',
        id: 700,
        name: 'KP_010_comp_v001',
        project_id: 12,
        image: expect.stringContaining('/thumbnail/Version/700.jpg'),
        links: ['Shot', 'KP_010'],
        status: 'rev',
      },
    ],
  })
})

test('words may stand in the name or in that of the main link, and every one must', async () => {
  expect(await names('comp kp_010', { Task: everything })).toEqual(['Comp'])
  expect(await names('comp kp_020', { Task: everything })).toEqual([])
})

test('types come together, the shortest names first', async () => {
  expect(await names('kp_', { Version: everything, Shot: everything })).toEqual([
    'KP_010',
    'KP_020',
    'kp_030',
    'KP_010_comp_v001',
    'KP_020_comp_v001',
  ])
  expect(await names('kp_', { Version: everything, Shot: everything }, { max_results: 2 })).toEqual([
    'KP_010',
    'KP_020',
  ])
})

test('filters and projects narrow it', async () => {
  expect(await names('kp_', { Shot: where('sg_status_list', 'is', 'fin') })).toEqual(['kp_030'])
  expect(await names('010', { Shot: everything }, { project_ids: [13] })).toEqual(['OLD_010'])
})

test('25 matches are told unless asked otherwise', async () => {
  const entities = Array.from({ length: 40 }, (_, at) => ({ type: 'Tag', name: `many${at}` }))
  await using other = await openSandbox({ seed: { entities } })
  const argument = { text: 'many', entity_types: { Tag: everything } }
  expect((await other.results<Found>('query_display_name_cache', argument)).matches).toHaveLength(25)
})

test.each([
  [{ text: ' ab ', entity_types: {} }, "'text' must be a string of at least 3 characters"],
  [{ text: 'abc' }, "invalid/missing hash 'entity_types': nil"],
  [{ text: 'abc', entity_types: { Shoot: everything } }, 'invalid/missing string entity \'type\': "Shoot"'],
  [{ text: 'abc', entity_types: { Shot: [] } }, "invalid/missing hash 'filters'"],
  [
    { text: 'abc', entity_types: { Shot: where('colour', 'is', 1) } },
    "query_display_name_cache() Shot.colour doesn't exist",
  ],
  [{ text: 'abc', entity_types: {}, project_ids: ['12'] }, "invalid integer array 'project_ids'"],
  [{ text: 'abc', entity_types: {}, max_results: 0 }, "invalid integer 'max_results': 0"],
])('%j is refused', async (argument, message) => {
  expect(await sandbox.call('query_display_name_cache', argument)).toMatchObject({
    error_code: 103,
    message: expect.stringContaining(message),
  })
})
