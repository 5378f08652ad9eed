import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { amiForm } from '../helpers/ami-form.ts'
import { engines } from '../helpers/engines.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

describe.each(engines)('a click, recorded on the %s store', (engine) => {
  let t: TestApp
  const clock = { aheadMs: 0 }
  beforeAll(async () => {
    t = await buildTestApp({ engine, nowMs: () => Date.now() + clock.aheadMs })
  })
  afterAll(() => t[Symbol.asyncDispose]())

  const post = (handler: string, payload: string, headers: Record<string, string> = form) =>
    t.app.inject({ method: 'POST', url: `/ami/${handler}`, headers, payload })
  const get = (url: string) => t.app.inject({ method: 'GET', url })
  /** The page of a run that has ended. */
  const pageOf = async (posted: { headers: { location?: unknown } }) => {
    await get(`${posted.headers.location}/state?wait=25000`)
    return await get(String(posted.headers.location))
  }
  const countRuns = async () => (await t.runs.list(1000)).length

  test('answers 303 to the run, where the result shows', async () => {
    const posted = await post('hello', amiForm())
    expect(posted.statusCode).toBe(303)
    expect(posted.headers.location).toMatch(/^\/r\/[\w-]{43}$/)
    const shown = await pageOf(posted)
    expect(shown.statusCode).toBe(200)
    expect(shown.body).toBe('<h1>Hello mira</h1>')
    expect(shown.headers['content-security-policy']).toMatch(
      /^sandbox allow-scripts.*frame-ancestors 'self' https:\/\/studio\.example\.com$/,
    )
    expect(shown.headers['referrer-policy']).toBe('no-referrer')
    expect(shown.headers['cache-control']).toBe('no-store')
  })

  test('sent again leads to the same run, also when it is stale by then; a stale one never seen does not', async () => {
    const payload = amiForm({ title: 'twice' })
    const unseen = amiForm({ title: 'never sent before' })
    const first = await post('hello', payload)
    const before = await countRuns()
    const again = await Promise.all([post('hello', payload), post('hello', payload)])
    clock.aheadMs = 600_000
    again.push(await post('hello', payload))
    const refused = await post('hello', unseen)
    clock.aheadMs = 0
    expect(again.map(({ headers }) => headers.location)).toEqual(again.map(() => first.headers.location))
    expect(refused.statusCode).toBe(403)
    expect(await countRuns()).toBe(before)
  })

  test('sent many times at once does its work once', async () => {
    const payload = amiForm({ title: 'many' })
    const before = await countRuns()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('hello', payload)))
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1)
    expect(await countRuns()).toBe(before + 1)
  })

  test.each([
    ['unsigned', 'hello', amiForm({ signature: '' }), form, 401, 'SIGNATURE_MISSING'],
    ['tampered with', 'hello', amiForm().replace('mira', 'miro'), form, 401, 'SIGNATURE_MISMATCH'],
    ['signed for another handler', 'hello', amiForm({}, { handler: 'counts' }), form, 401, 'SIGNATURE_MISMATCH'],
    ['stale', 'hello', amiForm({}, { nowMs: Date.now() - 900_000 }), form, 403, 'CLICK_STALE'],
    ['from the future', 'hello', amiForm({}, { nowMs: Date.now() + 900_000 }), form, 403, 'CLICK_STALE'],
    ['for a handler that is not there', 'helo', amiForm(), form, 404, 'HANDLER_NOT_FOUND'],
    [
      'for a handler that could not be loaded',
      'broken-import',
      amiForm({}, { handler: 'broken-import' }),
      form,
      503,
      'HANDLER_BROKEN',
    ],
    ['with a line break in a signed value', 'hello', amiForm({ title: 'a\r\nb' }), form, 400, 'PAYLOAD_AMBIGUOUS'],
    ['with a broken field', 'hello', amiForm({ user_id: 'x' }), form, 400, 'PAYLOAD_INVALID'],
    ['without a selection', 'hello', amiForm({ selected_ids: '' }), form, 422, 'SELECTION_EMPTY'],
    ['on another entity type', 'only-shots', amiForm({}, { handler: 'only-shots' }), form, 422, 'ENTITY_TYPE_WRONG'],
    [
      'with too many selected',
      'only-shots',
      amiForm({ entity_type: 'Shot' }, { handler: 'only-shots' }),
      form,
      422,
      'SELECTION_WRONG_SIZE',
    ],
    [
      'with a light payload while the site is away',
      'hello',
      amiForm({ entity_type: undefined, event_log_entry_id: '5' }),
      form,
      502,
      'SITE_UNREACHABLE',
    ],
    ['as JSON', 'hello', '{"user_id":61}', { 'content-type': 'application/json' }, 415, 'NOT_A_FORM'],
    [
      'as multipart',
      'hello',
      '--x\r\n\r\n--x--',
      { 'content-type': 'multipart/form-data; boundary=x' },
      415,
      'NOT_A_FORM',
    ],
    ['without a type', 'hello', 'a=1', {}, 415, 'NOT_A_FORM'],
    ['empty', 'hello', '', form, 401, 'SIGNATURE_MISSING'],
    ['with too many fields', 'hello', 'a=1&'.repeat(3000), form, 413, 'PAYLOAD_TOO_MANY_FIELDS'],
    ['too large', 'hello', `a=${'x'.repeat(17 * 1024 * 1024)}`, form, 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s is refused, and nothing is run', async (_what, handler, payload, headers, status, code) => {
    const before = await countRuns()
    const asked = await post(handler, payload, { ...headers, accept: 'application/json' })
    expect(asked.statusCode).toBe(status)
    expect(asked.json()).toMatchObject({ code, message: expect.any(String), hint: expect.any(String) })
    const page = await post(handler, payload, { ...headers, accept: 'text/html' })
    expect(page.statusCode).toBe(status)
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.body).toContain(code)
    expect(page.body).not.toMatch(/at .*\.ts:\d+/)
    expect(page.body).not.toContain('hello.ts')
    expect(await countRuns()).toBe(before)
    expect(t.logLines.findLast((line) => line.code === code)).toBeDefined()
  })

  test('takes 50,000 selected ids', async () => {
    const ids = Array.from({ length: 50_000 }, (_, at) => 1_000_000 + at).join(',')
    const posted = await post('hello', amiForm({ ids, selected_ids: ids }))
    expect((await pageOf(posted)).body).toBe('<h1>Hello mira</h1>')
    expect((await t.runs.list(1))[0]?.selectedCount).toBe(50_000)
  })

  test('takes names that a database might not', async () => {
    const posted = await post('hello', amiForm({ title: 'a\u0000b \ud83c\udfac <b>', user_login: 'm\u0000ira' }))
    expect(posted.statusCode).toBe(303)
    expect((await get(String(posted.headers.location))).statusCode).toBe(200)
  })

  test('of nobody has no state, and whoever asks for it is told so as a program', async () => {
    const answer = await get(`/r/${'x'.repeat(43)}/state`)
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'RUN_NOT_FOUND'])
  })

  test('of a handler that fails shows a page for people, and the next click works', async () => {
    const posted = await post('throws', amiForm({}, { handler: 'throws' }))
    const shown = await pageOf(posted)
    expect(shown.statusCode).toBe(200)
    expect(shown.body).toContain('LH_010 has no task named comp')
    expect(shown.body).not.toMatch(/at .*\.ts:\d+/)
    const state = (await get(`${posted.headers.location}/state`)).json()
    expect(state).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED' } })
    expect((await pageOf(await post('hello', amiForm({ title: 'next' })))).body).toBe('<h1>Hello mira</h1>')
  })

  test('leaves its log lines in the store and no scratch folder', async () => {
    const posted = await post('counts', amiForm({}, { handler: 'counts' }))
    const { run } = (await get(`${posted.headers.location}/state?wait=10000`)).json()
    const lines = await t.store.db
      .selectFrom('run_log')
      .select('text')
      .where('run_id', '=', run)
      .orderBy('seq')
      .execute()
    expect(lines.map(({ text }) => text)).toEqual(['line 1', 'line 2', 'line 3'])
    await expect.poll(() => existsSync(join(t.dataDir, 'scratch', run))).toBe(false)
    expect(existsSync(join(t.dataDir, 'scratch'))).toBe(true)
  })

  test('whose handler tells the script key to everybody tells it nobody', async () => {
    const posted = await post('tells-secrets', amiForm({}, { handler: 'tells-secrets' }))
    const state = await get(`${posted.headers.location}/state?wait=10000`)
    expect(state.json()).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED' } })
    const { run } = state.json()
    const rows = await t.store.db.selectFrom('run_log').selectAll().where('run_id', '=', run).execute()
    expect(rows.map(({ text }) => text).join()).toContain('signed in with')
    const row = await t.store.db.selectFrom('runs').selectAll().where('id', '=', run).executeTakeFirstOrThrow()
    expect(JSON.stringify([rows, row])).not.toContain('key-5f0c-secret')
    expect(state.body + (await get(String(posted.headers.location))).body).not.toContain('key-5f0c-secret')
    expect(t.logLines.filter((line) => JSON.stringify(line).includes('key-5f0c-secret'))).toEqual([])
  })

  test('that makes a file offers it under its name, whole or in part', async () => {
    const posted = await post('files', amiForm({}, { handler: 'files' }))
    const page = await get(String(posted.headers.location))
    expect(page.body).toContain('Отчёт- -日本- -1-.txt')
    const { result } = (await get(`${posted.headers.location}/state`)).json()
    const file = await get(result.url)
    expect(file.body).toBe('text')
    expect(file.headers['content-disposition']).toContain("filename*=UTF-8''%D0%9E")
    expect(file.headers['x-content-type-options']).toBe('nosniff')
    const part = await t.app.inject({ url: result.url, headers: { range: 'bytes=1-2' } })
    expect([part.statusCode, part.body]).toEqual([206, 'ex'])
    expect((await get(`${posted.headers.location}/files/other.txt`)).statusCode).toBe(404)
  })
})

describe('around a click', () => {
  let t: TestApp
  let address: URL
  beforeAll(async () => {
    t = await buildTestApp({ graceMs: 0, rateLimit: 100 })
    address = new URL(await t.app.listen({ port: 0, host: '127.0.0.1' }))
  })
  afterAll(() => t[Symbol.asyncDispose]())

  test('a run that is not done within the grace time shows a live page, and its events end when it is settled', async () => {
    const posted = await t.app.inject({
      method: 'POST',
      url: '/ami/waits',
      headers: form,
      payload: amiForm({}, { handler: 'waits' }),
    })
    const page = await t.app.inject({ url: String(posted.headers.location) })
    expect(page.body).toContain('/assets/run.js')
    const events = await t.app.inject({ url: `${posted.headers.location}/events` })
    expect(events.body).toContain('"status":"failed"')
    expect(events.body).toMatch(/event: settled\ndata: \{\}\n\n$/)
    const state = (await t.app.inject({ url: `${posted.headers.location}/state` })).json()
    expect(state).toMatchObject({ status: 'failed', error: { code: 'RUN_TIMEOUT' } })
  })

  test('a request that breaks off in the middle starts nothing, and the next one is served', async () => {
    const payload = amiForm()
    const before = (await t.runs.list(100)).length
    const head = `POST /ami/hello HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${payload.length}\r\n\r\n`
    for (const sent of [head + payload.slice(0, -20), head, head.slice(0, 40)]) {
      const socket = connect(Number(address.port), address.hostname)
      socket.resume()
      socket.end(sent)
      await once(socket, 'close')
    }
    expect((await t.runs.list(100)).length).toBe(before)
    const whole = await fetch(`${address.origin}/ami/hello`, {
      method: 'POST',
      headers: form,
      body: payload,
      redirect: 'manual',
    })
    expect(whole.status).toBe(303)
  })

  test.each([
    ['POST', '/ami/helo', 404, 'HANDLER_NOT_FOUND'],
    ['POST', '/ami/broken-import', 503, 'HANDLER_BROKEN'],
    ['PUT', '/ami/hello', 404, 'PAGE_NOT_FOUND'],
    ['POST', '/nothing', 404, 'PAGE_NOT_FOUND'],
  ])('%s %s is answered before its body has come', async (method, path, status, code) => {
    const { port, hostname } = address
    const socket = connect(Number(port), hostname)
    const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n`
    socket.write(`${head}Content-Length: 16000000\r\n\r\na=`)
    const [answer] = await once(socket.setEncoding('utf8'), 'data')
    socket.destroy()
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*<code>${code}</code>`))
  })

  test('the address of a menu item, opened by hand, says what it is for', async () => {
    const page = await t.app.inject({ url: '/ami/hello', headers: { accept: 'text/html' } })
    expect(page.statusCode).toBe(405)
    expect(page.body).toContain('menu item')
  })

  test.each([
    '/r/short',
    `/r/${'a'.repeat(43)}`,
    '/nothing',
    '/assets/../package.json',
    '/r/%00',
    '/r/%zz',
    '/ami/%zz',
    `/ami/${'a'.repeat(400)}`,
  ])('%s is not found, in words for people', async (url) => {
    const page = await t.app.inject({ url, headers: { accept: 'text/html' } })
    expect(page.statusCode).toBe(404)
    expect(page.body).toContain('What to do')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  })

  test.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400],
    ['a head without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
  ])('%s is answered in our words', async (_what, sent, status) => {
    const socket = connect(Number(address.port), address.hostname)
    socket.write(sent)
    const [answer] = await once(socket.setEncoding('utf8'), 'data')
    socket.destroy()
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*"code":"PAYLOAD_INVALID"`))
  })

  test('the dashboard shows handlers with their URLs, and files that could not be loaded', async () => {
    const page = await t.app.inject({ url: '/' })
    expect(page.body).toContain('http://127.0.0.1:8800/ami/hello')
    expect(page.body).toContain('broken-import.ts')
  })

  test('no log line holds a secret or the address of a run', async () => {
    const payload = amiForm({}, { handler: 'tells-secrets' })
    const posted = await t.app.inject({ method: 'POST', url: '/ami/tells-secrets', headers: form, payload })
    await t.app.inject({ url: `${posted.headers.location}/state?wait=10000` })
    expect(t.logLines.some((line) => line.handler === 'tells-secrets' && line.status === 'failed')).toBe(true)
    const secret = /\/r\/[\w-]{43}|key-5f0c-secret|a-secret-for-tests-only/
    expect(t.logLines.filter((line) => secret.test(JSON.stringify(line)))).toEqual([])
  })

  test('more requests than the limit are refused with a page', async () => {
    const look = () => t.app.inject({ url: '/', headers: { accept: 'text/html' } })
    const click = () => t.app.inject({ method: 'POST', url: '/ami/helo', headers: form, payload: 'a=1' })
    const answers = []
    for (let at = 0; at < 120; at += 1) answers.push(await look())
    expect(answers.at(-1)?.statusCode).toBe(429)
    expect(answers.at(-1)?.body).toContain('RATE_LIMITED')
    expect((await click()).statusCode).toBe(404) // people who look do not use up what clicks may
    for (let at = 0; at < 120; at += 1) answers.push(await click())
    expect(answers.at(-1)?.statusCode).toBe(429)
    for (const url of ['/health/ready', '/assets/amiable.css', '/assets/mark.svg', '/favicon.ico'])
      expect([url, (await t.app.inject({ url })).statusCode]).toEqual([url, 200])
  })
})
