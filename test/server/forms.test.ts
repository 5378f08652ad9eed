import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { createSite, type Site } from '../../src/site/index.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { engines } from '../helpers/engines.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

const handlersDir = join(import.meta.dirname, '../fixtures/forms')
const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }

let sandbox: RunningSandbox
let site: Site
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 })
  site = createSite({ url: sandbox.url, auth: { scriptName: 'amiable', scriptKey: 'sandbox-script-key' } })
})
afterAll(async () => {
  await site.close()
  await sandbox.close()
})

describe.each(engines)('a form before a run, on the %s store', (engine) => {
  let t: TestApp
  const clock = { aheadMs: 0 }
  beforeAll(async () => {
    t = await buildTestApp({ engine, handlersDir, site, nowMs: () => Date.now() + clock.aheadMs })
  })
  afterAll(() => t[Symbol.asyncDispose]())

  const click = (handler: string, overrides: Record<string, string | undefined> = {}) =>
    t.app.inject({
      method: 'POST',
      url: `/ami/${handler}`,
      headers: urlencoded,
      payload: amiForm(overrides, { handler }),
    })
  const openClick = async (handler: string, overrides: Record<string, string | undefined> = {}) => {
    const { headers, statusCode, body } = await click(handler, overrides)
    if (statusCode !== 303) throw new Error(`${statusCode} ${body}`)
    return String(headers.location)
  }
  const get = (url: string) => t.app.inject({ method: 'GET', url })
  const state = async (url: string) =>
    (await t.app.inject({ method: 'GET', url, headers: { accept: 'application/json' } })).json()
  const post = (url: string, fields: readonly (readonly [string, string])[], headers = {}) =>
    t.app.inject({
      method: 'POST',
      url,
      headers: { ...urlencoded, ...headers },
      payload: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
    })
  /** As from the form's page, which knows what it asked. */
  const send = async (url: string, fields: readonly (readonly [string, string])[], headers = {}) =>
    post(url, [['revision', (await state(url)).revision ?? ''], ...fields], headers)
  const settled = async (location: string) =>
    (await get(`${location}/state?wait=20000`)).json<{ status: string; result?: { text: string } }>()
  const countRuns = async () => (await t.runs.list(1000)).length

  const required = [
    ['param.title', 'Dailies'],
    ['param.paper', 'letter'],
  ] as const
  const nonce = ['nonce', 'page-0001'] as const

  test('is shown instead of a run, at an address of its own, and starts nothing', async () => {
    const before = await countRuns()
    const location = await openClick('every-field')
    expect(location).toMatch(/^\/f\/[\w-]{43}$/)
    const page = await get(location)
    expect(page.statusCode).toBe(200)
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.body).toContain('Burn in the frame number')
    expect(page.body).toContain('2 Versions')
    expect(await countRuns()).toBe(before)
  })

  test('the same click leads to the same form, also when it is stale by then', async () => {
    const payload = amiForm({ title: 'twice' }, { handler: 'every-field' })
    const post = () => t.app.inject({ method: 'POST', url: '/ami/every-field', headers: urlencoded, payload })
    const first = await post()
    clock.aheadMs = 600_000
    const again = await post()
    clock.aheadMs = 0
    expect(again.headers.location).toBe(first.headers.location)
  })

  test('once sent becomes a run with what was filled in, as the schema gives it', async () => {
    const location = await openClick('every-field', { title: 'sent' })
    const sent = await send(location, [
      nonce,
      ...required,
      ['param.burnIn', 'false'],
      ['param.tags', ''],
      ['param.tags', 'fx'],
      ['param.codes', 'LH_010\r\nLH_020'],
      ['param.from', '2026-03-04'],
    ])
    expect(sent.statusCode).toBe(303)
    const { status, result } = await settled(String(sent.headers.location))
    expect(status).toBe('succeeded')
    expect(JSON.parse(result?.text ?? '')).toEqual({
      title: 'Dailies',
      paper: 'letter',
      count: 3,
      burnIn: false,
      tags: ['fx'],
      codes: ['LH_010', 'LH_020'],
      from: Date.UTC(2026, 2, 4),
    })
  })

  test('sent twice from the same page is one run; from a page opened again it is another', async () => {
    const location = await openClick('every-field', { title: 'double' })
    const [one, two] = await Promise.all([send(location, [nonce, ...required]), send(location, [nonce, ...required])])
    const other = await send(location, [['nonce', 'page-0002'], ...required])
    expect(two.headers.location).toBe(one.headers.location)
    expect(other.headers.location).not.toBe(one.headers.location)
  })

  test('with mistakes comes back with each at its field, keeping what was filled in', async () => {
    const location = await openClick('every-field', { title: 'wrong' })
    const before = await countRuns()
    const fields = [nonce, ['param.title', 'X'], ['param.count', '12'], ['param.note', '<b>fog</b>']] as const
    const page = await send(location, fields)
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain('Expected at least 3 letters.')
    expect(page.body).toContain('Expected 9 or less.')
    expect(page.body).toContain('&lt;b&gt;fog&lt;/b&gt;')
    expect(page.body).toContain('3 things have to be corrected.')
    const asked = await send(location, fields, { accept: 'application/json' })
    expect(asked.json()).toMatchObject({
      code: 'PARAMS_INVALID',
      issues: expect.arrayContaining([{ field: 'paper', message: 'Fill this in.' }]),
    })
    expect(await countRuns()).toBe(before)
  })

  test('what only the schema knows comes back at its field too', async () => {
    const location = await openClick('every-field', { title: 'refined' })
    const page = await send(location, [nonce, ...required, ['param.count', '7']])
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain('Letter has four at most.')
  })

  test('remembers what its person filled in, and nobody else’s', async () => {
    const first = await openClick('every-field', { title: 'remember', user_id: '77', user_login: 'ada' })
    await send(first, [nonce, ['param.title', 'Weeklies'], ['param.paper', 'a4'], ['param.count', '5']])
    const again = await openClick('every-field', { title: 'remember again', user_id: '77', user_login: 'ada' })
    expect((await state(again)).values).toMatchObject({ title: 'Weeklies', paper: 'a4', count: 5 })
    const other = await openClick('every-field', { title: 'somebody else', user_id: '78', user_login: 'bo' })
    expect((await state(other)).values).not.toHaveProperty('title')
  })

  test('stays empty where its person left it empty, whatever its handler would begin with', async () => {
    const ada = { user_id: '77', user_login: 'ada' }
    const first = await openClick('optional-note', { title: 'a note', ...ada })
    expect((await state(first)).values).toEqual({ note: 'As discussed.' })
    const sent = await send(first, [nonce, ['param.note', '']])
    expect(await settled(String(sent.headers.location))).toMatchObject({ result: { text: 'no note' } })
    const again = await openClick('optional-note', { title: 'another note', ...ada })
    expect((await state(again)).values).toEqual({})
  })

  test('shows choices, first values and the table that its handler gives', async () => {
    const location = await openClick('asks-the-site')
    const { fields, values } = await state(location)
    expect(values).toEqual({ colour: 'blue', size: 1 })
    expect(fields[0]).toMatchObject({
      kind: 'choice',
      options: [
        { value: 'red', label: 'red' },
        { value: 'blue', label: 'Deep blue' },
      ],
    })
    const page = await get(location)
    expect(page.body).toContain('Version 902')
    const refused = await send(location, [nonce, ['param.colour', 'green']])
    expect(refused.statusCode).toBe(422)
    const sent = await send(location, [nonce, ['param.colour', 'red'], ['param.size', '2']])
    expect(await settled(String(sent.headers.location))).toMatchObject({ result: { text: 'red 2' } })
    const run = await t.runs.findByToken(String(sent.headers.location).slice(3))
    expect(run?.asked).toEqual([
      { label: 'Colour', value: 'red' },
      { label: 'Size', value: 'Two' },
    ])
  })

  test('whose handler fails while it is asked says why, and the next one works', async () => {
    const page = await get(await openClick('form-fails'))
    expect(page.statusCode).toBe(500)
    expect(page.body).toContain('The site has no playlist today.')
    expect((await get(await openClick('asks-the-site', { title: 'after' }))).statusCode).toBe(200)
  })

  test('that asks for something else by now is shown again', async () => {
    const location = await openClick('every-field', { title: 'changed' })
    const page = await post(location, [nonce, ...required, ['revision', 'of another time']])
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain('has changed since its form was opened')
  })

  test('asks before what cannot be undone', async () => {
    const location = await openClick('confirm')
    expect((await get(location)).body).toContain('This retires what is selected. Go on?')
    const sent = await send(location, [nonce])
    expect(await settled(String(sent.headers.location))).toMatchObject({ result: { text: 'Retired 902, 903.' } })
  })

  test('an empty selection is the whole page only once somebody said so', async () => {
    const location = await openClick('whole-page', { selected_ids: '' })
    const page = await get(location)
    expect(page.body).toContain('Nothing is selected. Use everything on the page, 4 Versions?')
    const sent = await send(location, [nonce])
    expect(await settled(String(sent.headers.location))).toMatchObject({ result: { text: 'Counted 4.' } })
    expect(await openClick('whole-page')).toMatch(/^\/r\//)
    expect((await click('whole-page', { selected_ids: '', ids: '' })).statusCode).toBe(422)
    const large = Array.from({ length: 11 }, (_, at) => at + 1).join(',')
    expect((await click('whole-page', { selected_ids: '', ids: large })).statusCode).toBe(422)
  })

  test('at an address that nobody was given, without its nonce, or too late, is refused', async () => {
    expect((await get(`/f/${'a'.repeat(43)}`)).statusCode).toBe(404)
    expect((await get('/f/short')).statusCode).toBe(404)
    const location = await openClick('confirm', { title: 'late' })
    expect((await send(location, [])).statusCode).toBe(400)
    await t.store.db
      .updateTable('forms')
      .set({ created_ms: Date.now() - 25 * 3_600_000 })
      .execute()
    expect((await get(location)).statusCode).toBe(410)
    expect((await send(location, [nonce])).statusCode).toBe(410)
  })

  test('a handler whose form cannot be shown is not loaded, and says which field', async () => {
    expect(t.runner.registry.findError('unshowable')?.message).toContain('params.nested cannot be shown in a form')
  })

  test('a handler with a misspelt key is not loaded: it might be the one that keeps people out', () => {
    expect(t.runner.registry.findError('misspelt')?.message).toContain('does not know acess. It knows title,')
  })

  describe('for a light payload', () => {
    const trigger = async (fields: Record<string, string> = {}, entry: Record<string, string | object> = {}) => {
      const payload = Object.fromEntries(
        [...new URLSearchParams(amiForm({ timestamp: undefined, signature: '' }))].filter(
          ([name]) => name !== 'signature',
        ),
      )
      const { id } = await site.create('EventLogEntry', {
        event_type: 'Shotgun_ActionMenuItem_Triggered',
        meta: { ami_payload: { ...payload, ...fields } },
        ...entry,
      })
      return String(id)
    }
    const open = (handler: string, id: string) => get(`/ami/${handler}?event_log_entry_id=${id}`)

    test('that nobody signed, shows what the site knows of the click and starts on the person’s word', async () => {
      const before = await countRuns()
      const opened = await open('items', await trigger())
      expect(opened.statusCode).toBe(303)
      const page = await get(String(opened.headers.location))
      expect(page.body).toContain('mira used this menu item on 2 Versions just now')
      expect(await countRuns()).toBe(before)
      const sent = await send(String(opened.headers.location), [nonce])
      expect(await settled(String(sent.headers.location))).toMatchObject({ status: 'succeeded' })
    })

    test('that nobody signed does not open a handler that looks at who clicked', async () => {
      expect((await open('acts-as-user', await trigger())).statusCode).toBe(401)
    })

    test('is good once', async () => {
      const id = await trigger()
      expect((await open('items', id)).statusCode).toBe(303)
      expect((await open('items', id)).statusCode).toBe(409)
    })

    test('that was asked for with HEAD stays unused', async () => {
      const id = await trigger()
      await t.app.inject({ method: 'HEAD', url: `/ami/items?event_log_entry_id=${id}` })
      expect((await open('items', id)).statusCode).toBe(303)
    })

    test('that the site does not know, that is another event, or has no payload, is refused', async () => {
      expect((await open('items', '999999999')).statusCode).toBe(404)
      expect((await open('items', await trigger({}, { event_type: 'Shotgun_Version_Change' }))).statusCode).toBe(404)
      expect((await open('items', await trigger({}, { meta: {} }))).statusCode).toBe(404)
      expect((await open('items', 'x')).statusCode).toBe(400)
    })

    test('that is old is refused', async () => {
      const id = await trigger()
      clock.aheadMs = 600_000
      const answer = await open('items', id)
      clock.aheadMs = 0
      expect(answer.statusCode).toBe(403)
    })

    test('that came signed starts at once', async () => {
      const id = await trigger()
      const names = Object.fromEntries(
        [...new URLSearchParams(amiForm())]
          .map(([name]) => [name, undefined] as const)
          .filter(([name]) => name !== 'timestamp'),
      )
      const posted = await click('items', { ...names, event_log_entry_id: id, signature: undefined })
      expect(posted.headers.location).toMatch(/^\/r\//)
    })

    test('on an entity type that the handler does not take is refused', async () => {
      expect((await open('items', await trigger({ entity_type: '' }))).statusCode).toBe(400)
    })
  })

  describe('the per-entity report', () => {
    test('counts and lists what became of each entity, failures first, the last word on each', async () => {
      const location = await openClick('items', { selected_ids: '1,2,3,4,5,6', ids: '1,2,3,4,5,6' })
      await settled(location)
      const run = await t.runs.findByToken(location.slice(3))
      expect(run?.itemCounts).toEqual({ done: 3, failed: 1, skipped: 2 })
      const items = await t.runs.listItems(run?.id ?? '', 100)
      expect(items.map(({ id, status }) => `${status} ${id}`)).toEqual([
        'failed 6',
        'skipped 2',
        'skipped 5',
        'done 1',
        'done 3',
        'done 4',
      ])
      expect(items[0]).toEqual({ type: 'Version', id: 6, name: 'LH_6', status: 'failed', why: 'No frames on disk' })
      const page = await get(location)
      expect(page.body).toContain('No frames on disk')
      expect(page.body).toContain('/detail/Version/6')
    })

    test('an item that names no entity fails the run with a sentence', async () => {
      const location = await openClick('items-wrong')
      await settled(location)
      const run = await t.runs.findByToken(location.slice(3))
      expect(run?.error?.message).toContain('progress.item() expects an entity such as')
    })
  })
})
