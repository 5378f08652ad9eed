import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTokenOf, tokenHashOf } from '../../src/runs/token.ts'
import { testSecret } from '../helpers/ami-form.ts'
import { engines } from '../helpers/engines.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

describe.each(engines)('a run that another process works on or did, in the %s store', (engine) => {
  let t: TestApp
  let origin: string
  beforeAll(async () => {
    t = await buildTestApp({ engine, graceMs: 0 })
    origin = await t.app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(() => t[Symbol.asyncDispose]())

  const addRun = async (): Promise<{ id: string; url: string; succeed: (outcome?: object) => Promise<unknown> }> => {
    const [id, instance] = [randomUUID(), randomUUID()]
    const token = runTokenOf(id, testSecret)
    await t.store.db
      .insertInto('instances')
      .values({ id: instance, started_ms: Date.now(), seen_ms: Date.now() + 60_000, description: 'another' })
      .execute()
    await t.store.db
      .insertInto('runs')
      .values({
        id,
        token_hash: tokenHashOf(token),
        click_key: null,
        handler: 'hello',
        title: 'Hello',
        status: 'running',
        entity_type: 'Version',
        selected_count: 1,
        user_id: 61,
        user_login: 'mira',
        project_id: null,
        project_name: null,
        page_title: null,
        context: '{}',
        instance_id: instance,
        attempt: 1,
        created_ms: Date.now(),
        started_ms: Date.now(),
        finished_ms: null,
        progress: null,
        outcome: null,
        error_code: null,
        error_message: null,
      })
      .execute()
    const succeed = (outcome: object = { kind: 'message', text: 'done there', links: [] }) =>
      t.store.db
        .updateTable('runs')
        .set({ status: 'succeeded', finished_ms: Date.now(), outcome: JSON.stringify(outcome) })
        .where('id', '=', id)
        .execute()
    return { id, url: `${origin}/r/${token}`, succeed }
  }

  test('its events last until it is settled there', async () => {
    const { url, succeed } = await addRun()
    const events = (await fetch(`${url}/events`)).body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('"status":"running"')) text += (await events?.read())?.value ?? ''
    expect(text).not.toContain('event: settled')
    await succeed()
    for (let part = await events?.read(); part && !part.done; part = await events?.read()) text += part.value
    expect(text).toMatch(/"status":"succeeded".*"text":"done there".*\n\nevent: settled\ndata: \{\}\n\n$/)
  })

  test('whoever waits for its state gets it when it is settled there, or as it stands in the end', async () => {
    const { url, succeed } = await addRun()
    expect(await (await fetch(`${url}/state?wait=300`)).json()).toMatchObject({ status: 'running' })
    expect(await (await fetch(url)).text()).toContain('/assets/run.js')
    const waiting = fetch(`${url}/state?wait=20000`)
    await succeed()
    expect(await (await waiting).json()).toMatchObject({ status: 'succeeded', result: { text: 'done there' } })
    expect(await (await fetch(url)).text()).toContain('done there')
  })

  test('a file of a type that no header takes is offered as bytes', async () => {
    const { id, url, succeed } = await addRun()
    const folder = join(t.dataDir, 'artifacts', id.slice(0, 2), id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'result'), 'odd')
    const file = { path: 'result', name: 'a.bin', type: 'text/ж\r\nset-cookie: a=b', bytes: 3, inline: true }
    await succeed({ kind: 'file', file })
    const answer = await fetch(`${url}/files/a.bin`)
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/octet-stream',
      'odd',
    ])
  })
})
