import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSite } from '../../src/sandbox/create-site.ts'
import type { Json } from '../../src/sandbox/json.ts'
import { readEntities } from '../../src/sandbox/rpc/read.ts'
import { essentials } from '../../src/sandbox/seed/essentials.ts'
import { loadRecords } from '../../src/sandbox/seed/load.ts'
import type { FilterCondition, ReadParams, SandboxSite } from '../../src/sandbox/site.ts'

const now = new Date('2026-03-04T12:30:00Z')
const words = ['', 'a', 'A', 'ab', 'b%', 'b_', 'é', '光'] as const
const text = fc.constantFrom(...words)
const number = fc.constantFrom(-1, 0, 1, 2)
const day = fc.constantFrom('2026-02-28', '2026-03-03', '2026-03-04', '2026-03-05', '2027-01-01')

type Task = { content: string; description: Json; cut: Json; due: Json; shot: boolean }
const tasks = fc.array(
  fc.record({
    content: text,
    description: fc.option(text),
    cut: fc.option(number),
    due: fc.option(day),
    shot: fc.boolean(),
  }),
  { maxLength: 12 },
)

function siteWith(all: readonly Task[]): SandboxSite {
  const site = createSite({ now: () => now })
  const project = { type: 'Project', id: 1 }
  loadRecords(site, [
    ...essentials(),
    { type: 'Project', id: 1, values: { name: 'P' }, path: 'p' },
    { type: 'Shot', id: 1, values: { code: 'ab', project }, path: 's' },
    ...all.map(({ content, description, cut, due, shot }, index) => ({
      type: 'Task',
      path: `t${index}`,
      values: {
        project,
        content,
        sg_description: description,
        sg_task_order: cut,
        due_date: due,
        entity: shot ? { type: 'Shot', id: 1 } : null,
      },
    })),
  ])
  return site
}

function ids(site: SandboxSite, params: Partial<ReadParams>): number[] {
  const actor = site.actorFor({ type: 'ApiUser', id: 1 })
  return readEntities(site, actor, { type: 'Task', ...params }).entities.map(({ id }) => id)
}

const condition = (path: string, relation: string, values: readonly Json[]): FilterCondition => ({
  path,
  relation,
  values,
})
const shot = fc.constantFrom({ type: 'Shot', id: 1 }, { type: 'Shot', id: 2 }, null)

/** A condition and the one that says the opposite. */
const opposites = fc.oneof(
  text.map((value) => ['sg_description', 'is', 'is_not', [value]] as const),
  text.map((value) => ['sg_description', 'contains', 'not_contains', [value]] as const),
  fc.array(text, { minLength: 1 }).map((values) => ['sg_description', 'in', 'not_in', values] as const),
  number.map((value) => ['sg_task_order', 'is', 'is_not', [value]] as const),
  fc.tuple(number, number).map((values) => ['sg_task_order', 'between', 'not_between', values] as const),
  fc.array(fc.option(number), { minLength: 1 }).map((values) => ['sg_task_order', 'in', 'not_in', values] as const),
  day.map((value) => ['due_date', 'is', 'is_not', [value]] as const),
  fc.integer({ min: 1, max: 40 }).map((count) => ['due_date', 'in_last', 'not_in_last', [count, 'DAY']] as const),
  fc.integer({ min: 1, max: 12 }).map((count) => ['due_date', 'in_next', 'not_in_next', [count, 'MONTH']] as const),
  shot.map((value) => ['entity', 'is', 'is_not', [value]] as const),
  fc.array(shot, { minLength: 1 }).map((values) => ['entity', 'in', 'not_in', values] as const),
  fc.constantFrom('Shot', 'Asset').map((value) => ['entity', 'type_is', 'type_is_not', [value]] as const),
  text.map((value) => ['entity', 'name_contains', 'name_not_contains', [value]] as const),
  text.map((value) => ['entity.Shot.code', 'contains', 'not_contains', [value]] as const),
)

test('a condition and its negation split all entities between them', () => {
  fc.assert(
    fc.property(tasks, opposites, (all, [path, relation, negation, values]) => {
      const site = siteWith(all)
      const found = ids(site, { filters: { logical_operator: 'and', conditions: [condition(path, relation, values)] } })
      const rest = ids(site, { filters: { logical_operator: 'and', conditions: [condition(path, negation, values)] } })
      expect([...found, ...rest].sort((a, b) => a - b)).toEqual(ids(site, {}))
    }),
    { numRuns: 300 },
  )
})

test('"and" is what both find, "or" what either finds', () => {
  fc.assert(
    fc.property(tasks, opposites, opposites, (all, one, other) => {
      const site = siteWith(all)
      const conditions = [one, other].map(([path, relation, , values]) => condition(path, relation, values))
      const [a = [], b = []] = conditions.map((each) =>
        ids(site, { filters: { logical_operator: 'and', conditions: [each] } }),
      )
      const both = ids(site, { filters: { logical_operator: 'and', conditions } })
      const either = ids(site, { filters: { logical_operator: 'or', conditions } })
      expect(both).toEqual(a.filter((id) => b.includes(id)))
      expect(either).toEqual([...new Set([...a, ...b])].sort((x, y) => x - y))
    }),
    { numRuns: 200 },
  )
})

const sorts = fc.array(
  fc.record({
    field_name: fc.constantFrom(
      'content',
      'sg_description',
      'sg_task_order',
      'due_date',
      'entity',
      'entity.Shot.code',
      'no.such',
    ),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
  }),
  { maxLength: 3 },
)

test('sorting keeps every entity, and pages cut the sorted list without overlap', () => {
  fc.assert(
    fc.property(tasks, sorts, fc.integer({ min: 1, max: 5 }), (all, order, perPage) => {
      const site = siteWith(all)
      const sorted = ids(site, { sorts: order })
      expect(sorted.toSorted((a, b) => a - b)).toEqual(ids(site, {}))
      const paged: number[] = []
      for (let page = 1; page <= Math.ceil(sorted.length / perPage); page++) {
        paged.push(...ids(site, { sorts: order, paging: { entities_per_page: perPage, current_page: page } }))
      }
      expect(paged).toEqual(sorted)
    }),
    { numRuns: 200 },
  )
})
