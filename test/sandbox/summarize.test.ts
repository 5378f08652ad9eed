import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everything, openSandbox, smallShow, type TestSandbox, where } from './sandbox-site.ts'

type Group = { group_name: string; group_value: unknown; summaries: Record<string, unknown>; groups?: Group[] }
type Summary = { summaries: Record<string, unknown>; groups: Group[] }

const kelp = { type: 'Project', id: 12 }
const seed = {
  ...smallShow,
  entities: [
    ...smallShow.entities,
    { type: 'Task', id: 902, content: 'anim', project: kelp, due_date: '2026-04-01', duration: 960, milestone: true },
    { type: 'Task', id: 903, content: 'Art', project: kelp, due_date: '2026-02-27', duration: 480 },
    { type: 'TimeLog', id: 80, project: kelp, date: '2026-03-04', duration: 90 },
  ],
}

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ seed })
})
afterAll(() => sandbox.app.close())

const summarize = (type: string, argument: Record<string, unknown>) =>
  sandbox.results<Summary>('summarize', { type, filters: everything, ...argument })
const by = async (type: string, field: string, grouping: string, direction?: string) => {
  const { groups } = await summarize(type, {
    summaries: [{ field: 'id', type: 'count' }],
    grouping: [{ field, type: grouping, ...(direction && { direction }) }],
  })
  return groups.map(({ group_name, group_value, summaries }) => [group_name, group_value, summaries.id])
}

describe('totals', () => {
  test.each([
    ['Task', 'id', 'count', 4],
    ['Task', 'entity', 'count', 1],
    ['Task', 'entity', 'record_count', 4],
    ['Task', 'task_assignees', 'count', 1],
    ['Task', 'duration', 'sum', 1440],
    ['Task', 'duration', 'average', 720],
    ['Task', 'duration', 'minimum', 480],
    ['Task', 'duration', 'maximum', 960],
    ['Task', 'due_date', 'earliest', '2026-02-27'],
    ['Task', 'due_date', 'latest', '2026-04-01'],
    ['Task', 'milestone', 'checked', 1],
    ['Task', 'milestone', 'unchecked', 3],
    ['Task', 'sg_status_list', 'status_list', 'wtg'],
    ['Shot', 'sg_status_list', 'status_list', 'ip'],
    ['Shot', 'sg_cut_in', 'minimum', -5],
    ['Task', 'entity.Shot.code', 'count', 1],
  ])('%s.%s as %s is %j', async (type, field, kind, value) => {
    expect(await summarize(type, { summaries: [{ field, type: kind }] })).toEqual({
      summaries: { [field]: value },
      groups: [],
    })
  })

  test.each([
    ['id', 'count', 0],
    ['id', 'record_count', 0],
    ['duration', 'sum', 0],
    ['duration', 'average', 0],
    ['duration', 'maximum', 0],
    ['due_date', 'latest', null],
    ['sg_status_list', 'status_list', null],
    ['sg_status_list', 'percentage', 0],
  ])('%s of nothing, as %s, is %j', async (field, kind, value) => {
    const none = { filters: where('id', 'is', 1), summaries: [{ field, type: kind }] }
    expect((await summarize('Task', none)).summaries).toEqual({ [field]: value })
  })

  test('a second summary of a field takes the place of the first', async () => {
    const summaries = [
      { field: 'due_date', type: 'earliest' },
      { field: 'due_date', type: 'latest' },
    ]
    expect((await summarize('Task', { summaries })).summaries).toEqual({ due_date: '2026-04-01' })
  })

  test('archived projects can be left out, and what is retired never counts', async () => {
    const summaries = [{ field: 'id', type: 'count' }]
    expect((await summarize('Shot', { summaries })).summaries).toEqual({ id: 4 })
    expect((await summarize('Shot', { summaries, include_archived_projects: false })).summaries).toEqual({ id: 3 })
    await using other = await openSandbox({ seed })
    await other.results('delete', { type: 'Shot', id: 311 })
    expect(await other.results('summarize', { type: 'Shot', filters: everything, summaries })).toMatchObject({
      summaries: { id: 3 },
    })
  })
})

describe('groups', () => {
  test('of a link hold the link, and those without one come last', async () => {
    expect(await by('Task', 'entity', 'exact')).toEqual([
      ['KP_010', { type: 'Shot', id: 310, name: 'KP_010', valid: 'valid' }, 1],
      ['', null, 3],
    ])
    expect((await by('Task', 'entity', 'exact', 'desc')).map(([name]) => name)).toEqual(['', 'KP_010'])
  })

  test.each([
    [
      'Task',
      'milestone',
      'exact',
      [
        ['[ ]', false],
        ['[X]', true],
      ],
    ],
    [
      'Task',
      'content',
      'firstletter',
      [
        ['A', 'A'],
        ['C', 'C'],
        ['L', 'L'],
      ],
    ],
    [
      'Task',
      'entity',
      'entitytype',
      [
        ['Shot', 'Shot'],
        ['', null],
      ],
    ],
    [
      'Task',
      'duration',
      'exact',
      [
        ['1 day', 480],
        ['2 days', 960],
        ['', null],
      ],
    ],
    ['TimeLog', 'duration', 'exact', [['0.19 days', 90]]],
    [
      'Shot',
      'sg_cut_in',
      'exact',
      [
        ['-5', -5],
        ['0', 0],
        ['1001', 1001],
        ['', null],
      ],
    ],
    [
      'Shot',
      'sg_cut_in',
      'tens',
      [
        ['-10--1', -10],
        ['0-9', 0],
        ['1000-1009', 1000],
        ['', null],
      ],
    ],
    [
      'Shot',
      'sg_cut_in',
      'thousands',
      [
        ['-1000--1', -1000],
        ['0-999', 0],
        ['1000-1999', 1000],
        ['', null],
      ],
    ],
    [
      'Task',
      'due_date',
      'day',
      [
        ['2026-02-27', '2026-02-27'],
        ['2026-03-04', '2026-03-04'],
        ['2026-03-10', '2026-03-10'],
        ['2026-04-01', '2026-04-01'],
      ],
    ],
    [
      'Task',
      'due_date',
      'week',
      [
        ['2026-02-23 - 2026-03-01', '2026-02-23'],
        ['2026-03-02 - 2026-03-08', '2026-03-02'],
        ['2026-03-09 - 2026-03-15', '2026-03-09'],
        ['2026-03-30 - 2026-04-05', '2026-03-30'],
      ],
    ],
    [
      'Task',
      'due_date',
      'month',
      [
        ['2026-02-01 - 2026-02-28', '2026-02-01'],
        ['2026-03-01 - 2026-03-31', '2026-03-01'],
        ['2026-04-01 - 2026-04-30', '2026-04-01'],
      ],
    ],
    [
      'Task',
      'due_date',
      'quarter',
      [
        ['2026-01-01 - 2026-03-31', '2026-01-01'],
        ['2026-04-01 - 2026-06-30', '2026-04-01'],
      ],
    ],
    ['Task', 'due_date', 'year', [['2026-01-01 - 2026-12-31', '2026-01-01']]],
    [
      'Task',
      'due_date',
      'clustered_date',
      [
        ['Past', 'Past'],
        ['Today', 'Today'],
        ['Future', 'Future'],
      ],
    ],
  ])('%s by %s, %s', async (type, field, grouping, expected) => {
    expect((await by(type, field, grouping)).map(([name, value]) => [name, value])).toEqual(expected)
  })

  test('stand inside one another, and the innermost have none of their own', async () => {
    const { groups } = await summarize('Shot', {
      summaries: [{ field: 'id', type: 'count' }],
      grouping: [
        { field: 'project', type: 'exact' },
        { field: 'sg_status_list', type: 'exact', direction: 'desc' },
      ],
    })
    expect(groups.map(({ group_name, summaries }) => [group_name, summaries.id])).toEqual([
      ['Kelp', 3],
      ['Old Kelp', 1],
    ])
    expect(groups[0]?.groups?.map((group) => [group.group_name, group.summaries.id, 'groups' in group])).toEqual([
      ['wtg', 1, false],
      ['ip', 1, false],
      ['fin', 1, false],
    ])
  })

  test('hold each row once, whatever the numbers and the ranges are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.integer({ min: -100_000, max: 100_000 })), { maxLength: 12 }),
        fc.constantFrom('exact', 'tens', 'hundreds', 'tensofthousands', 'millions'),
        async (numbers, grouping) => {
          const entities = numbers.map((sg_cut_in, at) => ({ type: 'Shot', code: `s${at}`, project: kelp, sg_cut_in }))
          await using other = await openSandbox({
            seed: { entities: [{ type: 'Project', id: 12, name: 'K' }, ...entities] },
          })
          const { summaries, groups } = await other.results<Summary>('summarize', {
            type: 'Shot',
            filters: everything,
            summaries: [
              { field: 'id', type: 'record_count' },
              { field: 'sg_cut_in', type: 'sum' },
            ],
            grouping: [{ field: 'sg_cut_in', type: grouping }],
          })
          const add = (field: string) => groups.reduce((total, group) => total + Number(group.summaries[field]), 0)
          expect(summaries).toEqual({ id: numbers.length, sg_cut_in: add('sg_cut_in') })
          expect(add('id')).toBe(numbers.length)
        },
      ),
      { numRuns: 15 },
    )
  })
})

test.each([
  [{}, "invalid/missing array 'summaries': nil"],
  [{ summaries: [{ type: 'count' }] }, "invalid/missing string 'summaries' 'field'"],
  [{ summaries: [{ field: 'colour', type: 'count' }] }, "Task.colour doesn't exist."],
  [{ summaries: [{ field: 'id', type: 'median' }] }, 'Valid types: ["record_count", "count", "sum"'],
  [
    { summaries: [{ field: 'content', type: 'sum' }] },
    'data type doesn\'t support \'sum\' summaries. Valid types: ["record_count", "count"]',
  ],
  [{ summaries: [], grouping: {} }, "invalid/missing array 'grouping'"],
  [{ summaries: [], grouping: [{ field: 'content', type: 'month' }] }, 'Valid types: ["exact", "firstletter"]'],
  [{ summaries: [], grouping: [{ field: 'splits', type: 'exact' }] }, 'Grouping is not allowed for field Task.splits.'],
  [{ summaries: [], grouping: [{ field: 'id', type: 'exact', direction: 'up' }] }, 'Valid directions: ["asc", "desc"]'],
  [{ summaries: [], filters: where('colour', 'is', 1) }, "API summarize() Task.colour doesn't exist."],
])('%j is refused', async (argument, message) => {
  const answer = await sandbox.call('summarize', { type: 'Task', filters: everything, ...argument })
  expect(answer).toMatchObject({ exception: true, error_code: 103, message: expect.stringContaining(message) })
})
