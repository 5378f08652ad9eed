import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { amiForm } from '../helpers/ami-form.ts'
import { engines } from '../helpers/engines.ts'
import { type HandlersFolder, makeHandlersFolder } from '../helpers/handlers-folder.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

const handler = (body: string) => `import { setTimeout as delay } from 'node:timers/promises'
import { defineHandler, message } from 'amiable'
export default defineHandler({ title: 'Works', run: async ({ signal, log, progress }) => { ${body} } })
`

describe.each(engines)('cancelling, on the %s store', (engine) => {
  let folder: HandlersFolder
  let t: TestApp
  beforeAll(async () => {
    folder = makeHandlersFolder({
      'listens.ts': handler(`progress(1, 3, 'begun')
        await delay(60_000, undefined, { signal }).catch(() => log.info('cleaned up'))
        return message('late')`),
      'deaf.ts': handler(`progress(1, 3, 'begun'); for (;;) Math.sqrt(2)`),
      'quick.ts': handler(`return message('quick')`),
    })
    t = await buildTestApp({ engine, handlersDir: folder.path, slots: 1, graceMs: 0 })
  })
  afterAll(async () => {
    await t?.[Symbol.asyncDispose]()
    folder?.[Symbol.dispose]()
  })

  const click = async (name: string, title = name) => {
    const payload = amiForm({ title }, { handler: name })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await t.app.inject({ method: 'POST', url: `/ami/${name}`, headers, payload })
    return String(answer.headers.location)
  }
  const state = async (run: string, waitMs = 0) =>
    (await t.app.inject({ method: 'GET', url: `${run}/state?wait=${waitMs}` })).json()
  const cancel = (run: string) => t.app.inject({ method: 'POST', url: `${run}/cancel` })
  const begun = (run: string) =>
    expect.poll(async () => (await state(run)).progress?.text, { timeout: 20_000 }).toBe('begun')

  test('a run that listens stops, with time to clean up', async () => {
    const run = await click('listens')
    await begun(run)
    const page = await t.app.inject({ method: 'GET', url: run })
    expect(page.body).toContain(`action="${run}/cancel"`)
    const answer = await cancel(run)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, run])
    expect(await state(run, 20_000)).toMatchObject({ status: 'cancelled', error: { code: 'RUN_CANCELLED' } })
    const { run: id } = await state(run)
    const lines = await t.runs.listLines(id, 10)
    expect(lines.map(({ text }) => text)).toContain('cleaned up')
    expect((await t.app.inject({ method: 'GET', url: run })).body).toContain('It was cancelled')
  })

  test('a run that does not listen is ended', async () => {
    const run = await click('deaf')
    await begun(run)
    await cancel(run)
    expect(await state(run)).toMatchObject({ status: 'running', cancelling: true })
    expect(await state(run, 20_000)).toMatchObject({
      status: 'cancelled',
      error: { message: expect.stringContaining('did not stop by itself') },
    })
    expect(await state(await click('quick', 'after it'), 20_000)).toMatchObject({ result: { text: 'quick' } })
  })

  test('a run that waits never begins, and those behind it move up', async () => {
    const first = await click('listens', 'first')
    await begun(first)
    const [second, third] = [await click('listens', 'second'), await click('quick', 'third')]
    await cancel(second)
    expect(await state(second, 20_000)).toMatchObject({
      status: 'cancelled',
      error: { message: expect.stringContaining('Nothing was done') },
    })
    await cancel(first)
    expect(await state(third, 20_000)).toMatchObject({ status: 'succeeded' })
  })

  test('a run that is over stays as it ended', async () => {
    const run = await click('quick', 'over')
    expect(await state(run, 20_000)).toMatchObject({ status: 'succeeded' })
    expect((await cancel(run)).statusCode).toBe(303)
    expect(await state(run)).toMatchObject({ status: 'succeeded' })
  })

  test('a run that is not there is refused', async () => {
    expect((await cancel(`/r/${'x'.repeat(43)}`)).statusCode).toBe(404)
  })

  const shared = engine === 'postgres' // nobody else can use the embedded one
  if (shared)
    test('a run of another process is asked through the store', async () => {
      const run = await click('listens', 'elsewhere')
      await begun(run)
      const { run: id } = await state(run)
      await t.store.db.updateTable('runs').set({ cancel_asked: true }).where('id', '=', id).execute()
      expect(await state(run, 20_000)).toMatchObject({ status: 'cancelled' })
    })
})
