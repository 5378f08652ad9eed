import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockFolder } from '../../src/store/lock.ts'
import { openStore } from '../../src/store/open.ts'
import { engines, openTestStorage, postgresUrl } from '../helpers/engines.ts'

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

  test('lets one server at a time use the data folder', async () => {
    await using storage = await openTestStorage(engine)
    const store = await openStore(storage)
    await expect(openStore(storage)).rejects.toMatchObject({ code: 'STORE_LOCKED' })
    await store.close()
    await (await openStore(storage)).close()
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
})

describe.runIf(postgresUrl)('PostgreSQL', () => {
  test('takes several processes that start on an empty database at the same time', async () => {
    await using storage = await openTestStorage('postgres')
    const open = (folder: string): string => `
      const { openStore } = await import(${module('store/open.ts')})
      const store = await openStore(${JSON.stringify({ ...storage, dataDir: join(storage.dataDir, folder) })})
      await store.db.selectFrom('runs').select('id').execute()
      await store.close()`
    const ends = await Promise.all(['one', 'two', 'three'].map((folder) => runScript(open(folder))))
    expect(ends).toEqual(ends.map(() => ({ code: 0, text: '' })))
  })
})

describe('the thread of the embedded store', () => {
  const opened = (dataDir: string): string => `
    const { openStore } = await import(${module('store/open.ts')})
    const threads = []
    process.on('worker', (thread) => threads.push(thread))
    const store = await openStore({ dataDir: ${JSON.stringify(dataDir)} })
    const ask = () => store.db.selectFrom('runs').select('id').execute()`

  test.each([
    ['between two queries', 'await threads[0].terminate(); await ask()'],
    [
      'in the middle of one',
      'const { sql } = await import("kysely"); const asked = sql`select pg_sleep(20)`.execute(store.db); setTimeout(() => threads[0].terminate(), 200); await asked',
    ],
  ])('that dies %s ends the process, and says why', async (_when, script) => {
    await using storage = await openTestStorage('embedded')
    const { code, text } = await runScript(`${opened(storage.dataDir)}\n${script}\nsetInterval(() => {}, 1000)`)
    expect(code).toBe(1)
    expect(text).toContain('STORE_LOST')
    const next = await openStore(storage) // its lock is taken over, what it had is there
    expect(await next.db.selectFrom('runs').select('id').execute()).toEqual([])
    await next.close()
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

test('PostgreSQL that does not answer is named, without its password, and the data folder is given back', async () => {
  await using storage = await openTestStorage('embedded')
  const opening = openStore({ ...storage, databaseUrl: 'postgres://amiable:hunter2@127.0.0.1:1/amiable' })
  await expect(opening).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    message: expect.not.stringContaining('hunter2'),
  })
  expect(await readdir(storage.dataDir)).toEqual([])
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

  test.each(['nonsense', '999999999 1', `${process.pid} 1`])(
    'is taken over from a process that is gone (%j)',
    async (left) => {
      await writeFile(join(folder, 'lock'), left)
      using lock = lockFolder(folder)
      expect(() => lockFolder(folder)).toThrow()
      expect(lock).toBeDefined()
    },
  )

  test('is taken over after a kill -9', async () => {
    const child = startScript(
      `const { lockFolder } = await import(${module('store/lock.ts')}); lockFolder(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000)`,
    )
    await once(child.stdout, 'data')
    expect(() => lockFolder(folder)).toThrow(`process ${child.pid}`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockFolder(folder)[Symbol.dispose]()
  })

  test('without content is somebody’s for some seconds, and then of nobody', async () => {
    const file = join(folder, 'lock')
    await writeFile(file, '')
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'STORE_LOCKED' }))
    await utimes(file, 0, Date.now() / 1000 - 60)
    lockFolder(folder)[Symbol.dispose]()
  })

  test('is not given back by one who has lost it', async () => {
    const lock = lockFolder(folder)
    await writeFile(join(folder, 'lock'), '1 another')
    lock[Symbol.dispose]()
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe('1 another')
  })

  test('goes to one of many processes that find a dead one’s at the same time', async () => {
    const script = `
      const { lockFolder } = await import(${module('store/lock.ts')})
      setInterval(() => {}, 1000) // whoever has it lives on
      process.send('ready')
      process.once('message', () => {
        let said = 'mine'
        try { lockFolder(${JSON.stringify(folder)}) } catch (error) { said = error.code }
        process.send(said)
      })`
    await writeFile(join(folder, 'lock'), '999999999 1')
    const children = Array.from({ length: 8 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    )
    await Promise.all(children.map((child) => once(child, 'message')))
    const said = children.map((child) => once(child, 'message'))
    for (const child of children) child.send('go')
    const answers = (await Promise.all(said)).flat().filter((one) => typeof one === 'string')
    for (const child of children) child.kill('SIGKILL')
    expect(answers.sort()).toEqual([...Array(7).fill('STORE_LOCKED'), 'mine'])
    expect(await readdir(folder)).toEqual(['lock'])
  })

  test('is one per folder', async () => {
    await mkdir(join(folder, 'other'))
    using _one = lockFolder(folder)
    using _two = lockFolder(join(folder, 'other'))
  })
})

function module(path: string): string {
  return JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
}

function startScript(script: string) {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Run a script in a process of its own, to its end. */
async function runScript(script: string): Promise<{ code: number | null; text: string }> {
  const child = startScript(script)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk
    })
  }
  const [code] = await once(child, 'close')
  return { code, text }
}
