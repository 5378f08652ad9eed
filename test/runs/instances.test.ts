import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { joinInstances } from '../../src/runs/instances.ts'
import { openStore } from '../../src/store/open.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { engines, openTestStorage } from '../helpers/engines.ts'
import { buildTestApp } from '../helpers/test-app.ts'

const silent = pino({ level: 'silent' })

const row = (id: string, instance: string) => ({
  id,
  token_hash: id,
  click_key: id,
  handler: 'hello',
  title: 'Hello',
  status: 'running' as const,
  entity_type: 'Version',
  selected_count: 1,
  user_id: 1,
  user_login: 'mira',
  context: '{}',
  instance_id: instance,
  attempt: 1,
  created_ms: 1,
})

describe.each(engines)('processes that share the %s store', (engine) => {
  test('a process that is gone leaves its runs interrupted; one that lives keeps them', async () => {
    await using storage = await openTestStorage(engine)
    const store = await openStore(storage)
    const [orphan, kept] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
    await store.db
      .insertInto('instances')
      .values({ id: 'gone', started_ms: 1, seen_ms: Date.now() - 60_000, description: '' })
      .execute()
    await store.db
      .insertInto('instances')
      .values({ id: 'alive', started_ms: 1, seen_ms: Date.now(), description: '' })
      .execute()
    await store.db
      .insertInto('runs')
      .values([row(orphan, 'gone'), row(kept, 'alive')])
      .execute()
    const me = await joinInstances(store.db, { alone: false, isLive: () => false, log: silent })
    const statuses = await store.db.selectFrom('runs').select(['id', 'status', 'error_code']).orderBy('id').execute()
    expect(statuses).toEqual([
      { id: orphan, status: 'interrupted', error_code: 'RUN_INTERRUPTED' },
      { id: kept, status: 'running', error_code: null },
    ])
    await me.close()
    const left = await store.db.selectFrom('instances').select('id').execute()
    expect(left).toEqual([{ id: 'alive' }])
    await store.close()
  })
})

test('a run that was recorded after its click was refused is settled; one that is under way is not', async () => {
  await using storage = await openTestStorage('embedded')
  const store = await openStore(storage)
  const [lost, live] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const me = await joinInstances(store.db, { alone: true, isLive: (id) => id === live, log: silent })
    const rows = [row(lost, me.id), row(live, me.id)]
    await store.db.insertInto('runs').values(rows).execute()
    vi.advanceTimersByTime(5000)
    await me.close() // waits for the sign of life that is under way, then ends what is left as interrupted
    const runs = await store.db.selectFrom('runs').select(['id', 'status']).orderBy('id').execute()
    expect(runs).toEqual([
      { id: lost, status: 'failed' },
      { id: live, status: 'interrupted' },
    ])
  } finally {
    vi.useRealTimers()
    await store.close()
  }
})

test('a secret that a handler repeats is struck from its lines, its error and its result', async () => {
  await using t = await buildTestApp({ engine: 'embedded' })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const posted = await t.app.inject({
    method: 'POST',
    url: '/ami/tells-secrets',
    headers,
    payload: amiForm({}, { handler: 'tells-secrets' }),
  })
  const state = await t.app.inject({ url: `${posted.headers.location}/state?wait=20000` })
  const lines = await t.store.db.selectFrom('run_log').selectAll().execute()
  expect(lines.length).toBeGreaterThan(0)
  expect(JSON.stringify([state.json(), lines])).not.toContain('key-5f0c-secret')
  expect(JSON.stringify(lines)).toContain('•••')
})
