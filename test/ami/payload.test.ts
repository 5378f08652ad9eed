import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readClick, verifyClick } from '../../src/ami/click.ts'
import { decodeForm, MAX_BODY_BYTES, MAX_PAIRS } from '../../src/ami/form.ts'
import { parseIdList, parseTextList } from '../../src/ami/lists.ts'
import { columnsOf, groupingsOf, parsePayload, rawPayload, sortsOf } from '../../src/ami/payload.ts'
import { Manifest } from '../../src/handlers/manifest.ts'
import { amiForm, testSecret } from '../helpers/ami-form.ts'

const decode = (text: string) => decodeForm(Buffer.from(text))
const parse = (overrides: Parameters<typeof amiForm>[0] = {}) => parsePayload(decode(amiForm(overrides)))

describe('the payload', () => {
  test('of an ordinary click', () => {
    expect(parse()).toMatchObject({
      user_id: 61,
      user_login: 'mira',
      entity_type: 'Version',
      selected_ids: [902, 903],
      ids: [901, 902, 903, 904],
      title: 'All Versions',
      page_id: 1353,
      project_id: 12,
      project_name: 'Lighthouse',
      cols: ['code', 'image', 'sg_status_list'],
    })
  })

  test.each([
    ['an empty selection', { selected_ids: '' }, { selected_ids: [] }],
    ['a missing selection', { selected_ids: undefined }, { selected_ids: [] }],
    ['ids with spaces', { selected_ids: ' 902 , 903 ' }, { selected_ids: [902, 903] }],
    ['ids as repeated keys', { selected_ids: ['902', '903'] }, { selected_ids: [902, 903] }],
    ['ids named twice', { selected_ids: '902,902' }, { selected_ids: [902] }],
    [
      'no project',
      { project_id: undefined, project_name: undefined },
      { project_id: undefined, project_name: undefined },
    ],
    ['a title that is the text "undefined"', { title: 'undefined' }, { title: undefined }],
    ['a person named "null"', { user_login: 'null' }, { user_login: 'null' }],
    ['a project named "undefined"', { project_name: 'undefined' }, { project_name: 'undefined' }],
    ['a page that is the text "null"', { page_id: 'null' }, { page_id: undefined }],
    ['no title', { title: undefined }, { title: undefined }],
    ['no page', { page_id: '' }, { page_id: undefined }],
    ['columns as repeated keys', { cols: ['code', 'image'] }, { cols: ['code', 'image'] }],
    ['no columns', { cols: '' }, { cols: [] }],
    ['fields that nobody knows', { new_thing: '1' }, { new_thing: ['1'] }],
    ['letters of every script', { title: '灯台 маяк 🎬' }, { title: '灯台 маяк 🎬' }],
  ])('with %s', (_what, overrides, expected) => {
    expect(parse(overrides)).toMatchObject(expected)
  })

  test.each([
    ['an id that is a word', { selected_ids: '902,x' }, 'selected_ids holds "x"'],
    ['a negative id', { ids: '-1' }, 'ids holds "-1"'],
    ['an id of zero', { ids: '0' }, 'ids holds "0"'],
    ['no person', { user_id: undefined }, 'user_id is missing'],
    ['a person twice', { user_id: ['61', '62'] }, 'user_id came 2 times'],
    ['no entity type', { entity_type: '' }, 'entity_type is missing'],
    ['an entity type that is none', { entity_type: '../x' }, 'entity_type is not the name'],
    ['a project that is no number', { project_id: 'twelve' }, 'project_id is "twelve"'],
  ])('with %s is refused, and the message names the field', (_what, overrides, text) => {
    expect(() => parse(overrides)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_INVALID', message: expect.stringContaining(text) }),
    )
  })

  test('names every wrong field at once', () => {
    expect(() => parse({ user_id: 'x', ids: 'y' })).toThrow(/user_id.*; ids|ids.*; user_id/)
  })

  test('of 50,000 seven-digit ids in both lists', () => {
    const ids = Array.from({ length: 50_000 }, (_, at) => 1_000_000 + at * 7)
    const payload = parse({ ids: ids.join(','), selected_ids: ids.join(',') })
    expect(payload.ids).toEqual(ids)
    expect(payload.selected_ids).toHaveLength(50_000)
  })

  test('with more pairs than a page can have is refused before it is decoded', () => {
    expect(decode(Array(MAX_PAIRS).fill('a=1').join('&'))).toHaveLength(MAX_PAIRS)
    expect(() =>
      decode(
        Array(MAX_PAIRS + 1)
          .fill('a=1')
          .join('&'),
      ),
    ).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_MANY_FIELDS' }))
  })

  test('in any form decodes as URLSearchParams does', () => {
    const piece = fc.oneof(
      fc.constantFrom('+', '%2B', '%20', ' ', '&', '=', '%', '%C3%A9', '%ff', '?', '\ufeff', 'é'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('').toWellFormed()
        expect(decode(text)).toEqual([...new URLSearchParams(`&${text}`)])
      }),
    )
  })

  test('of 16 MiB of plus signs takes a fraction of what URLSearchParams alone would take', () => {
    const body = Buffer.alloc(MAX_BODY_BYTES, '+').fill('a=', 0, 2)
    const text = body.toString()
    const cpuMs = (work: () => unknown): number => {
      const before = process.cpuUsage()
      work()
      return process.cpuUsage(before).user / 1000
    }
    const alone = cpuMs(() => [...new URLSearchParams(text)])
    expect(cpuMs(() => expect(decodeForm(body)[0]?.[1]).toHaveLength(MAX_BODY_BYTES - 2))).toBeLessThan(alone / 2)
  })

  test('as it arrived keeps repeated keys and has no signature', () => {
    const raw = rawPayload(decode(amiForm({ cols: ['code', 'image'], __proto__x: 'kept' })))
    expect(raw).toMatchObject({ cols: ['code', 'image'], user_login: 'mira', __proto__x: 'kept' })
    expect(raw).not.toHaveProperty('signature')
    expect(
      rawPayload([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    ).toEqual({ constructor: 'y' })
  })
})

describe('sorts, groupings, columns', () => {
  test('one sort key, several, none', () => {
    expect(sortsOf(parse())).toEqual([{ field: 'created_at', direction: 'desc' }])
    expect(sortsOf(parse({ sort_columns: 'code,created_at', sort_directions: 'asc,desc' }))).toEqual([
      { field: 'code', direction: 'asc' },
      { field: 'created_at', direction: 'desc' },
    ])
    expect(sortsOf(parse({ sort_column: undefined }))).toEqual([])
  })

  test('one grouping, several, none', () => {
    expect(groupingsOf(parse())).toEqual([])
    expect(
      groupingsOf(parse({ grouping_column: 'entity', grouping_method: 'entitytype', grouping_direction: 'asc' })),
    ).toEqual([{ field: 'entity', method: 'entitytype', direction: 'asc' }])
    const several = {
      grouping_columns: 'code,created_at',
      grouping_methods: 'exact,month',
      grouping_directions: 'asc,desc',
    }
    expect(groupingsOf(parse(several))).toEqual([
      { field: 'code', method: 'exact', direction: 'asc' },
      { field: 'created_at', method: 'month', direction: 'desc' },
    ])
  })

  test('a display name with a comma in it does not shift the others', () => {
    expect(columnsOf(parse({ cols: 'code,sg_cut', column_display_names: 'Name,Cut, in frames' }))).toEqual([
      { field: 'code', displayName: 'code' },
      { field: 'sg_cut', displayName: 'sg_cut' },
    ])
    expect(
      columnsOf(parse({ cols: ['code', 'sg_cut'], column_display_names: ['Name', 'Cut, in frames'] }))[1]?.displayName,
    ).toBe('Cut, in frames')
  })
})

describe('lists', () => {
  test('any list of ids survives both encodings', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1 }), { maxLength: 50 }), (ids) => {
        expect(parseIdList([ids.join(',')])).toEqual(ids)
        expect(parseIdList(ids.map(String))).toEqual(ids)
      }),
    )
  })

  test('parsing never throws, whatever text comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (values) => {
        parseIdList(values)
        expect(parseTextList(values).every((item) => item === item.trim())).toBe(true)
      }),
    )
  })
})

describe('a click and its handler', () => {
  const rules = { secret: testSecret, environment: 'main', maxAgeMs: 60_000 }
  const read = (overrides: Parameters<typeof amiForm>[0], definition: Partial<Manifest>) => {
    const manifest = Manifest.parse({ name: 'hello', file: 'hello.ts', title: 'Hello', ...definition })
    return readClick(verifyClick('hello', decode(amiForm(overrides)), rules), manifest, rules, Date.now())
  }

  test('the selection comes in the order of the page', () => {
    expect(read({ selected_ids: '904,1,902', ids: '901,902,903,904' }, {}).selectedIds).toEqual([902, 904, 1])
  })

  test.each([
    ['another entity type', { entity_type: 'Shot' }, { entityTypes: ['Version'] }, 'ENTITY_TYPE_WRONG'],
    ['nothing selected', { selected_ids: '' }, {}, 'SELECTION_EMPTY'],
    ['too many selected', {}, { selection: { min: 1, max: 1 } }, 'SELECTION_WRONG_SIZE'],
    ['too few selected', {}, { selection: { min: 3 } }, 'SELECTION_WRONG_SIZE'],
  ] as const)('%s is refused', (_what, overrides, definition, code) => {
    expect(() => read(overrides, definition as Partial<Manifest>)).toThrow(expect.objectContaining({ code }))
  })

  test('an empty selection stays empty for a handler that allows it', () => {
    expect(read({ selected_ids: '' }, { selection: { min: 0 } }).selectedIds).toEqual([])
  })
})
