import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildFilters } from '../../src/site/filters.ts'
import type { Filter, FilterOperator, Filters, WireGroup } from '../../src/site/index.ts'

const name = fc.stringMatching(/^[a-z_]{1,12}$/)
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
const link = fc.record({ type: fc.constantFrom('Shot', 'Asset'), id: fc.nat(), extra: fc.string() })
const operator = fc.constantFrom<FilterOperator>('all', 'any', 'and', 'or')
const { filter } = fc.letrec<{ filter: Filter; condition: Filter; group: Filter }>((tie) => ({
  filter: fc.oneof({ depthSize: 'small' }, tie('condition'), tie('group')),
  condition: fc.oneof(
    fc.tuple(name, fc.constantFrom('is', 'is_not'), fc.oneof(scalar, link)),
    fc.tuple(name, fc.constant('in'), fc.array(fc.oneof(scalar, link), { minLength: 1 })),
    fc.tuple(name, fc.constant('between'), fc.integer(), fc.integer()),
  ),
  group: fc.record({ filterOperator: operator, filters: fc.array(tie('filter'), { maxLength: 4 }) }),
}))

test('any filters keep their order, depth and values, and become valid JSON of the wire form', () => {
  fc.assert(
    fc.property(fc.array(filter), operator, (filters, filterOperator) => {
      const wire = buildFilters(filters, filterOperator)
      expect(JSON.parse(JSON.stringify(wire))).toEqual(wire)
      expect(wire).toEqual(expected({ filterOperator, filters }))
    }),
  )
})

test('a wire group is sent as it is: what was built can be given again', () => {
  fc.assert(
    fc.property(fc.array(filter), (filters) => {
      const wire = buildFilters(filters)
      expect(buildFilters(asGroup(wire))).toEqual(wire)
    }),
  )
})

test.each([
  { filters: 'code', message: 'filters is "code": expected a list' },
  { filters: ['code', 'is', 'x'], message: 'one condition' },
  { filters: [['code']], message: 'the relation of filters[0] is missing' },
  { filters: [['', 'is', 1]], message: 'the field of filters[0] is ""' },
  {
    filters: [['code', 'is']],
    message: 'filters[0] (code is) has 0 values: expected one value. Write null for "empty"',
  },
  { filters: [['id', 'in', []]], message: 'skip the call' },
  { filters: [['code', 'is', ['a', 'b']]], message: 'For several values use "in"' },
  { filters: [['sg_cut_in', 'between', 1]], message: 'has 1 values: expected 2 values' },
  { filters: [['code', 'is', undefined]], message: 'value 1 of filters[0] is undefined' },
  { filters: [['code', 'is', Number.NaN]], message: 'is NaN: expected a finite number' },
  { filters: [['created_at', 'is', new Date(Number.NaN)]], message: 'an invalid Date' },
  { filters: [[['code', 'is', 'x']]], message: 'the field of filters[0] is a list of 3' },
  {
    filters: [{ filter_operator: 'any', filters: [] }],
    message: 'the filterOperator of filters[0].filters is missing',
  },
  { filters: [{ filterOperator: 'none', filters: [] }], message: '"none": expected "all" or "any"' },
  { filters: [{ filterOperator: 'constructor', filters: [] }], message: 'expected "all" or "any"' },
  {
    filters: [{ filterOperator: 'any' }],
    message: 'an object with the keys filterOperator: expected [field, relation, value] or',
  },
  { filters: [null], message: 'filters[0] is null' },
  { filters: { logical_operator: 'AND', conditions: [] }, message: 'the logical_operator of filters is "AND"' },
  { filters: { logical_operator: 'and' }, message: 'the conditions of filters are missing' },
])('$filters is refused: $message', ({ filters, message }) => {
  expect(() => Reflect.apply(buildFilters, undefined, [filters])).toThrow(message)
})

test('a ready group leaves no room for an operator, and nesting ends before the site breaks', () => {
  expect(() => buildFilters({ logical_operator: 'and', conditions: [] }, 'any')).toThrow('one of the two')
  let nested: Filters = []
  for (let depth = 0; depth < 300; depth += 1) nested = [{ filterOperator: 'any', filters: nested }]
  expect(() => buildFilters(nested)).toThrow('nested too deeply')
})

test('links are trimmed for equality only, and never on id', () => {
  const full = { type: 'Shot', id: 1, code: 'LH', name: 'LH' }
  const valuesOf = (filter: Filter) => JSON.parse(JSON.stringify(buildFilters([filter]))).conditions[0].values
  expect(valuesOf(['entity', 'in', [full, full]])).toEqual([
    { type: 'Shot', id: 1, name: 'LH' },
    { type: 'Shot', id: 1, name: 'LH' },
  ])
  expect(valuesOf(['id', 'is', full])).toEqual([full])
  expect(valuesOf(['meta', 'contains', full])).toEqual([full])
})

/** The wire form by the protocol's table, written down once more and independently. */
function expected(given: Filter): unknown {
  if ('filters' in given) {
    const isOr = given.filterOperator === 'any' || given.filterOperator === 'or'
    return { logical_operator: isOr ? 'or' : 'and', conditions: given.filters.map(expected) }
  }
  const [path, relation, ...values] = given
  const flat = values.length === 1 && Array.isArray(values[0]) ? values[0] : values
  const trimmed = flat.map((value) => {
    if (typeof value !== 'object' || value === null || relation === 'between') return value
    const { extra: _, ...rest } = value
    return path === 'id' ? value : rest
  })
  return { path, relation, values: trimmed }
}

function asGroup(value: unknown): WireGroup {
  if (isGroup(value)) return value
  throw new Error('not a group')
}

function isGroup(value: unknown): value is WireGroup {
  return typeof value === 'object' && value !== null && 'logical_operator' in value
}
