import { afterAll, beforeAll, expect, test } from 'vitest'
import { amiForm } from '../helpers/ami-form.ts'
import { type HandlersFolder, makeHandlersFolder } from '../helpers/handlers-folder.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const DAY_MS = 24 * 3600_000

let folder: HandlersFolder
let t: TestApp
let nowMs = Date.now()
beforeAll(async () => {
  folder = makeHandlersFolder({
    'counts.ts': `import { defineHandler, message } from 'amiable'
export default defineHandler({ title: 'Counts', run: async ({ selection, user }) => message(\`\${user.login} \${selection.ids}\`) })
`,
    'fails.ts': `import { defineHandler } from 'amiable'
export default defineHandler({ title: 'Fails', run: () => { throw new Error('no licence') } })
`,
    'waits.ts': `import { once } from 'node:events'
import { defineHandler } from 'amiable'
export default defineHandler({ title: 'Waits', run: async ({ signal }) => { await once(new EventTarget(), 'never', { signal }) } })
`,
    'asks.ts': `import { defineHandler, message } from 'amiable'
export default defineHandler({ title: 'Asks', confirm: 'Really?', run: async () => message('done') })
`,
  })
  t = await buildTestApp({ handlersDir: folder.path, nowMs: () => nowMs })
})
afterAll(async () => {
  await t?.[Symbol.asyncDispose]()
  folder?.[Symbol.dispose]()
})

const get = (url: string) => t.app.inject({ method: 'GET', url })
const post = (url: string, payload: string) => t.app.inject({ method: 'POST', url, payload, headers: urlencoded })
const state = async (run: string) => (await get(`${run}/state?wait=25000`)).json()
const click = async (name: string, title: string) => {
  const form = amiForm({ title, selected_ids: '3,1', ids: '1,2,3' }, { handler: name, nowMs })
  return String((await post(`/ami/${name}`, String(form))).headers.location)
}
const nonceOn = async (run: string) => /name="nonce" value="([^"]+)"/.exec((await get(run)).body)?.[1] ?? ''

test('does the same on the same selection, as a run of its own', async () => {
  const first = await click('counts', 'first')
  const { run, result } = await state(first)
  const again = await post(`${first}/again`, `nonce=${await nonceOn(first)}`)
  expect(again.statusCode).toBe(303)
  const second = String(again.headers.location)
  expect(second).not.toBe(first)
  const done = await state(second)
  expect(done).toMatchObject({ status: 'succeeded', result })
  expect(done.run).not.toBe(run)
})

test('sent twice from one page it is one run', async () => {
  const first = await click('counts', 'twice')
  await state(first)
  const nonce = await nonceOn(first)
  const [one, two] = [await post(`${first}/again`, `nonce=${nonce}`), await post(`${first}/again`, `nonce=${nonce}`)]
  expect(one.headers.location).toBe(two.headers.location)
  const other = await post(`${first}/again`, `nonce=${await nonceOn(first)}`)
  expect(other.headers.location).not.toBe(one.headers.location)
})

test('is offered where a run has failed', async () => {
  const first = await click('fails', 'failed')
  expect(await state(first)).toMatchObject({ status: 'failed' })
  expect((await get(first)).body).toContain(`action="${first}/again"`)
  const again = await post(`${first}/again`, `nonce=${await nonceOn(first)}`)
  expect(await state(String(again.headers.location))).toMatchObject({ error: { message: 'no licence' } })
})

test('asks again where the menu item asks', async () => {
  const asked = await click('asks', 'asked')
  const form = await t.app.inject({ method: 'GET', url: asked, headers: { accept: 'application/json' } })
  const { nonce, revision } = form.json()
  const run = String((await post(asked, new URLSearchParams({ nonce, revision }).toString())).headers.location)
  expect(await state(run)).toMatchObject({ status: 'succeeded' })
  const again = await post(`${run}/again`, `nonce=${await nonceOn(run)}`)
  expect(again.headers.location).toMatch(/^\/f\//)
  expect((await get(String(again.headers.location))).body).toContain('Really?')
})

test('what repeats a repetition is no younger than the first click', async () => {
  const first = await click('counts', 'chain')
  await state(first)
  const second = String((await post(`${first}/again`, `nonce=${await nonceOn(first)}`)).headers.location)
  await state(second)
  const begunMs = nowMs
  nowMs += DAY_MS + 60_000
  const late = await post(`${second}/again`, 'nonce=page-0004')
  nowMs = begunMs
  expect(late.body).toContain('older than a day')
})

test('of a run that is under way leads to that run', async () => {
  const going = await click('waits', 'going')
  expect((await post(`${going}/again`, 'nonce=page-0005')).headers.location).toBe(going)
  await t.app.inject({ method: 'POST', url: `${going}/cancel` })
  expect(await state(going)).toMatchObject({ status: 'cancelled' })
})

test('starts nothing without a nonce, at an address of nobody, a day later, or when the handler is gone', async () => {
  const first = await click('counts', 'refused')
  await state(first)
  const before = (await t.runs.list(1000)).length
  expect((await post(`${first}/again`, '')).statusCode).toBe(400)
  expect((await post(`/r/${'x'.repeat(43)}/again`, 'nonce=page-0001')).statusCode).toBe(404)
  nowMs += DAY_MS + 60_000
  const late = await post(`${first}/again`, 'nonce=page-0002')
  expect([late.statusCode, late.body]).toEqual([expect.any(Number), expect.stringContaining('older than a day')])
  expect(late.statusCode).toBeGreaterThanOrEqual(400)
  nowMs -= DAY_MS + 60_000
  folder.remove('counts.ts')
  await t.runner.reload()
  expect((await post(`${first}/again`, 'nonce=page-0003')).statusCode).toBe(404)
  expect((await t.runs.list(1000)).length).toBe(before)
})
