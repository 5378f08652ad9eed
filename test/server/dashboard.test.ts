import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../../src/server/app.ts'
import { amiForm, testSecret } from '../helpers/ami-form.ts'
import { engines } from '../helpers/engines.ts'
import { addRuns } from '../helpers/run-rows.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

describe.each(engines)('the dashboard, on the %s store', (engine) => {
  let t: TestApp
  beforeAll(async () => {
    t = await buildTestApp({ engine })
    await addRuns(
      t.store.db,
      Array.from({ length: 120 }, (_, at) => ({
        title: `Old ${at}`,
        handler: at % 2 === 0 ? 'hello' : 'gone',
        user_login: at % 3 === 0 ? 'mira' : 'bob & co',
        created_ms: 1_000_000 + at,
      })),
    )
  })
  afterAll(() => t[Symbol.asyncDispose]())

  const get = async (url: string) => {
    const answer = await t.app.inject({ method: 'GET', url, headers: { accept: 'text/html' } })
    return { status: answer.statusCode, headers: answer.headers, body: answer.body }
  }
  const post = (payload: string, handler = 'hello') =>
    t.app.inject({
      method: 'POST',
      url: `/ami/${handler}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload,
    })
  const titlesIn = (body: string) => [...body.matchAll(/<a href="\/runs\/[\w-]+">([^<]*)/g)].map(([, title]) => title)

  /** The same server, not for a sandbox. */
  const realSite = async () => {
    const app = await buildApp({ ...t.options, sandbox: false })
    return { app, [Symbol.asyncDispose]: () => app.close() }
  }

  test('shows menu items with links to their pages, files that failed, and the last runs', async () => {
    const { status, headers, body } = await get('/')
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toContain('<title>Overview · Amiable</title>')
    expect(body).toContain('<a href="/handlers/hello">')
    expect(body).toContain('<a class="file" href="/handlers/broken-import">')
    expect(body).toContain('<code class="select">http://127.0.0.1:8800/ami/hello</code>')
    expect(titlesIn(body)).toHaveLength(20)
    expect(body).not.toMatch(/undefined|\[object/)
  })

  test('has a page for each menu item: how it behaves, its URL, its runs', async () => {
    const { status, body } = await get('/handlers/only-shots')
    expect(status).toBe(200)
    expect(body).toMatch(/<th scope="row">Works on<\/th><td><span[^>]*>Shot</)
    expect(body).toContain('data-copy="http://127.0.0.1:8800/ami/only-shots"')
    expect(body).toContain('npx amiable token only-shots')
    expect(body).toContain('Nothing has been run yet.')
    expect(titlesIn((await get('/handlers/hello')).body)).toHaveLength(20)
  })

  test('has one for a file that could not be loaded, with the reason', async () => {
    const { status, body } = await get('/handlers/broken-import')
    expect(status).toBe(200)
    expect(body).toContain('This file could not be loaded')
    expect(body).toContain('not-there')
  })

  test('lists all runs in pages, each once', async () => {
    const seen: (string | undefined)[] = []
    let next: string | undefined = '/runs?person=MIRA&handler=hello'
    for (let page = 0; next !== undefined && page < 10; page += 1) {
      const { body }: { body: string } = await get(next)
      seen.push(...titlesIn(body))
      next = /<a class="button older"[^>]*href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, at) => `Old ${114 - at * 6}`))
    const all = await get('/runs')
    expect(titlesIn(all.body)).toHaveLength(50)
    expect(all.body).toMatch(/class="button older" rel="next" href="\/runs\?before=\d+-[\w-]{36}"/)
  })

  test('keeps what was chosen in its form, also a menu item that is gone', async () => {
    const { body } = await get('/runs?handler=gone&status=succeeded&person=bob%20%26%20co')
    expect(body).toContain('<option value="gone" selected>gone</option>')
    expect(body).toContain('<option value="succeeded" selected>Succeeded</option>')
    expect(body).toContain('value="bob &amp; co"')
    expect(titlesIn(body)).toHaveLength(40)
    expect((await get('/runs?status=unsettled')).body).toContain('No run is like that.')
  })

  test.each([
    ['/runs?status=lost', 400, 'There is no status “lost”.'],
    ['/runs?before=yesterday', 400, 'cannot be read'],
    ['/runs?person=%00', 400, 'The filter “person” holds a character'],
    ['/runs?handler=a%00b', 400, 'The filter “handler” holds a character'],
    ['/handlers/nothing', 404, 'No menu item is named “nothing”.'],
    [`/runs/${randomUUID()}`, 404, 'There is no run of this number.'],
    ['/runs/7', 404, 'There is no run of this number.'],
    ['/elsewhere', 404, 'There is no page at this address.'],
  ])('%s answers %i in the same frame', async (url, status, said) => {
    const answer = await get(url)
    expect(answer.status).toBe(status)
    expect(answer.body).toContain(said)
    expect(answer.body).toContain('<nav class="places"')
  })

  test('a refusal that a person on the site sees has no way into the dashboard', async () => {
    const { status, body } = await get('/r/nothing')
    expect(status).toBe(404)
    expect(body).not.toContain('<nav')
  })

  test('shows one run with its error, what to do, its lines, and the way to its own page', async () => {
    const { location } = (await post(amiForm({}, { handler: 'throws' }), 'throws')).headers
    await t.app.inject({ method: 'GET', url: String(location) })
    const [run] = await t.runs.list(1)
    const { status, body } = await get(`/runs/${run?.id}`)
    expect(status).toBe(200)
    expect(body).toContain('<title>Failed: ')
    expect(body).toContain('RUN_FAILED')
    expect(body).toContain('Show this page to whoever looks after the menu item.')
    expect(body).toContain(`href="${location}"`)
    expect(body).toContain('<a href="/handlers/throws">')
  })

  test('names what became of each entity in the sandbox, and elsewhere only how many', async () => {
    const [id = ''] = await addRuns(t.store.db, [
      { title: 'Items', created_ms: 2, item_counts: JSON.stringify({ done: 1200, failed: 1, skipped: 0 }) },
    ])
    await t.store.db
      .insertInto('run_items')
      .values({ run_id: id, entity_type: 'Shot', entity_id: 7, name: 'LH_010', status: 'failed', why: 'it is locked' })
      .execute()
    const here = (await get(`/runs/${id}`)).body
    expect(here).toContain('1 failed, 1,200 done')
    expect(here).toMatch(/href="https:\/\/studio\.example\.com\/detail\/Shot\/7".*LH_010.*it is locked/)
    await using real = await realSite()
    const there = (await real.app.inject({ method: 'GET', url: `/runs/${id}` })).body
    expect(there).toContain('1 failed, 1,200 done')
    expect(there).not.toContain('LH_010')
  })

  test('a run in which some failed does not look like one that went well', async () => {
    const [id = ''] = await addRuns(t.store.db, [
      { title: 'Partly', created_ms: Date.now(), item_counts: JSON.stringify({ done: 1200, failed: 2, skipped: 3 }) },
    ])
    for (const url of ['/', '/runs', `/runs/${id}`]) {
      const { body } = await get(url)
      expect(body, url).toMatch(/<span class="badge partly">.*2 of 1,205 failed<\/span>/)
    }
    const { body } = await get(`/runs/${id}`)
    expect(body).toContain('<title>2 of 1,205 failed: Partly')
    expect(body).not.toContain('badge succeeded')
    expect(titlesIn((await get('/runs?status=succeeded')).body)).toContain('Partly') // for programs it is what it was
    await t.store.db.deleteFrom('runs').where('id', '=', id).execute()
  })

  test('on a real site shows no address of a result, and no lines', async () => {
    await using real = await realSite()
    const { app } = real
    await t.app.inject({ method: 'GET', url: String((await post(amiForm({ title: 'secret' }))).headers.location) })
    const [run] = await t.runs.list(1)
    const pages = await Promise.all(
      ['/', '/runs', `/runs/${run?.id}`, '/handlers/hello'].map((url) => app.inject({ method: 'GET', url })),
    )
    for (const { statusCode, body } of pages) {
      expect(statusCode).toBe(200)
      expect(body).not.toMatch(/\/r\/[\w-]{20}/)
      expect(body).not.toContain(testSecret)
    }
    expect(pages[2]?.body).toContain('only the person who clicked knows')
    expect(pages[2]?.body).not.toContain('id="lines"')
  })
})

describe('the stream of changes', () => {
  let t: TestApp
  let origin: string
  beforeAll(async () => {
    t = await buildTestApp()
    origin = await t.app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(() => t[Symbol.asyncDispose]())

  const open = async () => {
    const left = new AbortController()
    const answer = await fetch(`${origin}/events`, { signal: left.signal })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    return {
      status: answer.status,
      /** The next version that it tells. */
      next: async (): Promise<string | undefined> => {
        for (;;) {
          const [whole, version] = /data: (\S+)\n\n/.exec(text) ?? []
          if (whole !== undefined) {
            text = text.slice(text.indexOf(whole) + whole.length)
            return version
          }
          const part = await reader?.read()
          if (!part || part.done) return undefined
          text += part.value
        }
      },
      close: () => left.abort(),
    }
  }
  const versionOf = async (url: string) =>
    /data-version="([^"]+)"/.exec(await (await fetch(`${origin}${url}`)).text())?.[1]

  test('begins with the version of the page, and tells another when a run begins', async () => {
    const before = await versionOf('/')
    const stream = await open()
    expect(await stream.next()).toBe(before)
    await fetch(`${origin}/ami/hello`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: amiForm(),
      redirect: 'manual',
    })
    expect(await stream.next()).not.toBe(before)
    stream.close()
  })

  test('is open for two hundred windows, and for others again when those have gone', async () => {
    const streams = await Promise.all(Array.from({ length: 200 }, open))
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await fetch(`${origin}/events`)).status).toBe(503)
    for (const stream of streams) stream.close()
    await expect.poll(async () => (await fetch(`${origin}/events`, { method: 'HEAD' })).status).toBe(200)
  })

  test('ends when the server stops', async () => {
    const stream = await open()
    await stream.next()
    const closed = t.app.close()
    expect(await stream.next()).toBeUndefined()
    await closed
  })
})
