import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { csv, defineHandler, file, html, message, page, pdf, redirect } from 'amiable'
import { openSandbox, type Sandbox, testHandler } from 'amiable/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isRunning } from '../helpers/server-process.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox.close())

describe('testHandler', () => {
  test('runs a handler on the sandbox in three lines', async () => {
    const handler = defineHandler({
      title: 'Count',
      entityTypes: ['Version'],
      async run({ selection, user, project, progress, log, site, page: { columns }, scratch, env, timeZone, nowMs }) {
        const rows = await selection.load(['code'])
        log.info({ rows: rows.length }, 'loaded')
        progress(1, 2, 'half')
        for (const row of rows) progress.item(row, row.id === 2 ? 'failed' : 'done', 'because')
        progress.item({ type: 'Version', id: 2 }, 'done')
        await site.update({ type: 'Version', id: 1 }, { description: 'seen' })
        const words = [
          rows.length,
          user.login,
          project?.name,
          columns[0]?.field,
          typeof scratch,
          env.TOKEN,
          timeZone,
          nowMs,
        ]
        return message(words.join(' '), { table: { columns: ['a'], rows: [[1]] } })
      },
      env: ['TOKEN'],
    })
    const answer = await testHandler(handler, {
      selection: [1, 2],
      site: sandbox,
      user: 'artist',
      page: { columns: [{ field: 'code', displayName: 'Name' }] },
      env: { TOKEN: 'secret', OTHER: 'not asked for' },
      timeZone: 'Asia/Tokyo',
      nowMs: 12,
    })
    expect(answer).toMatchObject({
      outcome: { kind: 'message', table: { columns: ['a'] } },
      text: '2 artist Lighthouse code string secret Asia/Tokyo 12',
      log: [{ level: 'info', text: 'loaded', fields: { rows: 2 } }],
      progress: [{ done: 1, total: 2, text: 'half' }],
      items: [
        { id: 1, status: 'done', why: 'because' },
        { id: 2, status: 'done' },
      ],
    })
    expect(answer.error).toBeUndefined()
    expect(await sandbox.site.findOne('Version', [['id', 'is', 1]], ['description'])).toMatchObject({
      description: 'seen',
    })
  })

  test('has the variables of the handler in process.env during the run, and not after it', async () => {
    process.env.TEST_TOKEN_BEFORE = 'before'
    const handler = defineHandler({
      title: 'Reads variables',
      selection: { min: 0 },
      env: ['TEST_TOKEN', 'TEST_TOKEN_BEFORE'],
      run: () => message(`${process.env.TEST_TOKEN} ${process.env.TEST_TOKEN_BEFORE}`),
    })
    const env = { TEST_TOKEN: 'lent', TEST_TOKEN_BEFORE: 'other' }
    expect((await testHandler(handler, { site: sandbox, env })).text).toBe('lent other')
    expect([process.env.TEST_TOKEN, process.env.TEST_TOKEN_BEFORE]).toEqual([undefined, 'before'])
    delete process.env.TEST_TOKEN_BEFORE
  })

  test('answers with every kind of result', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'amiable-templates-'))
    mkdirSync(join(folder, 'templates'))
    writeFileSync(join(folder, 'templates/card.eta'), '<p><%= it.who %></p>')
    const give = (result: Parameters<typeof defineHandler>[0]['run']) =>
      testHandler(defineHandler({ title: 'T', selection: { min: 0 }, run: result }), {
        site: sandbox,
        handlersDir: folder,
      })
    expect(await give(() => html('<b>x</b>'))).toMatchObject({ html: '<b>x</b>' })
    expect((await give(() => html('y'.repeat(200_000)))).html).toHaveLength(200_000)
    expect((await give(() => page('card', { who: '<mira>' }))).html).toContain('<p>&lt;mira&gt;</p>')
    expect(await give(() => redirect('/page/1'))).toMatchObject({ url: `${sandbox.url}/page/1` })
    expect(await give(() => undefined)).toMatchObject({ outcome: { kind: 'nothing' } })
    const sheet = await give(() => csv([{ a: 1 }], { name: 'numbers.csv' }))
    expect(sheet.file).toMatchObject({ name: 'numbers.csv', inline: false })
    expect(sheet.file?.bytes.toString()).toContain('a\r\n1')
    const bytes = await give(() => file(Buffer.from([1, 2]), { type: 'image/png', inline: true }))
    expect(bytes.file).toMatchObject({ type: 'image/png', inline: true, bytes: Buffer.from([1, 2]) })
    const drawn = await give(() => pdf((report) => report.heading('Hello')))
    expect(drawn.file?.bytes.subarray(0, 5).toString()).toBe('%PDF-')
    rmSync(folder, { recursive: true })
  })

  test('tells what the person would read when it fails, with the stack and what was logged before', async () => {
    const handler = defineHandler({
      title: 'Fails',
      selection: { min: 0 },
      run({ log }) {
        log.warn('careful')
        throw new Error('LH_010 has no task named comp')
      },
    })
    const answer = await testHandler(handler, { site: sandbox })
    expect(answer.error).toMatchObject({ code: 'RUN_FAILED', message: 'LH_010 has no task named comp' })
    expect(answer.error?.stack).toContain('test-handler.test.ts')
    expect(answer.log.map(({ text }) => text)).toContain('careful')
  })

  test('stops with the signal that it is given', async () => {
    const stop = new AbortController()
    const handler = defineHandler({
      title: 'Waits',
      selection: { min: 0 },
      async run({ signal }) {
        stop.abort(new Error('enough'))
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    expect(await testHandler(handler, { site: sandbox, signal: stop.signal })).toMatchObject({
      error: { message: 'enough' },
    })
  })

  test('passes params through the schema of the handler, and names the field of a mistake', async () => {
    const handler = defineHandler({
      title: 'Set status',
      selection: { min: 0 },
      params: z.object({ status: z.enum(['rev', 'apr']), note: z.string().default('none') }),
      run: ({ params }) => message(`${params.status} ${params.note}`),
    })
    expect((await testHandler(handler, { site: sandbox, params: { status: 'apr' } })).text).toBe('apr none')
    await expect(testHandler(handler, { site: sandbox, params: { status: 'x' } })).rejects.toThrow(/params\.status: /)
    await expect(testHandler(handler, { site: sandbox })).rejects.toThrow(/params\.status: /)
    const none = defineHandler({ title: 'None', selection: { min: 0 }, run: () => undefined })
    await expect(testHandler(none, { site: sandbox, params: { a: 1 } })).rejects.toThrow('asks for nothing')
  })

  test('refuses clicks that a server would refuse', async () => {
    const handler = defineHandler({
      title: 'Two Shots',
      entityTypes: ['Shot'],
      selection: { min: 1, max: 2 },
      run: () => undefined,
    })
    const refused = (options: Parameters<typeof testHandler>[1]) =>
      expect(testHandler(handler, { site: sandbox, ...options })).rejects
    await refused({}).toThrow('expected 1 to 2')
    await refused({ selection: [1, 2, 3] }).toThrow('3 selected entities')
    await refused({ selection: [1], entityType: 'Version' }).toThrow('expected Shot')
    await refused({ selection: [1], user: 'nobody' }).toThrow('nobody with the login "nobody"')
    const wrong = { ...handler, title: '' }
    await expect(testHandler(wrong, { site: sandbox })).rejects.toThrow('title is empty')
  })

  test('acts as the person where the handler says so', async () => {
    const handler = defineHandler({
      title: 'As me',
      entityTypes: ['Version'],
      actAs: 'user',
      async run({ selection, site }) {
        await site.update({ type: 'Version', id: selection.ids[0] ?? 0 }, { description: 'by artist' })
      },
    })
    expect((await testHandler(handler, { site: sandbox, selection: [3], user: 'artist' })).error).toBeUndefined()
    const row = await sandbox.site.findOne('Version', [['id', 'is', 3]], ['updated_by'])
    expect(row?.updated_by).toMatchObject({ type: 'HumanUser' })
  })

  test('takes milliseconds once the sandbox is there', async () => {
    const handler = defineHandler({
      title: 'Quick',
      entityTypes: ['Version'],
      run: async ({ selection }) => message(String((await selection.load(['code'])).length)),
    })
    await testHandler(handler, { selection: [1] }) // starts the shared one
    const started = performance.now()
    for (let turn = 0; turn < 10; turn += 1) await testHandler(handler, { selection: [1, 2, 3] })
    expect((performance.now() - started) / 10).toBeLessThan(400)
  })
})

describe('openSandbox', () => {
  test('has the data of its seed and nothing else', async () => {
    await using own = await openSandbox({ empty: true, seed: { entities: [{ type: 'Project', name: 'Harbour' }] } })
    expect(await own.site.find('Project', [], ['name'])).toMatchObject([{ name: 'Harbour' }])
    expect(own.url).not.toBe(sandbox.url)
  })

  test('says what is wrong with a seed', async () => {
    await expect(openSandbox({ seed: { entities: [{ code: 'x' }] } })).rejects.toMatchObject({
      code: 'SANDBOX_FAILED',
      message: expect.stringContaining('entities'),
    })
  })

  test('a sandbox that was closed is gone, and closing it again is fine', async () => {
    const own = await openSandbox({ empty: true })
    await Promise.all([own.close(), own.close()])
    await expect(fetch(own.url)).rejects.toThrow()
  })

  const script = `
    import { parentPort } from 'node:worker_threads'
    import { openSandbox } from ${JSON.stringify(import.meta.resolve('amiable/testing'))}
    const { url } = await openSandbox({ empty: true })
    if (parentPort) parentPort.postMessage(url)
    else process.send(url)
    if (process.argv.includes('stay')) setInterval(() => {}, 1000)`

  function writeScript(): string {
    const path = join(mkdtempSync(join(tmpdir(), 'amiable-script-')), 'script.mjs')
    writeFileSync(path, script)
    return path
  }

  test('ends with a process that is done, and with one that is killed', async () => {
    const path = writeScript()
    for (const kill of [false, true]) {
      const child = fork(path, kill ? ['stay'] : [], { execArgv: [] })
      const exited = once(child, 'exit')
      const [url] = await once(child, 'message')
      expect(child.pid && isRunning(child.pid)).toBe(true)
      if (kill) child.kill('SIGKILL')
      else child.disconnect()
      const [code, signal] = await exited
      expect([code, signal]).toEqual(kill ? [null, 'SIGKILL'] : [0, null])
      await expect.poll(() => answers(url), { timeout: 10_000 }).toBe(false)
    }
    rmSync(join(path, '..'), { recursive: true })
  })

  test('ends with a worker thread', async () => {
    const path = writeScript()
    const worker = new Worker(path, { argv: ['stay'], execArgv: [] })
    const [url] = await once(worker, 'message')
    expect(await answers(url)).toBe(true)
    await worker.terminate()
    await expect.poll(() => answers(url), { timeout: 10_000 }).toBe(false)
    rmSync(join(path, '..'), { recursive: true })
  })
})

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}
