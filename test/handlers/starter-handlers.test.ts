import { join } from 'node:path'
import { testHandler } from 'amiable/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import setStatus from '../../handlers/set-status.ts'
import type { RunItem } from '../../src/handlers/events.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { createSite, type Site } from '../../src/site/index.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'
import { type SiteCall, startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const account = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }

let sandbox: RunningSandbox
let site: Site
let t: TestApp
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 })
  site = createSite({ url: sandbox.url, auth: account })
  const handlersDir = join(import.meta.dirname, '../../handlers')
  t = await buildTestApp({ handlersDir, site, grants: { site: { url: sandbox.url, ...account } } })
})
afterAll(async () => {
  await t?.[Symbol.asyncDispose]()
  await site?.close()
  await sandbox?.close()
})

const sessionUuid = '9f0c6d1e-0000-4000-8000-0000000000aa'
let clicks = 0

/** Click, fill the form in, and wait for the end, as a person does. */
async function use(
  handler: string,
  overrides: Record<string, string | undefined>,
  params: readonly [string, string][],
) {
  clicks += 1
  const fields = {
    session_uuid: sessionUuid,
    title: `Page ${clicks}`,
    user_id: '61',
    user_login: 'admin',
    project_id: '70',
    ...overrides,
  }
  const clicked = await t.app.inject({
    method: 'POST',
    url: `/ami/${handler}`,
    headers: urlencoded,
    payload: amiForm(fields, { handler }),
  })
  const form = String(clicked.headers.location)
  const page = await t.app.inject({ method: 'GET', url: form })
  const sent = await t.app.inject({
    method: 'POST',
    url: form,
    headers: urlencoded,
    payload: new URLSearchParams([
      ['nonce', 'page-0001'],
      ['revision', /name="revision" value="([^"]+)"/.exec(page.body)?.[1] ?? ''],
      ...params.map(([name, value]): [string, string] => [`param.${name}`, value]),
    ]).toString(),
  })
  const run = String(sent.headers.location)
  if (sent.statusCode !== 303) return { page, sent, state: undefined, record: undefined, text: '' }
  const state = (await t.app.inject({ method: 'GET', url: `${run}/state?wait=25000` })).json()
  const record = await t.runs.findByToken(run.slice(3))
  const bytes =
    state.result?.kind === 'file'
      ? (await t.app.inject({ method: 'GET', url: state.result.url })).rawPayload
      : undefined
  return { page, sent, state, record, text: bytes?.toString('utf8') ?? '' }
}

const select = (...ids: number[]) => ({ selected_ids: ids.join(','), ids: ids.join(',') })

describe('set-status', () => {
  test('shows each Version with its status, sets the new one under the window’s session, and says what was and is', async () => {
    const versions = await site.find('Version', [['id', 'in', [1, 2, 3]]], ['code', 'sg_status_list'])
    await site.update({ type: 'Version', id: 1 }, { sg_status_list: 'rev' })
    await site.update({ type: 'Version', id: 2 }, { sg_status_list: 'apr' })
    await site.update({ type: 'Version', id: 3 }, { sg_status_list: null })
    const { page, state, record } = await use('set-status', select(1, 2, 3), [['status', 'apr']])
    for (const { code } of versions) expect(page.body).toContain(String(code))
    expect(page.body).toContain('Pending Review')
    expect(page.body).toContain('No status')
    expect(state).toMatchObject({
      status: 'succeeded',
      items: { done: 2, skipped: 1, failed: 0 },
      result: { text: '2 of 3 changed to Approved.' },
    })
    const items = await t.runs.listItems(record?.id ?? '', 10)
    expect(items.map(({ id, status, why }) => [id, status, why])).toEqual([
      [2, 'skipped', 'It is Approved already.'],
      [1, 'done', 'Pending Review → Approved'],
      [3, 'done', 'No status → Approved'],
    ])
    const after = await site.find('Version', [['id', 'in', [1, 2, 3]]], ['sg_status_list'])
    expect(after.map((row) => row.sg_status_list)).toEqual(['apr', 'apr', 'apr'])
    const events = await site.find('EventLogEntry', [['session_uuid', 'is', sessionUuid]], ['entity'])
    expect(events.map(({ entity }) => entity)).toMatchObject([{ id: 1 }, { id: 3 }])
    expect(record?.asked).toEqual([{ label: 'New status', value: 'Approved' }])
  })

  test('takes Tasks, whose name is elsewhere, and tells which have gone', async () => {
    const [task] = await site.find('Task', [['sg_status_list', 'is_not', 'fin']], ['content'], { limit: 1 })
    const id = task?.id ?? 0
    const { state, record, page } = await use('set-status', { entity_type: 'Task', ...select(id, 999_999) }, [
      ['status', 'fin'],
    ])
    expect(page.body).toContain(String(task?.content))
    expect(state.items).toEqual({ done: 1, failed: 1, skipped: 0 })
    const [first] = await t.runs.listItems(record?.id ?? '', 1)
    expect(first).toMatchObject({ id: 999_999, status: 'failed', why: 'It is no longer on the site.' })
  })

  test('offers only what the site has', async () => {
    const { sent } = await use('set-status', select(4), [['status', 'nonsense']])
    expect(sent.statusCode).toBe(422)
    expect(sent.body).toContain('“nonsense” is not one of the choices')
  })
})

describe('set-status on a thousand', () => {
  const ids = Array.from({ length: 120 }, (_, at) => at + 1)
  const seed = {
    entities: [
      { type: 'Project', id: 1, name: 'Harbour' },
      ...ids.map((id) => ({
        type: 'Version',
        id,
        code: `v${id}`,
        sg_status_list: 'rev',
        project: { type: 'Project', id: 1 },
      })),
    ],
  }
  const options = {
    entityType: 'Version',
    selection: ids,
    params: { status: 'apr' },
    user: { id: 1, login: 'somebody' },
    project: null,
  }
  const refused = { exception: true, error_code: 104, message: 'v60 is locked' }
  const writes = ({ calls }: WatchedSite) =>
    calls.filter(({ method }) => method === 'batch' || method === 'update').map(({ method }) => method)
  const tally = (items: readonly RunItem[]) => Object.groupBy(items, ({ status }) => status)

  test('asks the site some dozens at a time, and one by one where it refuses', async () => {
    await using watched = await startWatchedSite({
      seed,
      intercept: (call, answer) => (JSON.stringify(call).includes('"id":60,') && isWrite(call) ? refused : answer()),
    })
    const { items, text } = await testHandler(setStatus, { ...options, site: { url: watched.url, ...account } })
    expect(text).toBe('119 of 120 changed to Approved.')
    expect(tally(items).failed).toMatchObject([{ id: 60, why: expect.stringContaining('locked') }])
    expect(writes(watched).filter((method) => method === 'batch')).toHaveLength(3)
    expect(writes(watched).filter((method) => method === 'update')).toHaveLength(50)
  })

  test('that is stopped tells of everything that it did not reach', async () => {
    const stop = new AbortController()
    await using watched = await startWatchedSite({
      seed,
      intercept: async (call, answer) => {
        const answered = await answer()
        if (call.method === 'batch' && JSON.stringify(call).includes('"id":60,')) stop.abort(new Error('enough'))
        return answered
      },
    })
    const site = { url: watched.url, ...account }
    const { items, error } = await testHandler(setStatus, { ...options, site, signal: stop.signal })
    expect(error).toMatchObject({ message: 'enough' })
    const { done, failed, skipped } = tally(items)
    expect(done?.map(({ id }) => id)).toEqual(ids.slice(0, 50))
    expect(failed?.map(({ id }) => id)).toEqual(ids.slice(50, 100))
    expect(failed?.[0]?.why).toContain('look on the site')
    expect(skipped?.map(({ id }) => id)).toEqual(ids.slice(100))
  })

  function isWrite({ method }: SiteCall): boolean {
    return method === 'batch' || method === 'update'
  }
})

describe('export-csv', () => {
  const page = {
    cols: 'code,sg_status_list,entity,sg_task,image,created_at,step_0,entity.Shot.sg_cut_in',
    column_display_names: 'Version Name,Status,Link,Task,Thumbnail,Date Created,Pipeline Step,Cut In',
  }

  test('has the columns of the page in their order, by name, with what people see in the cells', async () => {
    await site.update(
      { type: 'Version', id: 5 },
      { code: 'fog, "wet" 霧の桟橋', sg_status_list: 'rev', description: '=1+1' },
    )
    const { state, text } = await use('export-csv', { ...page, ...select(5, 4) }, [['separator', 'comma']])
    expect(state).toMatchObject({
      status: 'succeeded',
      result: { type: 'text/csv; charset=utf-8', name: expect.stringMatching(/^Lighthouse Page \d+\.csv$/) },
    })
    const [head, first, second, rest] = text.split('\r\n')
    expect(head).toBe('\uFEFFVersion Name,Status,Link,Task,Thumbnail,Date Created,Cut In')
    expect(first).toMatch(/^"fog, ""wet"" 霧の桟橋",Pending Review,/)
    expect(first).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d/)
    expect(second).not.toBe('')
    expect(rest).toBe('')
  })

  test('for spreadsheets of other countries, with ids', async () => {
    const { text } = await use('export-csv', { cols: 'code', column_display_names: 'Version Name', ...select(7, 6) }, [
      ['separator', 'semicolon'],
      ['ids', 'true'],
    ])
    expect(text.split('\r\n').map((line) => line.split(';')[0])).toEqual(['\uFEFFId', '7', '6', ''])
  })

  test('with nothing selected asks for the page, and a page of other columns still has names', async () => {
    const { page: form, text } = await use(
      'export-csv',
      { selected_ids: '', ids: '1,2,3', cols: 'step_0', column_display_names: 'Step' },
      [],
    )
    expect(form.body).toContain('Use everything on the page, 3 Versions?')
    expect(text.split('\r\n')[0]).toBe('\uFEFFName')
    expect(text.split('\r\n')).toHaveLength(5)
  })
})
