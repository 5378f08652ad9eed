import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccess } from '../../src/ami/access.ts'
import { createRuns } from '../../src/runs/runs.ts'
import { buildApp } from '../../src/server/app.ts'
import { amiForm, testSecret } from '../helpers/ami-form.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'
import { lost, startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
const handlersDir = join(import.meta.dirname, '../fixtures/restricted')

describe('a handler for some people and some projects', () => {
  let site: WatchedSite
  let t: TestApp
  let down = false
  beforeAll(async () => {
    site = await startWatchedSite({ seed: smallShow, intercept: (_call, answer) => (down ? lost : answer()) })
    t = await buildTestApp({ handlersDir, access: createAccess({ site: site.client }) })
  })
  afterAll(async () => {
    await t[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
  })

  const post = (handler: string, overrides: Record<string, string | undefined>) =>
    t.app.inject({ method: 'POST', url: `/ami/${handler}`, headers: form, payload: amiForm(overrides, { handler }) })
  const inKelp = { project_id: '12', project_name: 'Kelp' }

  test('begins a run for those', async () => {
    expect((await post('for-admins', { user_id: '61' })).statusCode).toBe(303)
    expect((await post('in-kelp', inKelp)).statusCode).toBe(303)
  })

  test.each([
    ['somebody else', 'for-admins', { user_id: '62' }, 'ACCESS_DENIED'],
    ['another project', 'in-kelp', { project_id: '13', project_name: 'Old Kelp' }, 'PROJECT_WRONG'],
  ])('begins none for %s', async (_who, handler, overrides, code) => {
    const before = (await t.runs.list(100)).length
    const answer = await post(handler, overrides)
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ code })
    expect((await t.runs.list(100)).length).toBe(before)
  })

  test('finds the run of a click that is sent again without asking the site anew', async () => {
    const payload = amiForm({ user_id: '61', title: 'sent again' }, { handler: 'for-admins' })
    const send = () => t.app.inject({ method: 'POST', url: '/ami/for-admins', headers: form, payload })
    const first = await send()
    const asked = site.calls.length
    const again = await send()
    expect(again.headers.location).toBe(first.headers.location)
    expect(site.calls).toHaveLength(asked)
  })

  test('begins none while the site cannot be asked', async () => {
    down = true
    const answer = await post('for-admins', { user_id: '63' })
    down = false
    expect(answer.statusCode).toBe(502)
    expect(answer.json()).toMatchObject({ code: 'SITE_UNREACHABLE' })
    expect(t.logLines.findLast(({ code }) => code === 'SITE_UNREACHABLE')).toMatchObject({ err: expect.anything() })
  })
})

test('a click from before a new secret finds its run after it, and its run keeps its address', async () => {
  await using t = await buildTestApp()
  await using stack = new AsyncDisposableStack()
  const payload = amiForm({ title: 'across' })
  const send = (app: TestApp['app'], sent = payload) =>
    app.inject({ method: 'POST', url: '/ami/hello', headers: form, payload: sent })
  const before = String((await send(t.app)).headers.location)
  const secrets = { secret: 'a-new-secret-for-tests', secretPrevious: testSecret }
  const runs = await createRuns({
    store: t.store,
    runner: t.runner,
    dataDir: t.dataDir,
    grants: {
      site: { url: 'http://127.0.0.1:1', scriptName: 'x', scriptKey: 'y' },
      scripts: {},
      anyScript: true,
      environment: {},
    },
    timeZone: 'UTC',
    log: pino({ level: 'silent' }),
    ...secrets,
  })
  stack.defer(() => runs.close())
  const app = await buildApp({ ...t.options, runs, ...secrets })
  stack.defer(() => app.close())
  expect((await send(app)).headers.location).toBe(before)
  expect((await app.inject({ url: before })).statusCode).toBe(200)
  const fresh = await send(app, amiForm({ title: 'new token' }, { secret: secrets.secret }))
  const old = await send(app, amiForm({ title: 'old token, first sent now' }))
  const third = await send(app, amiForm({ title: 'no token of ours' }, { secret: 'a-third-secret-for-tests' }))
  expect([fresh.statusCode, old.statusCode, third.statusCode]).toEqual([303, 303, 401])
})
