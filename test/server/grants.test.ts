import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { grantProblem } from '../../src/runs/envelope.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { createSite, type Site } from '../../src/site/index.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const account = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }
const token = 'delivery-token-9c1f'

let sandbox: RunningSandbox
let site: Site
let t: TestApp
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 })
  site = createSite({ url: sandbox.url, auth: account })
  t = await buildTestApp({
    handlersDir: join(import.meta.dirname, '../fixtures/forms'),
    site,
    grants: {
      site: { url: sandbox.url, ...account },
      scripts: { review: account },
      anyScript: false,
      environment: { DELIVERY_TOKEN: token, AMIABLE_SECRET: 'never', OTHER: 'x' },
    },
  })
})
afterAll(async () => {
  await t?.[Symbol.asyncDispose]()
  await site?.close()
  await sandbox?.close()
})

const click = async (handler: string, overrides = {}) => {
  const payload = amiForm({ user_id: '61', user_login: 'admin', ...overrides }, { handler })
  const { headers } = await t.app.inject({ method: 'POST', url: `/ami/${handler}`, headers: urlencoded, payload })
  const run = String(headers.location)
  const state = (await t.app.inject({ method: 'GET', url: `${run}/state?wait=25000` })).json()
  return { state, record: await t.runs.findByToken(run.slice(3)) }
}

test('a handler is given the variables that it asks for, and they come back nowhere', async () => {
  const { state, record } = await click('environment')
  expect(state).toMatchObject({ status: 'succeeded', result: { text: `${token.length} true` } })
  const lines = await t.store.db
    .selectFrom('run_log')
    .select('text')
    .where('run_id', '=', record?.id ?? '')
    .execute()
  expect(lines.map(({ text }) => text)).toEqual(['the token is •••'])
})

test('what its form says of them comes back nowhere either', async () => {
  const payload = amiForm({ user_id: '61', user_login: 'admin' }, { handler: 'tells-secret' })
  const { headers } = await t.app.inject({ method: 'POST', url: '/ami/tells-secret', headers: urlencoded, payload })
  const page = await t.app.inject({ method: 'GET', url: String(headers.location) })
  expect(page.statusCode).toBe(500)
  expect(page.body).toContain('401 for •••')
  expect(JSON.stringify(t.logLines)).toContain('asked with •••')
  expect(page.body + JSON.stringify(t.logLines)).not.toContain(token)
})

test('another handler, run right after it, is given nothing', async () => {
  await click('environment', { title: 'before' })
  expect((await click('no-environment')).state).toMatchObject({ result: { text: 'undefined 0' } })
})

test('acting as the person, a handler changes things in that person’s name', async () => {
  const sessionUuid = '9f0c6d1e-0000-4000-8000-0000000000bb'
  const artist = await site.findOne('HumanUser', [['login', 'is', 'artist']], ['login'])
  await click('acts-as-user', {
    user_id: String(artist?.id),
    user_login: 'artist',
    selected_ids: '4',
    ids: '4',
    session_uuid: sessionUuid,
  })
  const [event] = await site.find('EventLogEntry', [['session_uuid', 'is', sessionUuid]], ['user'])
  expect(event?.user).toMatchObject({ type: 'HumanUser', id: artist?.id })
})

test.each([
  ['a script user that is not configured', { script: 'ingest' }, 'SHOTGRID_SCRIPT_NAME_INGEST'],
  ['a variable that is not set', { env: ['MISSING'] }, 'env names MISSING'],
  ['the server’s own secret', { env: ['AMIABLE_SECRET'] }, 'which belongs to the server'],
  ['the site’s key', { env: ['SHOTGRID_SCRIPT_KEY_REVIEW'] }, 'which belongs to the server'],
])('%s is named as what is missing', (_, wants, message) => {
  const grants = { scripts: { review: account }, anyScript: false, environment: { AMIABLE_SECRET: 'x' } }
  expect(grantProblem(wants, grants)).toContain(message)
  expect(grantProblem({ script: 'review' }, grants)).toBeUndefined()
})

test('a handler that lacks something says so on its page, and when it is clicked', async () => {
  const folder = await buildTestApp({
    handlersDir: join(import.meta.dirname, '../fixtures/forms'),
    site,
    grants: { anyScript: false },
  })
  try {
    const page = await folder.app.inject({ method: 'GET', url: '/handlers/environment' })
    expect(page.body).toContain('env names DELIVERY_TOKEN, not set')
    const payload = amiForm({}, { handler: 'environment' })
    const { headers } = await folder.app.inject({
      method: 'POST',
      url: '/ami/environment',
      headers: urlencoded,
      payload,
    })
    const { error } = (await folder.app.inject({ method: 'GET', url: `${headers.location}/state?wait=25000` })).json()
    expect(error).toMatchObject({ code: 'HANDLER_BROKEN', message: expect.stringContaining('not set in the server') })
  } finally {
    await folder[Symbol.asyncDispose]()
  }
})
