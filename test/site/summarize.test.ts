import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import type { FieldValue, Site, Summary } from '../../src/site/index.ts'
import type { StudioSchema } from '../fixtures/typed/studio-schema.ts'
import { startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { argumentOf, expectRefusal, failureOf, sendResults, startServer } from './helpers/test-server.ts'

let watched: WatchedSite
let site: Site
beforeAll(async () => {
  watched = await startWatchedSite({ seed: smallShow })
  site = watched.client
})
afterAll(() => watched[Symbol.asyncDispose]())

test('totals come without groups', async () => {
  const summary = await site.summarize(
    'Task',
    [['project', 'is', { type: 'Project', id: 12 }]],
    [
      { field: 'id', type: 'count' },
      { field: 'due_date', type: 'latest' },
    ],
  )
  expect(summary).toEqual({ summaries: { id: 2, due_date: '2026-03-10' }, groups: [] })
  expectTypeOf(summary).toEqualTypeOf<Summary<'id' | 'due_date'>>()
  expectTypeOf(summary.summaries.id).toEqualTypeOf<FieldValue | undefined>()
})

test('groups stand inside one another, each with its value and name', async () => {
  const { groups } = await site.summarize('Shot', [], [{ field: 'id', type: 'count' }], {
    grouping: [
      { field: 'project', type: 'exact', direction: 'desc' },
      { field: 'sg_status_list', type: 'exact' },
    ],
    includeArchivedProjects: false,
  })
  expect(groups).toEqual([
    {
      groupName: 'Kelp',
      groupValue: { type: 'Project', id: 12, name: 'Kelp', valid: 'valid' },
      summaries: { id: 3 },
      groups: ['fin', 'ip', 'wtg'].map((status) => ({
        groupName: status,
        groupValue: status,
        summaries: { id: 1 },
        groups: [],
      })),
    },
  ])
})

test('filters can be joined by any', async () => {
  const filters = [
    ['code', 'is', 'KP_010'],
    ['code', 'is', 'KP_020'],
  ] as const
  const count = [{ field: 'id', type: 'count' }] as const
  expect((await site.summarize('Shot', filters, count, { filterOperator: 'any' })).summaries.id).toBe(2)
  expect((await site.summarize('Shot', filters, count)).summaries.id).toBe(0)
})

test('a summary type that a field does not have is the site’s refusal', async () => {
  expect(await failureOf(site.summarize('Shot', [], [{ field: 'code', type: 'sum' }]))).toMatchObject({
    code: 'SITE_REQUEST_REFUSED',
    message: expect.stringContaining('Valid types: ["record_count", "count"]'),
  })
})

test.each<[string, (site: Site) => Promise<unknown>, string]>([
  [
    'a field that is summarized twice',
    (site) =>
      site.summarize(
        'Task',
        [],
        [
          { field: 'id', type: 'count' },
          { field: 'id', type: 'sum' },
        ],
      ),
    'names id twice',
  ],
  [
    'no list of fields',
    (site) => Reflect.apply(site.summarize, undefined, ['Task', [], 'id']),
    'summaryFields is not a list',
  ],
  [
    'a field without name',
    (site) => site.summarize('Task', [], [{ field: '', type: 'count' }]),
    'The field of summaryFields[0] is ""',
  ],
  [
    'a wrong direction',
    (site) =>
      Reflect.apply(site.summarize, undefined, [
        'Task',
        [],
        [],
        { grouping: [{ field: 'id', type: 'exact', direction: 'up' }] },
      ]),
    'grouping[0] is "up"',
  ],
  ['no entity type', (site) => site.summarize('', [], []), 'The entity type is ""'],
])('%s is refused before anything is sent', (_, call, message) => expectRefusal(call, message))

test('what travels is what the site expects, and times become dates where they are wanted', async () => {
  await using server = await startServer((_, response) => {
    const summaries = { updated_at: '2026-05-02T09:00:00Z' }
    const group = { group_name: '2026-05-02T09:00:00Z', group_value: '2026-05-02T09:00:00Z', summaries }
    sendResults(response, { summaries, groups: [{ ...group, uuid: 'x' }] })
  })
  await using site = server.open({ dates: 'Date' })
  const at = new Date('2026-05-02T09:00:00Z')
  expect(
    await site.summarize('Task', [], [{ field: 'updated_at', type: 'latest' }], {
      grouping: [{ field: 'updated_at', type: 'exact' }],
    }),
  ).toEqual({
    summaries: { updated_at: at },
    groups: [{ groupName: '2026-05-02T09:00:00Z', groupValue: at, summaries: { updated_at: at }, groups: [] }],
  })
  expect(argumentOf(server.calls[0])).toEqual({
    type: 'Task',
    summaries: [{ field: 'updated_at', type: 'latest' }],
    filters: { logical_operator: 'and', conditions: [] },
    grouping: [{ field: 'updated_at', type: 'exact', direction: 'asc' }],
  })
})

test('an answer without summaries is told, and an unanswered call is made again', async () => {
  await using server = await startServer((_, response, index) =>
    index === 1 ? response.socket?.destroy() : sendResults(response, { groups: [] }),
  )
  await using site = server.open()
  expect(await failureOf(site.summarize('Task', [], []))).toMatchObject({
    code: 'SITE_ANSWER_INVALID',
    message: expect.stringContaining('summary of Task was answered with something else than summaries and groups'),
  })
  expect(server.calls).toHaveLength(2)
})

// Never called: the compiler is the test.
async function typed(studio: Site<StudioSchema>): Promise<void> {
  const { summaries, groups } = await studio.summarize(
    'Version',
    [['entity.Shot.code', 'is', 'LH_010']],
    [
      { field: 'id', type: 'count' },
      { field: 'entity.Shot.sg_cut_in', type: 'maximum' },
    ],
    { grouping: [{ field: 'entity.Shot.sg_sequence', type: 'exact' }] },
  )
  expectTypeOf(summaries['entity.Shot.sg_cut_in']).toEqualTypeOf<FieldValue | undefined>()
  expectTypeOf(groups[0]?.summaries.id).toEqualTypeOf<FieldValue | undefined>()
  // @ts-expect-error no such type in the studio's schema
  await studio.summarize('Versoin', [], [{ field: 'id', type: 'count' }])
  // @ts-expect-error no such field in the studio's schema
  await studio.summarize('Version', [], [{ field: 'colour', type: 'count' }])
  // @ts-expect-error no such field to group by
  await studio.summarize('Version', [], [], { grouping: [{ field: 'colour', type: 'exact' }] })
  // @ts-expect-error no such summary
  await studio.summarize('Version', [], [{ field: 'id', type: 'median' }])
  // @ts-expect-error a filter on a field that there is not
  await studio.summarize('Version', [['colour', 'is', 'x']], [])
  await studio.textSearch('abc', { Shot: [], Version: [['code', 'is', 'x']] })
  // @ts-expect-error no such type in the studio's schema
  await studio.textSearch('abc', { Shoot: [] })
}

test('summaries and searches are checked by a studio’s schema', () => {
  expectTypeOf(typed).toBeFunction()
})
