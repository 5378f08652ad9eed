import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockFolder } from '../../src/store/lock.ts'
import { openStore } from '../../src/store/open.ts'
import { engines, openTestStorage } from '../helpers/engines.ts'

describe.each(engines)('the %s store', (engine) => {
  test('keeps what was written over closing and opening, and migrates once', async () => {
    await using storage = await openTestStorage(engine)
    const first = await openStore(storage)
    await first.db
      .insertInto('instances')
      .values({ id: 'a', started_ms: 1_772_600_000_000, seen_ms: 2, description: 'test' })
      .execute()
    await first.close()
    const second = await openStore(storage)
    const rows = await second.db.selectFrom('instances').selectAll().execute()
    await second.close()
    expect(rows).toEqual([{ id: 'a', started_ms: 1_772_600_000_000, seen_ms: 2, description: 'test' }])
  })

  test('a transaction that fails leaves nothing, and others wait for it instead of joining it', async () => {
    await using storage = await openTestStorage(engine)
    const store = await openStore(storage)
    const row = (id: string) => ({ id, started_ms: 1, seen_ms: 1, description: '' })
    const failing = store.db.transaction().execute(async (trx) => {
      await trx.insertInto('instances').values(row('in')).execute()
      await sql`select pg_sleep(0.1)`.execute(trx)
      throw new Error('no')
    })
    const outside = store.db.insertInto('instances').values(row('out')).execute()
    await expect(failing).rejects.toThrow('no')
    await outside
    const ids = await store.db.selectFrom('instances').select('id').execute()
    await store.close()
    expect(ids).toEqual([{ id: 'out' }])
  })

  test('takes two processes that start at the same time', async () => {
    if (engine === 'embedded') return // one at a time, by its lock
    await using storage = await openTestStorage(engine)
    const stores = await Promise.all([openStore(storage), openStore(storage), openStore(storage)])
    expect(stores).toHaveLength(3)
    await Promise.all(stores.map((store) => store.close()))
  })
})

test('a query that takes long in the embedded store does not hold up the event loop', async () => {
  await using storage = await openTestStorage('embedded')
  const store = await openStore(storage)
  let ticks = 0
  const ticking = setInterval(() => {
    ticks += 1
  }, 5)
  await sql`select count(*) from generate_series(1, 3000000)`.execute(store.db)
  clearInterval(ticking)
  await store.close()
  expect(ticks).toBeGreaterThan(5)
})

test('PostgreSQL that does not answer is named, without its password', async () => {
  const opening = openStore({ dataDir: tmpdir(), databaseUrl: 'postgres://amiable:hunter2@127.0.0.1:1/amiable' })
  await expect(opening).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    message: expect.not.stringContaining('hunter2'),
  })
})

describe('the lock of a data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amiable-lock-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('lets one in, and the next when it is given back', () => {
    const lock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({ code: 'STORE_LOCKED', message: expect.stringContaining(String(process.pid)) }),
    )
    lock[Symbol.dispose]()
    lockFolder(folder)[Symbol.dispose]()
  })

  test.each(['', 'nonsense', '999999999 1', `${process.pid} 1`])(
    'is taken over from a process that is gone (%j)',
    async (left) => {
      await writeFile(join(folder, 'lock'), left)
      using lock = lockFolder(folder)
      expect(() => lockFolder(folder)).toThrow()
      expect(lock).toBeDefined()
    },
  )

  test('is taken over after a kill -9', async () => {
    const url = new URL('../../src/store/lock.ts', import.meta.url).href
    const script = `const { lockFolder } = await import(${JSON.stringify(url)}); lockFolder(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000)`
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(child.stdout, 'data')
    expect(() => lockFolder(folder)).toThrow(`process ${child.pid}`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockFolder(folder)[Symbol.dispose]()
  })

  test('is one per folder', async () => {
    await mkdir(join(folder, 'other'))
    using _one = lockFolder(folder)
    using _two = lockFolder(join(folder, 'other'))
  })
})
