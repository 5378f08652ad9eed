import { randomUUID } from 'node:crypto'
import {
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRecorder, type Recorder } from '../../src/runs/recorder.ts'
import type { NewRun } from '../../src/runs/rows.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import type { Tables } from '../../src/store/tables.ts'
import { engines, openTestStorage, type TestStorage } from '../helpers/engines.ts'

const silent = pino({ level: 'silent' })

function newRun(overrides: Partial<NewRun> = {}): NewRun {
  const id = randomUUID()
  return {
    id,
    token_hash: id,
    click_key: id,
    handler: 'hello',
    title: 'Hello',
    status: 'queued',
    entity_type: 'Version',
    selected_count: 1,
    user_id: 61,
    user_login: 'mira',
    project_id: null,
    project_name: null,
    page_title: null,
    context: '{}',
    instance_id: 'test',
    attempt: 1,
    created_ms: 1,
    started_ms: null,
    finished_ms: null,
    progress: null,
    outcome: null,
    error_code: null,
    error_message: null,
    ...overrides,
  }
}

describe.each(engines)('the recorder on the %s store', (engine) => {
  let storage: TestStorage
  let store: Store
  let recorder: Recorder
  beforeAll(async () => {
    storage = await openTestStorage(engine)
    store = await openStore(storage)
  })
  beforeEach(() => {
    recorder = createRecorder(store.db, silent)
  })
  afterEach(async () => {
    await recorder.close()
    await store.db.deleteFrom('runs').execute()
  })
  afterAll(async () => {
    await store.close()
    await storage[Symbol.asyncDispose]()
  })
  const find = (id: string) => store.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()

  test('a thousand runs at once are all there, each click once', async () => {
    const runs = Array.from({ length: 1000 }, () => newRun())
    const twice = newRun({ click_key: String(runs[0]?.click_key) })
    const written = await Promise.all([...runs, twice].map((run) => recorder.insert(run)))
    expect(written.filter(Boolean)).toHaveLength(1000)
    expect(written.at(-1)).toBe(false)
  })

  test('what a run’s end holds that the store does not take fails that run, and no other', async () => {
    const [bad, good] = [newRun(), newRun()]
    await Promise.all([recorder.insert(bad), recorder.insert(good)])
    const tooLate = 10 ** 30 // no bigint
    await Promise.all([
      recorder.patch({ id: bad.id, status: 'succeeded', finishedMs: 5, startedMs: tooLate }).catch(() => {}),
      recorder.patch({ id: good.id, status: 'succeeded', finishedMs: 5 }),
      recorder.insert(newRun()),
    ])
    expect(await find(good.id)).toMatchObject({ status: 'succeeded' })
    await expect(recorder.insert(newRun())).resolves.toBe(true)
  })

  test('an insert that the store does not take is refused alone', async () => {
    const bad = newRun({ id: 'no uuid' })
    const results = await Promise.allSettled([
      recorder.insert(bad),
      recorder.insert(newRun()),
      recorder.insert(newRun()),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  })

  test('every line is there when the run is settled, letters that the store does not know replaced', async () => {
    const run = newRun()
    await recorder.insert(run)
    for (let seq = 1; seq <= 9000; seq += 1)
      recorder.log(run.id, seq, {
        atMs: seq,
        level: 'info',
        text: `line ${seq} \u0000\ud800`,
        fields: { 'k\u0000': '\ud800' },
      })
    await recorder.patch({ id: run.id, status: 'succeeded', finishedMs: 1 })
    const lines = await store.db
      .selectFrom('run_log')
      .select(['seq', 'text'])
      .where('run_id', '=', run.id)
      .orderBy('seq')
      .execute()
    expect(lines).toHaveLength(9000)
    expect(lines[0]?.text).toBe('line 1 \uFFFD\uFFFD')
  })

  test('lines of a run that is quiet afterwards are written without anybody asking', async () => {
    const run = newRun()
    await recorder.insert(run)
    recorder.log(run.id, 1, { atMs: 1, level: 'info', text: 'alone' })
    const count = async () =>
      (await store.db.selectFrom('run_log').select('seq').where('run_id', '=', run.id).execute()).length
    await expect.poll(count, { timeout: 5000 }).toBe(1)
  })

  test('a settled run stays as it was settled', async () => {
    const run = newRun()
    await recorder.insert(run)
    await recorder.patch({ id: run.id, status: 'interrupted', finishedMs: 5 })
    await recorder.patch({ id: run.id, status: 'succeeded', finishedMs: 9 })
    expect(await find(run.id)).toMatchObject({ status: 'interrupted', finished_ms: 5 })
  })
})

test('closing does not wait for a store that is away, and takes nothing more', async () => {
  await using storage = await openTestStorage('embedded')
  const store = await openStore(storage)
  const recorder = createRecorder(store.db, silent)
  const run = newRun()
  await recorder.insert(run)
  await store.close()
  const lost = expect(recorder.patch({ id: run.id, status: 'succeeded', finishedMs: 1 })).rejects.toThrow('away')
  await recorder.close()
  await lost
  await expect(recorder.insert(newRun())).rejects.toThrow('closed')
}, 20_000)

test('a write that fails after closing does not keep the process busy', async () => {
  const { promise, reject } = Promise.withResolvers<never>()
  const hanging = kyselyThatAnswers(() => promise)
  const recorder = createRecorder(hanging, silent)
  const lost = expect(recorder.patch({ id: 'a', status: 'succeeded' })).rejects.toThrow()
  await recorder.close()
  reject(new Error('the connection is gone'))
  await new Promise((resolve) => setTimeout(resolve, 1)) // fires only when the event loop turns
  await lost
}, 20_000)

test('one chatty run does not hold back the end of another', async () => {
  await using storage = await openTestStorage('embedded')
  const store = await openStore(storage)
  const recorder = createRecorder(store.db, silent)
  const [chatty, quiet] = [newRun(), newRun()]
  await Promise.all([recorder.insert(chatty), recorder.insert(quiet)])
  for (let seq = 1; seq <= 40_000; seq += 1)
    recorder.log(chatty.id, seq, { atMs: 1, level: 'info', text: 'x'.repeat(100) })
  const order: string[] = []
  await Promise.all([
    recorder.patch({ id: chatty.id, status: 'succeeded', finishedMs: 1 }).then(() => order.push('chatty')),
    recorder.patch({ id: quiet.id, status: 'succeeded', finishedMs: 1 }).then(() => order.push('quiet')),
  ])
  await recorder.close()
  await store.close()
  expect(order).toEqual(['quiet', 'chatty'])
})

test('a group that is refused again and again does not hold back others: it is written one by one', async () => {
  await using storage = await openTestStorage('embedded')
  const store = await openStore(storage)
  // A fault that is neither the data's by its code nor the connection's.
  await sql`create function refuse() returns trigger language plpgsql as $$ begin
    if new.progress is not null then raise exception 'no' using errcode = 'XX001'; end if; return new; end $$`.execute(
    store.db,
  )
  await sql`create trigger refuse before update on runs for each row execute function refuse()`.execute(store.db)
  const recorder = createRecorder(store.db, silent)
  const [bad, good] = [newRun(), newRun()]
  await Promise.all([recorder.insert(bad), recorder.insert(good)])
  const ends = [
    recorder.patch({ id: bad.id, status: 'succeeded', finishedMs: 5, progress: { done: 1, total: 1 } }),
    recorder.patch({ id: good.id, status: 'succeeded', finishedMs: 5 }),
  ]
  await ends[0]
  await ends[1]
  await expect(recorder.insert(newRun())).resolves.toBe(true)
  const runs = await store.db.selectFrom('runs').select(['id', 'status']).where('finished_ms', '=', 5).execute()
  await recorder.close()
  await store.close()
  expect(runs).toHaveLength(2)
  expect(runs).toContainEqual({ id: bad.id, status: 'failed' })
  expect(runs).toContainEqual({ id: good.id, status: 'succeeded' })
}, 20_000)

test('word that a run is under way never wins over its end', async () => {
  await using storage = await openTestStorage('embedded')
  const store = await openStore(storage)
  const recorder = createRecorder(store.db, silent)
  const run = newRun()
  await recorder.insert(run)
  await Promise.all([
    recorder.patch({ id: run.id, status: 'succeeded', finishedMs: 5 }),
    recorder.patch({ id: run.id, status: 'running', startedMs: 3 }),
  ])
  const row = await store.db.selectFrom('runs').selectAll().where('id', '=', run.id).executeTakeFirst()
  await recorder.close()
  await store.close()
  expect(row).toMatchObject({ status: 'succeeded', started_ms: 3, finished_ms: 5 })
})

/** A store of which nothing but its answers is there. */
function kyselyThatAnswers(answer: () => Promise<never>): Kysely<Tables> {
  class Driver extends DummyDriver {
    override acquireConnection(): Promise<DatabaseConnection> {
      return Promise.resolve({
        executeQuery: answer,
        streamQuery() {
          throw new Error('no streams')
        },
      })
    }
  }
  return new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new Driver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
}
