import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRecord } from '../../src/site/records.ts'
import { encodeDate, encodeValue, trimLinks } from '../../src/site/values.ts'

const rules = { dates: 'string', platform: 'linux' } as const
const parse = (record: unknown, how: { dates?: 'string' | 'Date'; platform?: 'linux' | 'mac' | 'windows' } = {}) =>
  parseRecord<'Shot', string>(record, 'Shot', { ...rules, ...how }, 'read of Shot')

test('any JSON value is sent unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      expect(JSON.stringify(encodeValue(value, 'x'))).toBe(JSON.stringify(value))
    }),
  )
})

test('any Date goes out in UTC with its seconds and comes back to the second', () => {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(date, (value) => {
      const text = encodeDate(value, 'x')
      expect(text).toHaveLength(20)
      const back = parse({ type: 'Shot', id: 1, at: text }, { dates: 'Date' }).at
      expect(back instanceof Date && back.getTime()).toBe(Math.floor(value.getTime() / 1_000) * 1_000)
    }),
  )
})

test.each([
  [undefined, 'undefined'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [10n, 'bigint'],
  [() => 1, 'function'],
  [new Map(), 'a Map'],
  [[1, undefined], 'x[1] is undefined'],
  [{ a: { b: Number.NaN } }, 'x.a.b is NaN'],
  [new Date('10000-01-01'), 'the year'],
])('%s is refused and named', (value, message) => {
  expect(() => encodeValue(value, 'x')).toThrow(message)
})

test('a value that contains itself is refused', () => {
  const loop: unknown[] = []
  loop.push(loop)
  expect(() => encodeValue(loop, 'x')).toThrow('contains itself')
})

test('links are trimmed in the value and in a list, not deeper', () => {
  const link = { type: 'Shot', id: 1, code: 'x', url: 'u' }
  expect(trimLinks(link)).toEqual({ type: 'Shot', id: 1, url: 'u' })
  expect(trimLinks([link])).toEqual([{ type: 'Shot', id: 1, url: 'u' }])
  expect(trimLinks({ inner: link })).toEqual({ inner: link })
  expect(trimLinks({ id: 1, code: 'x' })).toEqual({ id: 1, code: 'x' })
})

test('&lt; becomes < in top-level text only', () => {
  const record = {
    type: 'Shot',
    id: 1,
    a: 'x &lt;b&lt; &amp;',
    list: ['&lt;'],
    link: { type: 'Task', id: 2, name: '&lt;' },
  }
  expect(parse(record)).toEqual({ ...record, a: 'x <b< &amp;' })
})

test('date_time stays text by default, and becomes Date by its exact form when asked', () => {
  const record = {
    type: 'Shot',
    id: 1,
    at: '2026-05-02T09:00:00Z',
    day: '2026-05-02',
    odd: '2026-99-02T09:00:00Z',
    list: ['2026-05-02T09:00:00Z'],
  }
  expect(parse({ ...record })).toEqual(record)
  expect(parse({ ...record }, { dates: 'Date' })).toEqual({ ...record, at: new Date('2026-05-02T09:00:00Z') })
})

test('the odd date of a create answer is brought into the usual form', () => {
  const record = { type: 'Shot', id: 1, created_at: '2026-05-02 09:00:00 UTC', description: '2026-05-02 09:00:00 UTC' }
  expect(parse(record)).toMatchObject({ created_at: '2026-05-02T09:00:00Z', description: '2026-05-02 09:00:00 UTC' })
})

test.each([
  ['linux', '/mnt/LH/plate.exr', 'file:///mnt/LH/plate.exr'],
  ['mac', '/Volumes/LH/plate.exr', 'file:///Volumes/LH/plate.exr'],
  ['windows', null, null],
] as const)('a local file has its path on %s', (platform, local_path, url) => {
  const file = {
    link_type: 'local',
    local_path_linux: '/mnt/LH/plate.exr',
    local_path_mac: '/Volumes/LH/plate.exr',
    local_path_windows: null,
  }
  expect(parse({ type: 'Shot', id: 1, plate: { ...file } }, { platform }).plate).toEqual({ ...file, local_path, url })
})
