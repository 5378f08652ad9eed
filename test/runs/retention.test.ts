import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Artifacts, createArtifacts } from '../../src/runs/artifacts.ts'
import { prune, type Retention, startPruning } from '../../src/runs/retention.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { engines, openTestStorage, type TestStorage } from '../helpers/engines.ts'
import { addRuns } from '../helpers/run-rows.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 10, 23)
const ago = (days: number): number => NOW_MS - days * DAY_MS
const keep = (days: { runs?: number; logs?: number; files?: number }): Retention => ({
  runsMs: days.runs === undefined ? undefined : days.runs * DAY_MS,
  logsMs: days.logs === undefined ? undefined : days.logs * DAY_MS,
  filesMs: days.files === undefined ? undefined : days.files * DAY_MS,
})

describe.each(engines)('retention on the %s store', (engine) => {
  let storage: TestStorage
  let store: Store
  let artifacts: Artifacts
  beforeAll(async () => {
    storage = await openTestStorage(engine)
    store = await openStore(storage)
    artifacts = createArtifacts(storage.dataDir)
  })
  afterEach(async () => {
    await store.db.deleteFrom('runs').execute()
    await rm(join(storage.dataDir, 'artifacts'), { recursive: true, force: true })
  })
  afterAll(async () => {
    await store.close()
    await storage[Symbol.asyncDispose]()
  })

  /** A run of some days ago, with a line and a file. */
  async function addRun(days: number, row = {}): Promise<string> {
    const [id = ''] = await addRuns(store.db, [{ created_ms: ago(days), ...row }])
    await store.db
      .insertInto('run_log')
      .values({ run_id: id, seq: 1, at_ms: ago(days), level: 'info', text: 'a line', fields: null })
      .execute()
    const folder = join(storage.dataDir, 'artifacts', id.slice(0, 2), id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'result'), 'a file')
    await utimes(folder, ago(days) / 1000, ago(days) / 1000)
    return id
  }
  const idsOf = async (table: 'runs' | 'run_log'): Promise<string[]> =>
    table === 'runs'
      ? (await store.db.selectFrom('runs').select('id').execute()).map(({ id }) => id)
      : (await store.db.selectFrom('run_log').select('run_id').execute()).map(({ run_id }) => run_id)
  const filesOf = async (): Promise<string[]> => {
    const shelves = await readdir(join(storage.dataDir, 'artifacts'))
    return (await Promise.all(shelves.map((shelf) => readdir(join(storage.dataDir, 'artifacts', shelf))))).flat()
  }

  test('removes old runs with their lines and files, and leaves the others', async () => {
    await addRun(91)
    const young = await addRun(89)
    expect(await prune(store.db, artifacts, { retention: keep({ runs: 90 }), nowMs: NOW_MS })).toEqual({
      runs: 1,
      lines: 0,
      files: 0,
    })
    expect([await idsOf('runs'), await idsOf('run_log'), await filesOf()]).toEqual([[young], [young], [young]])
  })

  test('removes lines and files earlier than their runs', async () => {
    const [old, young] = [await addRun(20), await addRun(3)]
    const retention = keep({ runs: 90, logs: 10, files: 14 })
    expect(await prune(store.db, artifacts, { retention, nowMs: NOW_MS })).toEqual({ runs: 0, lines: 1, files: 1 })
    expect((await idsOf('runs')).sort()).toEqual([old, young].sort())
    expect([await idsOf('run_log'), await filesOf()]).toEqual([[young], [young]])
    await expect(artifacts.locate(old, 'result')).rejects.toMatchObject({ code: 'ARTIFACT_GONE' })
  })

  test('leaves alone what is not of a run', async () => {
    const folder = join(storage.dataDir, 'artifacts/renders/shot010')
    await mkdir(folder, { recursive: true })
    await utimes(folder, 1, 1)
    await prune(store.db, artifacts, { retention: keep({ files: 1 }), nowMs: NOW_MS })
    expect(await readdir(join(folder, '..'))).toEqual(['shot010'])
  })

  test('of one run with very many lines removes them in steps', async () => {
    const id = await addRun(50)
    await sql`insert into run_log (run_id, seq, at_ms, level, text)
      select ${id}::uuid, n, 1, 'info', 'x' from generate_series(2, 12000) n`.execute(store.db)
    expect(await prune(store.db, artifacts, { retention: keep({ logs: 30 }), nowMs: NOW_MS })).toMatchObject({
      lines: 12_000,
    })
  })

  test('a folder that cannot be removed does not keep the others', async () => {
    const [stuck, other] = [await addRun(100), await addRun(95)]
    const stubborn: Artifacts = {
      ...artifacts,
      remove: (id) => (id === stuck ? Promise.reject(new Error('EACCES')) : artifacts.remove(id)),
    }
    await prune(store.db, stubborn, { retention: keep({ runs: 90 }), nowMs: NOW_MS })
    expect(await idsOf('runs')).toEqual([])
    expect(await filesOf()).not.toContain(other)
  })

  test('removes files whose run is not there any more', async () => {
    const id = await addRun(20)
    await store.db.deleteFrom('runs').where('id', '=', id).execute()
    await prune(store.db, artifacts, { retention: keep({ files: 14 }), nowMs: NOW_MS })
    expect(await filesOf()).toEqual([])
  })

  test('never removes a run that is not settled', async () => {
    const running = await addRun(400, { status: 'running' })
    await prune(store.db, artifacts, { retention: keep({ runs: 1, logs: 1 }), nowMs: NOW_MS })
    expect([await idsOf('runs'), await idsOf('run_log')]).toEqual([[running], [running]])
  })

  test('keeps everything for ever when it is told to', async () => {
    const id = await addRun(4000)
    await prune(store.db, artifacts, { retention: keep({}), nowMs: NOW_MS })
    expect([await idsOf('runs'), await idsOf('run_log'), await filesOf()]).toEqual([[id], [id], [id]])
  })

  test('goes through many runs of the very same moment in small steps', async () => {
    const rows = Array.from({ length: 1300 }, () => ({ id: randomUUID(), created_ms: ago(50) }))
    await addRuns(store.db, rows)
    const lines = rows.map(({ id }) => ({ run_id: id, seq: 1, at_ms: 1, level: 'info', text: 'x', fields: null }))
    await store.db.insertInto('run_log').values(lines).execute()
    expect(await prune(store.db, artifacts, { retention: keep({ logs: 30 }), nowMs: NOW_MS })).toMatchObject({
      lines: 1300,
    })
    expect(await prune(store.db, artifacts, { retention: keep({ runs: 30 }), nowMs: NOW_MS })).toMatchObject({
      runs: 1300,
    })
  })

  test('ends at once when the server stops', async () => {
    const log = pino({ level: 'silent' })
    const pruning = startPruning(store.db, artifacts, { retention: keep({ runs: 1 }), log })
    await pruning[Symbol.asyncDispose]()
  })
})
