import { describe, expect, test } from 'vitest'
import { buildWantedItems, type ItemField } from '../../src/ami/menu-items.ts'
import { type FoundItem, type KnownItem, type PlanInput, planMenu } from '../../src/ami/menu-plan.ts'
import { Manifest } from '../../src/handlers/manifest.ts'

const publicUrl = 'https://amiable.example'
const available = new Set<string>([
  'title',
  'url',
  'list_order',
  'folder',
  'selection_required',
  'open_in_overlay',
  'poll_for_data_updates',
  'permissions_groups',
  'projects',
  'secret_token',
])
const admins = { type: 'PermissionRuleSet', id: 5, name: 'Admin' }
const names = {
  groups: new Map([['Admin', [admins]]]),
  projects: new Map(),
  hasEntityType: () => true,
  problems: [],
}

function handler(rules: Record<string, unknown> = {}): Manifest {
  return Manifest.parse({ name: 'report', file: '/h/report.ts', title: 'Report', entityTypes: ['Version'], ...rules })
}

function item(
  id: number,
  values: Partial<Record<ItemField, unknown>> & { entityType?: string | null } = {},
): FoundItem {
  const { entityType = 'Version', ...given } = values
  return {
    id,
    entityType,
    values: {
      title: 'Report',
      url: `${publicUrl}/ami/report`,
      list_order: 1000,
      folder: null,
      selection_required: true,
      open_in_overlay: false,
      poll_for_data_updates: true,
      permissions_groups: [],
      projects: [],
      ...given,
    } as FoundItem['values'],
  }
}

const known = (...ids: number[]): Map<number, KnownItem> =>
  new Map(ids.map((id) => [id, { handler: 'report', token: 'token of report', declared: [] }]))

function plan(found: FoundItem[], overrides: Partial<Omit<PlanInput, 'wanted'>> & { handlers?: Manifest[] } = {}) {
  const { handlers = [handler()], ...input } = overrides
  return planMenu({
    publicUrl,
    found,
    known: new Map(),
    failed: new Set(),
    available,
    fingerprintOf: (name) => `token of ${name}`,
    adopt: false,
    ...input,
    wanted: buildWantedItems(handlers, { publicUrl: input.publicUrl ?? publicUrl, names }),
  })
}

/** `action #id`, as short as a plan can be told. */
const told = (entries: ReturnType<typeof plan>) => entries.map(({ action, id }) => `${action} ${id ?? 'new'}`)
const changesOf = (entries: ReturnType<typeof plan>) =>
  entries.flatMap(({ changes }) => changes.map(({ field, from, to }) => [field, from, to]))

describe('what is ours', () => {
  test('a handler has one item for each entity type, or one for every type', () => {
    const entries = plan([], {
      handlers: [
        handler({ entityTypes: ['Version', 'Shot', 'Version'] }),
        handler({ name: 'any', entityTypes: undefined }),
      ],
    })
    expect(entries.map(({ action, handler, entityType }) => [action, handler, entityType])).toEqual([
      ['create', 'report', 'Version'],
      ['create', 'report', 'Shot'],
      ['create', 'any', null],
    ])
  })

  test('an item at our address is ours, whoever made it; its token is set once and then remembered', () => {
    const first = plan([item(1)])
    expect(changesOf(first)).toEqual([['secret_token', 'unknown', 'current']])
    const [{ remember }] = first as [(typeof first)[number]]
    const second = plan([item(1)], { known: new Map([[1, remember as KnownItem]]) })
    expect(told(second)).toEqual(['unchanged 1'])
  })

  test.each([
    ['https://amiable.example:443/ami/report', 'the port that https has anyhow'],
    ['https://AMIABLE.example/ami/report', 'a host in capitals'],
    ['https://amiable.example/ami/report/', 'a slash at the end'],
    ['https://amiable.example/ami/report?a=1', 'a query'],
    ['https://amiable.example/ami/%72eport', 'an escaped letter'],
  ])('%s is ours: %s', (url) => {
    expect(changesOf(plan([item(1, { url })], { known: known(1) }))).toEqual([['url', url, `${publicUrl}/ami/report`]])
  })

  test.each([
    ['https://amiable.example/other/report'],
    ['https://amiable.example/x/ami/report'],
    ['https://amiable.example/ami/report/more'],
    ['https://amiable.example/ami'],
    ['lantern://amiable.example/ami/report'],
    ['javascript:alert("/ami/report")'],
    ['not a url /ami/report'],
    [null],
  ])('%s is somebody else’s and not spoken of', (url) => {
    expect(told(plan([item(1, { url })]))).toEqual(['create new'])
  })

  test('under a public URL with a path, only what is below that path', () => {
    const found = [
      item(1, { url: 'https://x.example/tools/ami/report' }),
      item(2, { url: 'https://x.example/ami/report' }),
    ]
    expect(told(plan(found, { publicUrl: 'https://x.example/tools', known: known(1) }))).toEqual(['unchanged 1'])
  })

  test('the same handler at another address is another installation’s: left alone', () => {
    const staging = item(1, { url: 'https://staging.example/ami/report' })
    const entries = plan([staging])
    expect(told(entries)).toEqual(['create new', 'left-alone 1'])
    expect(entries[1]?.why).toContain('https://staging.example')
    expect(entries[1]?.remember).toBeUndefined()
  })

  test('another installation’s item of a handler that is unknown here is not spoken of', () => {
    expect(told(plan([item(1, { url: 'https://staging.example/ami/other' })]))).toEqual(['create new'])
  })

  test('registered from here before, it is ours wherever it leads: a new public URL makes no second one', () => {
    const found = [item(1, { url: 'http://old.example:8800/base/ami/report' })]
    expect(changesOf(plan(found, { known: known(1) }))).toEqual([
      ['url', 'http://old.example:8800/base/ami/report', `${publicUrl}/ami/report`],
    ])
  })

  test('registered from here and made to lead somewhere else by hand, it is ours no more', () => {
    expect(told(plan([item(1, { url: 'https://tool.example/start' })], { known: known(1) }))).toEqual(['create new'])
  })
})

describe('taking over', () => {
  const staging = (id: number) => item(id, { url: 'https://staging.example/ami/report' })

  test('takes one item for each handler and entity type, the oldest', () => {
    const entries = plan([staging(7), staging(3)], { adopt: true })
    expect(told(entries)).toEqual(['update 3', 'left-alone 7'])
    expect(changesOf(entries).map(([field]) => field)).toEqual(['url', 'secret_token'])
  })

  test('takes none where there is one of ours', () => {
    expect(told(plan([item(1), staging(3)], { adopt: true, known: known(1) }))).toEqual(['unchanged 1', 'left-alone 3'])
  })

  test('takes none for entity types that the handler does not have', () => {
    const shots = item(3, { url: 'https://staging.example/ami/report', entityType: 'Shot' })
    expect(told(plan([shots], { adopt: true }))).toEqual(['create new', 'left-alone 3'])
  })
})

describe('what is left as it is', () => {
  test('a second item for the same handler and type is named; the one that was registered from here is kept', () => {
    expect(told(plan([item(2), item(5), item(9)], { known: known(5) }))).toEqual(['unchanged 5', 'extra 2', 'extra 9'])
    expect(told(plan([item(9), item(2)]))).toEqual(['update 2', 'extra 9'])
  })

  test('an item whose handler is gone, or does not have its type, is named with the reason', () => {
    const found = [
      item(1, { url: `${publicUrl}/ami/gone` }),
      item(2, { entityType: 'Shot' }),
      item(3, { entityType: null }),
      item(4, { url: `${publicUrl}/ami/any`, entityType: 'Shot' }),
    ]
    const entries = plan(found, { handlers: [handler(), handler({ name: 'any', entityTypes: undefined })] })
    expect(entries.filter(({ action }) => action === 'not-served').map(({ id, why }) => [id, why])).toEqual([
      [1, 'there is no such handler'],
      [2, 'its handler works on Version'],
      [3, 'its handler works on Version only'],
      [4, 'its handler has an item for every type'],
    ])
  })

  test('items of a handler that could not be loaded stay, and stay remembered', () => {
    const entries = plan([item(1)], { handlers: [], failed: new Set(['report']), known: known(1) })
    expect(told(entries)).toEqual(['not-loaded 1'])
    expect(entries[0]?.remember).toEqual(known(1).get(1))
  })
})

describe('what changes', () => {
  test('every field that follows from the handler', () => {
    const wrong = item(1, {
      title: 'Old',
      list_order: 7,
      folder: 'Old',
      selection_required: false,
      open_in_overlay: false,
      poll_for_data_updates: false,
      permissions_groups: [{ type: 'PermissionRuleSet', id: 8, name: 'Artist' }],
    })
    const handlers = [handler({ menu: { folder: 'Review', order: 20, modal: true }, access: { groups: ['Admin'] } })]
    expect(changesOf(plan([wrong], { handlers, known: known(1) }))).toEqual([
      ['title', 'Old', 'Report'],
      ['list_order', 7, 20],
      ['folder', 'Old', 'Review'],
      ['selection_required', false, true],
      ['open_in_overlay', false, true],
      ['poll_for_data_updates', false, true],
      ['permissions_groups', [{ type: 'PermissionRuleSet', id: 8, name: 'Artist' }], [admins]],
    ])
  })

  test('a selection is not required where everything on the page may be meant', () => {
    const values = (rules: Record<string, unknown>) =>
      buildWantedItems([handler(rules)], { publicUrl, names })[0]?.values
    expect(values({})?.selection_required).toBe(true)
    expect(values({ orPage: true })?.selection_required).toBe(false)
    expect(values({ selection: { min: 0 } })?.selection_required).toBe(false)
  })

  test('what a handler does not speak of stays as it was set by hand: above all restrictions', () => {
    const restricted = item(1, {
      folder: 'Mine',
      list_order: 3,
      permissions_groups: [admins],
      projects: [{ type: 'Project', id: 9, name: 'P' }],
    })
    expect(told(plan([restricted], { known: known(1) }))).toEqual(['unchanged 1'])
  })

  test('what it spoke of before and does not any more falls back', () => {
    const before: KnownItem = {
      handler: 'report',
      token: 'token of report',
      declared: ['folder', 'permissions_groups'],
    }
    const found = [item(1, { folder: 'Review', permissions_groups: [admins], list_order: 3 })]
    expect(changesOf(plan(found, { known: new Map([[1, before]]) }))).toEqual([
      ['folder', 'Review', null],
      ['permissions_groups', [admins], []],
    ])
  })

  test('spaces around text, no text, and the order of links are no changes', () => {
    const second = { type: 'PermissionRuleSet', id: 6, name: 'Manager' }
    const groups = new Map([
      ['Admin', [admins]],
      ['Manager', [second]],
    ])
    const wanted = buildWantedItems([handler({ access: { groups: ['Admin', 'Manager'] } })], {
      publicUrl,
      names: { ...names, groups },
    })
    const found = [item(1, { title: ' Report ', folder: '', permissions_groups: [second, admins] })]
    const entries = planMenu({
      publicUrl,
      wanted,
      found,
      known: known(1),
      failed: new Set(),
      available,
      fingerprintOf: () => 'token of report',
      adopt: false,
    })
    expect(told(entries)).toEqual(['unchanged 1'])
  })

  test('a token of another secret is set anew, and called outdated', () => {
    const entries = plan([item(1)], { known: known(1), fingerprintOf: () => 'another' })
    expect(changesOf(entries)).toEqual([['secret_token', 'outdated', 'current']])
  })

  test('fields that the site does not have are left out', () => {
    const older = new Set([...available].filter((field) => !['open_in_overlay', 'secret_token'].includes(field)))
    const handlers = [handler({ menu: { modal: true } })]
    const fields = changesOf(plan([], { available: older, handlers })).map(([field]) => field)
    expect(fields).toContain('title')
    expect(fields).not.toContain('open_in_overlay')
    expect(fields).not.toContain('secret_token')
    expect(told(plan([item(1)], { available: older, handlers }))).toEqual(['unchanged 1'])
  })
})
