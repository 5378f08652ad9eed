import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planRegistration, type RegistrationOptions } from '../../src/ami/menu.ts'
import { syncSandboxMenu } from '../../src/ami/menu-sandbox.ts'
import { secretTokenOf } from '../../src/ami/signature.ts'
import { Manifest } from '../../src/handlers/manifest.ts'
import { type Intercept, lost, startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'

const publicUrl = 'https://amiable.example'
const secret = 'a-secret-for-tests-only'

let site: WatchedSite
let dataDir: string
let intercept: Intercept

beforeEach(async () => {
  intercept = (_call, answer) => answer()
  site = await startWatchedSite({
    seed: { entities: [{ type: 'Project', id: 12, name: 'Lighthouse' }] },
    intercept: (call, answer) => intercept(call, answer),
  })
  dataDir = mkdtempSync(join(tmpdir(), 'amiable-menu-'))
})
afterEach(async () => {
  await site[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true })
})

function handler(name: string, rules: Record<string, unknown> = {}): Manifest {
  return Manifest.parse({ name, file: `/h/${name}.ts`, title: `Title of ${name}`, entityTypes: ['Version'], ...rules })
}

function plan(manifests: Manifest[], options: Partial<RegistrationOptions> = {}) {
  return planRegistration(site.client, {
    publicUrl,
    secret,
    environment: 'main',
    dataDir,
    failed: [],
    adopt: false,
    ...options,
    manifests,
  })
}

const register = async (manifests: Manifest[], options: Partial<RegistrationOptions> = {}) =>
  (await plan(manifests, options)).apply()
const items = () =>
  site.read('ActionMenuItem', [
    'title',
    'entity_type',
    'url',
    'list_order',
    'folder',
    'selection_required',
    'open_in_overlay',
    'poll_for_data_updates',
    'permissions_groups',
    'projects',
  ])
const tokenOn = (id: number) => site.sandbox.secretTokenOf(id)
const writes = () => site.calls.filter(({ method }) => ['create', 'update', 'delete', 'batch'].includes(method))

describe('registering', () => {
  test('makes an item for each handler and entity type, in one call, with everything that the handler says', async () => {
    const approve = handler('approve', {
      entityTypes: ['Version', 'Shot'],
      menu: { folder: 'Review', order: 20, modal: true },
      access: { groups: ['admin', 'Manager'] },
      projects: ['lighthouse'],
    })
    expect(await register([approve, handler('tool', { entityTypes: undefined, orPage: true })])).toEqual({
      created: 3,
      updated: 0,
    })
    expect(writes().map(({ method }) => method)).toEqual(['batch'])
    expect(await items()).toMatchObject([
      {
        title: 'Title of approve',
        entity_type: 'Version',
        url: `${publicUrl}/ami/approve`,
        list_order: 20,
        folder: 'Review',
        selection_required: true,
        open_in_overlay: true,
        poll_for_data_updates: true,
        permissions_groups: [{ id: 5 }, { id: 6 }],
        projects: [{ id: 12, name: 'Lighthouse' }],
      },
      { entity_type: 'Shot' },
      { entity_type: null, list_order: 1000, folder: null, selection_required: false, permissions_groups: [] },
    ])
    expect(tokenOn(1)).toBe(secretTokenOf('approve', { secret, environment: 'main' }))
    expect(tokenOn(3)).toBe(secretTokenOf('tool', { secret, environment: 'main' }))
  })

  test('twice changes nothing the second time', async () => {
    const all = [
      handler('a', { access: { groups: ['Admin'] } }),
      handler('b', { projects: [12], menu: { folder: ' x ' } }),
    ]
    await register(all)
    const remembered = readFileSync(join(dataDir, 'menu.json'), 'utf8')
    site.calls.length = 0
    const again = await plan(all)
    expect(again.entries.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
    expect(await again.apply()).toEqual({ created: 0, updated: 0 })
    expect(writes()).toEqual([])
    expect(readFileSync(join(dataDir, 'menu.json'), 'utf8')).toBe(remembered)
  })

  test('planning alone writes nothing, neither on the site nor here', async () => {
    const fresh = join(dataDir, 'not-there-yet')
    const planned = await plan([handler('a')], { dataDir: fresh })
    expect(planned.entries).toHaveLength(1)
    expect(writes()).toEqual([])
    expect(existsSync(fresh)).toBe(false)
  })

  test('keeps what it remembers from others, and no secret in it', async () => {
    await register([handler('a')])
    const file = join(dataDir, 'menu.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    expect(text).not.toContain(secret)
    expect(text).not.toContain(secretTokenOf('a', { secret, environment: 'main' }))
  })

  test('brings back what was changed by hand, and touches nothing else', async () => {
    await register([handler('a'), handler('b')])
    const foreign = await site.create('ActionMenuItem', {
      title: 'Theirs',
      url: 'https://tool.example/ami/tool',
      folder: 'T',
    })
    await site.update('ActionMenuItem', 1, { title: 'Renamed', selection_required: false })
    site.calls.length = 0
    expect(await register([handler('a'), handler('b')])).toEqual({ created: 0, updated: 1 })
    const [batch] = writes()
    expect(batch?.argument).toMatchObject([
      { request_type: 'update', id: 1, fields: [{ field_name: 'title' }, { field_name: 'selection_required' }] },
    ])
    expect(await items()).toContainEqual(expect.objectContaining({ id: foreign.id, title: 'Theirs', folder: 'T' }))
  })

  test('after a new public URL moves what it registered, and makes no second items', async () => {
    await register([handler('a')])
    const moved = await plan([handler('a')], { publicUrl: 'https://new.example/tools' })
    expect(moved.notes.join()).toContain(publicUrl)
    await moved.apply()
    expect((await items()).map(({ url }) => url)).toEqual(['https://new.example/tools/ami/a'])
  })

  test('makes an item anew where a person put it in the trash', async () => {
    await register([handler('a')])
    await site.client.delete({ type: 'ActionMenuItem', id: 1 })
    expect(await register([handler('a')])).toEqual({ created: 1, updated: 0 })
    expect((await items()).map(({ id }) => id)).toEqual([2])
  })

  test('finds its own among thousands of others', async () => {
    const others = Array.from({ length: 3000 }, (_, at) => ({
      requestType: 'create' as const,
      entityType: 'ActionMenuItem',
      data: { title: `Other ${at}`, url: `https://other.example/ami/tool-${at}`, entity_type: 'Version' },
    }))
    await site.client.batch(others)
    await register([handler('a')])
    await site.client.batch(others)
    expect((await plan([handler('a')])).entries.map(({ action }) => action)).toEqual(['unchanged'])
  })

  test('knows items of one site only by the ids of that site', async () => {
    await register([handler('a')])
    await using twin = await startWatchedSite()
    await twin.create('ActionMenuItem', {
      title: 'Staging',
      url: 'https://staging.example/ami/a',
      entity_type: 'Version',
    })
    const options = {
      publicUrl,
      secret,
      environment: 'main',
      dataDir,
      failed: [],
      adopt: false,
      manifests: [handler('a')],
    }
    const there = await planRegistration(twin.client, options)
    expect(there.entries.map(({ action, id }) => [action, id])).toEqual([
      ['create', null],
      ['left-alone', 1],
    ])
    await there.apply()
    expect((await plan([handler('a')])).entries.map(({ action }) => action)).toEqual(['unchanged'])
  })
})

describe('names that the site does not have', () => {
  test('are all named before anything is changed', async () => {
    const wrong = [
      handler('a', { access: { groups: ['Admin', 'Leads'] } }),
      handler('b', { projects: ['Reef', 99], entityTypes: ['Person', 'version', 'Nothing'] }),
      handler('c'),
    ]
    const refused = plan(wrong)
    await expect(refused).rejects.toMatchObject({ code: 'MENU_INVALID' })
    const lines = await refused.catch((error: Error) => error.message.split('\n'))
    expect(lines).toEqual([
      'a: the site has no permission group "Leads"; it has Admin, Artist, Manager.',
      'b: the site has no entity type "Person"; write "HumanUser".',
      'b: the site has no entity type "version"; write "Version".',
      'b: the site has no entity type "Nothing".',
      'b: the site has no project "Reef".',
      'b: the site has no project 99.',
      'Nothing was changed.',
    ])
    expect(writes()).toEqual([])
  })
})

describe('a site that fails in the middle', () => {
  test('refuses all of it: nothing is there, and nothing is remembered', async () => {
    const refused = register([handler('a'), handler('b', { title: 'x', menu: { order: 3_000_000_000 } })])
    await expect(refused).rejects.toMatchObject({ kind: 'fault' })
    expect(await items()).toEqual([])
    expect(existsSync(join(dataDir, 'menu.json'))).toBe(false)
  })

  test.each([
    ['before', async () => lost],
    ['after', async (_call: unknown, answer: () => Promise<unknown>) => answer().then(() => lost)],
  ] as const)(
    'answers no more, %s it was done: registering again does what is missing, and no more',
    async (_when, lose) => {
      intercept = (call, answer) => (call.method === 'batch' ? lose(call, answer) : answer())
      const all = [handler('a'), handler('b')]
      await expect(register(all)).rejects.toMatchObject({ code: 'MENU_UNCERTAIN' })
      expect(existsSync(join(dataDir, 'menu.json'))).toBe(false)
      intercept = (_call, answer) => answer()
      await register(all)
      expect((await items()).map(({ title }) => title)).toEqual(['Title of a', 'Title of b'])
      expect((await plan(all)).entries.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
    },
  )
})

describe('an older site', () => {
  const unknown = ['open_in_overlay', 'secret_token', 'add_btn_behavior']
  beforeEach(() => {
    intercept = async (call, answer) => {
      const text = JSON.stringify(call.argument)
      const named = unknown.find((field) => call.method === 'batch' && text.includes(`"${field}"`))
      if (named) return { exception: true, error_code: 103, message: `ActionMenuItem.${named} doesn't exist` }
      const answered = (await answer()) as { results: Record<string, unknown> }
      if (call.method === 'schema_field_read') for (const field of unknown) delete answered.results[field]
      return answered
    }
  })

  test('gets what it knows, and people are told what to do by hand', async () => {
    const all = [handler('a', { menu: { modal: true }, title: 'In an overlay' }), handler('b')]
    const planned = await plan(all)
    expect(await planned.apply()).toEqual({ created: 2, updated: 0 })
    expect(planned.byHand).toEqual([
      expect.stringContaining('npx amiable token <handler>'),
      expect.stringContaining('“In an overlay”'),
    ])
    expect((await plan(all)).entries.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
  })

  test('still needs the previous secret, for nobody knows what was pasted', async () => {
    await register([handler('a')])
    const planned = await plan([handler('a')], { secret: 'a-new-secret-for-tests', secretPrevious: secret })
    expect(planned.rotation?.stillNeededBy.map(({ handler }) => handler)).toEqual(['a'])
  })
})

describe('a new secret', () => {
  const rotated = { secret: 'a-new-secret-for-tests', secretPrevious: secret }
  const newToken = (name: string) => secretTokenOf(name, { secret: rotated.secret, environment: 'main' })

  test('gives every item the new token, once; then the previous secret is needed no more', async () => {
    const all = [handler('a'), handler('b')]
    await register(all)
    const planned = await plan(all, rotated)
    expect(planned.entries.map(({ changes }) => changes)).toEqual(
      all.map(() => [{ field: 'secret_token', from: 'outdated', to: 'current' }]),
    )
    expect(planned.rotation?.stillNeededBy).toEqual([])
    await planned.apply()
    expect([tokenOn(1), tokenOn(2)]).toEqual([newToken('a'), newToken('b')])
    expect((await plan(all, rotated)).entries.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
  })

  test.each([
    ['gone', () => rmSync(join(dataDir, 'menu.json'))],
    ['broken', () => writeFileSync(join(dataDir, 'menu.json'), '{"version":1,"si')],
  ])('reaches items too when what was remembered is %s', async (_how, lose) => {
    await register([handler('a')])
    lose()
    await register([handler('a')], rotated)
    expect(tokenOn(1)).toBe(newToken('a'))
    expect((await plan([handler('a')], rotated)).notes).toEqual([])
  })

  test('reaches items that are taken over', async () => {
    await site.create('ActionMenuItem', {
      title: 'Old',
      url: 'http://old.example/ami/a',
      entity_type: 'Version',
      secret_token: 'old',
    })
    await register([handler('a')], { ...rotated, adopt: true })
    expect(tokenOn(1)).toBe(newToken('a'))
  })

  test('does not reach items whose handler could not be loaded: for them the previous one stays', async () => {
    await register([handler('a'), handler('b')])
    const planned = await plan([handler('a')], { ...rotated, failed: ['b'] })
    expect(planned.rotation?.stillNeededBy.map(({ handler }) => handler)).toEqual(['b'])
    await planned.apply()
    expect([tokenOn(1), tokenOn(2)]).toEqual([newToken('a'), secretTokenOf('b', { secret, environment: 'main' })])
    expect(
      (await plan([handler('a'), handler('b')], rotated)).entries.map(({ action, handler }) => [action, handler]),
    ).toEqual([
      ['update', 'b'],
      ['unchanged', 'a'],
    ])
  })
})

describe('the menu of a sandbox', () => {
  const settings = { publicUrl, secret, environment: 'main' }
  const sync = (manifests: Manifest[], failed: string[] = []) =>
    syncSandboxMenu(site.client, manifests, settings, failed)
  const titles = async () => (await items()).map(({ title }) => title)

  test('follows the handlers: new ones come, changed ones change, gone ones go', async () => {
    expect(await sync([handler('a'), handler('b')])).toMatchObject({ created: 2, updated: 0, removed: 0 })
    expect(tokenOn(1)).toBe(secretTokenOf('a', settings))
    expect(await sync([handler('a'), handler('b')])).toMatchObject({ created: 0, updated: 0, removed: 0 })
    const next = [handler('a', { title: 'Renamed', access: { groups: ['Admin'] } }), handler('c')]
    expect(await sync(next)).toMatchObject({ created: 1, updated: 1, removed: 1 })
    expect(await titles()).toEqual(['Renamed', 'Title of c'])
    await sync([handler('a')])
    expect(await items()).toMatchObject([{ title: 'Title of a', permissions_groups: [] }])
  })

  test('keeps the items of a handler that cannot be loaded just now', async () => {
    await sync([handler('a'), handler('b')])
    await sync([handler('a')], ['b'])
    expect(await titles()).toEqual(['Title of a', 'Title of b'])
  })

  test('leaves alone what people made in it by hand, also with our address', async () => {
    const person = await site.client.findOne('HumanUser', [['login', 'is', 'admin']])
    const byHand = { entity_type: 'Shot', title: 'By hand', url: `${publicUrl}/ami/a`, created_by: person }
    await site.create('ActionMenuItem', byHand)
    await sync([handler('a')])
    await sync([])
    expect(await titles()).toEqual(['By hand'])
  })

  test('does without what a handler names and the sandbox does not have, and says so', async () => {
    const { problems } = await sync([
      handler('a', { access: { groups: ['Leads', 'Admin'] }, entityTypes: ['Version', 'CustomEntity07'] }),
    ])
    expect(problems).toHaveLength(2)
    expect(await items()).toMatchObject([{ entity_type: 'Version', permissions_groups: [{ id: 5 }] }])
  })

  test('follows the last word when it is asked twice at once', async () => {
    await Promise.all([sync([handler('a'), handler('b')]), sync([handler('b'), handler('c')])])
    expect((await titles()).toSorted()).toEqual(['Title of b', 'Title of c'])
  })
})
