import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { createSite, type Site } from '../../src/site/index.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { type HandlersFolder, makeHandlersFolder } from '../helpers/handlers-folder.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const account = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }

let sandbox: RunningSandbox
let site: Site
let folder: HandlersFolder
let t: TestApp
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 })
  site = createSite({ url: sandbox.url, auth: account })
  folder = makeHandlersFolder({
    'changes.ts': handler(`
      const [first, second] = await selection.load(['code'])
      await site.update(first, { description: 'Fog <b>wet</b> deck', sg_status_list: 'apr' })
      await site.batch([
        { requestType: 'update', entityType: 'Version', entityId: second.id, data: { description: null } },
        { requestType: 'create', entityType: 'Playlist', data: { code: 'Dailies 전달', project } },
      ])
      const made = await site.create('Shot', { code: 'LH_999', project })
      await site.delete(made)`),
    'fails.ts': handler(`await site.update({ type: 'Version', id: selection.ids[0] }, { sg_status_list: 'nonsense' })`),
    'reads.ts': handler(`await selection.load(['code'])`),
    'floods.ts': handler(`
      for (let at = 0; at < 700; at += 100) await site.batch(Array.from({ length: 100 }, (_, one) => (
        { requestType: 'create', entityType: 'Shot', data: { code: 'FL_' + String(at + one).padStart(4, '0'), project } })))`),
    'page.ts': handler(
      `await site.update({ type: 'Version', id: 2 }, { description: 'behind a page' }); return html('<h1>Own page</h1>')`,
    ),
    'dies.ts': handler(
      `await site.update({ type: 'Version', id: 2 }, { description: 'before the end' }); process.kill(process.pid, 'SIGKILL')`,
    ),
    'names.ts': handler(
      `await site.update({ type: 'Version', id: 2 }, { [env.STATUS_FIELD]: 'x'.repeat(490) + env.DELIVERY_TOKEN })`,
      `env: ['DELIVERY_TOKEN', 'STATUS_FIELD'],`,
    ),
    'leaks.ts': handler(
      `await site.update({ type: 'Version', id: selection.ids[0] }, { description: 'with ' + env.DELIVERY_TOKEN })`,
      `env: ['DELIVERY_TOKEN'],`,
    ),
  })
  t = await buildTestApp({
    handlersDir: folder.path,
    site,
    siteUrl: sandbox.url,
    grants: {
      site: { url: sandbox.url, ...account },
      environment: { DELIVERY_TOKEN: 'delivery-token-9c1f', STATUS_FIELD: 'description', AMIABLE_SECRET: 'never' },
    },
  })
})
afterAll(async () => {
  await t?.[Symbol.asyncDispose]()
  folder?.[Symbol.dispose]()
  await site?.close()
  await sandbox?.close()
})

function handler(body: string, options = ''): string {
  return `import { defineHandler, html, message } from 'amiable'
export default defineHandler({ title: 'Changes', ${options} run: async ({ site, selection, project: { id }, env }) => { const project = { type: 'Project', id }; ${body}; return message('done') } })
`
}

async function click(name: string) {
  const ids = '1,2'
  const project = { project_id: '70', project_name: 'Lighthouse' }
  const found = await site.findOne('Version', [['id', 'is', 1]], ['project'])
  const projectId = String((found?.project as { id: number } | undefined)?.id ?? project.project_id)
  const payload = amiForm({ ids, selected_ids: ids, title: name, project_id: projectId }, { handler: name })
  const posted = await t.app.inject({ method: 'POST', url: `/ami/${name}`, headers: urlencoded, payload })
  const run = String(posted.headers.location)
  const state = (await t.app.inject({ method: 'GET', url: `${run}/state?wait=25000` })).json()
  const page = (await t.app.inject({ method: 'GET', url: run })).body
  return { run, state, page, ...(await t.runs.listWrites(state.run, 1000)) }
}

test('what a run changed is kept in its order, with what was there before, and its page shows it', async () => {
  const fields = ['code', 'description', 'sg_status_list']
  const before: Record<string, unknown>[] = await site.find('Version', [['id', 'in', [1, 2]]], fields)
  const { state, writes, page } = await click('changes')
  expect(state).toMatchObject({ status: 'succeeded' })
  const [first, second] = [1, 2].map((id) => before.find((version) => version.id === id))
  expect(writes.map(({ operation, type, outcome }) => [operation, type, outcome])).toEqual([
    ['update', 'Version', 'done'],
    ['update', 'Version', 'done'],
    ['create', 'Playlist', 'done'],
    ['create', 'Shot', 'done'],
    ['delete', 'Shot', 'done'],
  ])
  expect(writes[0]).toMatchObject({ id: 1, name: first?.code })
  expect(writes[0]?.fields).toEqual(
    expect.arrayContaining([
      { field: 'description', from: first?.description ?? null, to: 'Fog <b>wet</b> deck' },
      { field: 'sg_status_list', from: first?.sg_status_list, to: 'apr' },
    ]),
  )
  expect(writes[1]?.fields).toEqual([{ field: 'description', from: second?.description ?? null, to: null }])
  expect(writes[2]).toMatchObject({ name: 'Dailies 전달', id: expect.any(Number) })
  expect(page).toContain('What it changed')
  expect(page).toContain('Fog &lt;b&gt;wet&lt;/b&gt; deck')
  expect(page).toContain('moved to the trash')
  expect(page).toContain(`${sandbox.url}/detail/Version/1`)
})

test('a change that the site refused is shown as one that was not made', async () => {
  const { state, writes, page } = await click('fails')
  expect(state).toMatchObject({ status: 'failed' })
  expect(writes).toMatchObject([{ outcome: 'failed', why: expect.stringContaining('nonsense') }])
  expect(page).toContain('was not changed')
})

test('a run that only reads has changed nothing, and its page says nothing of it', async () => {
  const { total, page } = await click('reads')
  expect(total).toBe(0)
  expect(page).not.toContain('What it changed')
})

test('of many changes the page lists the first, and counts the others', async () => {
  const { total, writes, page } = await click('floods')
  expect([total, writes.length]).toEqual([700, 700])
  expect(writes.map(({ name }) => name)).toEqual(
    Array.from({ length: 700 }, (_, at) => `FL_${String(at).padStart(4, '0')}`),
  )
  expect(page).toContain('200 more are not listed here.')
})

test('variables that a handler was given do not come back in what it changed', async () => {
  const { writes, page } = await click('leaks')
  expect(writes[0]?.fields[0]?.to).toBe('with •••')
  expect(page).not.toContain('delivery-token-9c1f')
})

test('a change is known although its run died right after it', async () => {
  const { state, writes } = await click('dies')
  expect(state).toMatchObject({ status: 'failed' })
  expect(writes).toMatchObject([{ id: 2, outcome: 'done', fields: [{ to: 'before the end' }] }])
})

test('a field keeps its name, and a secret at the end of a long text is not cut in two', async () => {
  const { writes } = await click('names')
  expect(writes[0]?.fields[0]).toMatchObject({ field: 'description', to: `${'x'.repeat(490)}•••` })
})

test('where a page of its own takes the place of the run’s page, that one is still there', async () => {
  const { run, page } = await click('page')
  expect(page).toBe('<h1>Own page</h1>')
  const own = await t.app.inject({ method: 'GET', url: `${run}/run` })
  expect(own.body).toContain('behind a page')
  expect(own.body).toContain(`href="${run}/page"`)
})
