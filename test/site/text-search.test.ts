import { expect, test } from 'vitest'
import type { Site } from '../../src/site/index.ts'
import { startWatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { argumentOf, expectRefusal, failureOf, sendResults, startServer } from './helpers/test-server.ts'

test('entities of several types are found by words in their names', async () => {
  await using watched = await startWatchedSite({ seed: smallShow })
  const site = watched.client
  const { terms, matches } = await site.textSearch('KP_010', { Shot: [['sg_cut_in', 'is', 1001]], Version: [] })
  expect(terms).toEqual(['kp_010'])
  expect(matches).toEqual([
    { type: 'Shot', id: 310, name: 'KP_010', projectId: 12, image: null, link: undefined, status: 'ip' },
    {
      type: 'Version',
      id: 700,
      name: 'KP_010_comp_v001',
      projectId: 12,
      image: expect.stringContaining('/thumbnail/Version/700.jpg'),
      link: { type: 'Shot', name: 'KP_010' },
      status: 'rev',
    },
  ])
  expect((await site.textSearch('010', { Shot: [] }, { projectIds: [13], limit: 1 })).matches).toMatchObject([
    { id: 320 },
  ])
  expect(await failureOf(site.textSearch('ab', { Shot: [] }))).toMatchObject({
    code: 'SITE_REQUEST_REFUSED',
    message: expect.stringContaining('at least 3 characters'),
  })
})

test('what travels is what the site expects, and what is missing in a match is null', async () => {
  await using server = await startServer((_, response) =>
    sendResults(response, { terms: ['lhx'], matches: [{ type: 'Shot', id: 1, name: '&lt;lhx' }] }),
  )
  await using site = server.open()
  expect((await site.textSearch('lhx', { Shot: [['code', 'is', 'a']] })).matches).toEqual([
    { type: 'Shot', id: 1, name: '<lhx', projectId: null, image: null, link: undefined, status: null },
  ])
  await site.textSearch('lhx', { Shot: [] }, { projectIds: [12], limit: 5 })
  expect(server.calls.map(argumentOf)).toEqual([
    {
      text: 'lhx',
      entity_types: {
        Shot: { logical_operator: 'and', conditions: [{ path: 'code', relation: 'is', values: ['a'] }] },
      },
      project_ids: [],
      max_results: null,
    },
    {
      text: 'lhx',
      entity_types: { Shot: { logical_operator: 'and', conditions: [] } },
      project_ids: [12],
      max_results: 5,
    },
  ])
})

test('an unanswered search is made again, and an answer without matches is told', async () => {
  await using server = await startServer((_, response, index) =>
    index === 1 ? response.socket?.destroy() : sendResults(response, { terms: [] }),
  )
  await using site = server.open()
  expect(await failureOf(site.textSearch('abc', { Shot: [] }))).toMatchObject({ code: 'SITE_ANSWER_INVALID' })
  expect(server.calls).toHaveLength(2)
})

test.each<[string, (site: Site) => Promise<unknown>, string]>([
  ['no text', (site) => site.textSearch('', { Shot: [] }), 'The text is ""'],
  ['no types', (site) => site.textSearch('abc', {}), 'entityTypes names no type'],
  [
    'a list of types',
    (site) => Reflect.apply(site.textSearch, undefined, ['abc', ['Shot']]),
    'entityTypes names no type',
  ],
  [
    'a wrong filter',
    (site) => Reflect.apply(site.textSearch, undefined, ['abc', { Shot: ['code', 'is', 'x'] }]),
    'filters is one condition',
  ],
  ['a wrong project', (site) => site.textSearch('abc', { Shot: [] }, { projectIds: [0] }), 'projectIds[0] is 0'],
  ['a limit of 0', (site) => site.textSearch('abc', { Shot: [] }, { limit: 0 }), 'limit is 0'],
])('%s is refused before anything is sent', (_, call, message) => expectRefusal(call, message))
