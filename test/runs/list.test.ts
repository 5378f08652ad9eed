import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createChanges } from '../../src/runs/changes.ts'
import { findRun, listLines, listRuns, type RunQuery } from '../../src/runs/list.ts'
import { createLiveRun } from '../../src/runs/live.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { engines, openTestStorage } from '../helpers/engines.ts'
import { addRuns } from '../helpers/run-rows.ts'

describe.each(engines)('runs in the %s store', (engine) => {
  const stack = new AsyncDisposableStack()
  let store: Store
  beforeAll(async () => {
    store = await openStore(stack.use(await openTestStorage(engine)))
    stack.defer(() => store.close())
    await addRuns(store.db, [
      ...Array.from({ length: 60 }, (_, at) => ({
        handler: at % 2 === 0 ? 'hello' : 'counts',
        title: `run ${at}`,
        user_login: at % 3 === 0 ? 'Mira.K' : 'bob_1',
        created_ms: 1000 + Math.floor(at / 4), // four at a time in the same millisecond
      })),
      { title: 'failed', status: 'failed' as const, created_ms: 5000 },
      { title: 'waits', status: 'queued' as const, created_ms: 5001 },
      { title: 'works', status: 'running' as const, created_ms: 5002, user_login: 'bobX1' },
    ])
  })
  afterAll(() => stack.disposeAsync())

  const titles = async (query: RunQuery, limit = 100) =>
    (await listRuns(store.db, limit, query)).map(({ title }) => title)

  test('all come page by page, each once, newest first', async () => {
    const all = await listRuns(store.db, 1000)
    expect(all).toHaveLength(63)
    expect(all.map(({ createdMs }) => createdMs)).toEqual(all.map(({ createdMs }) => createdMs).sort((a, b) => b - a))
    const paged: string[] = []
    for (let last = all[0]; last !== undefined; ) {
      const before = paged.length === 0 ? undefined : { createdMs: last.createdMs, runId: last.id }
      const page = await listRuns(store.db, 7, { before })
      paged.push(...page.map(({ id }) => id))
      last = page.at(-1)
    }
    expect(paged).toEqual(all.map(({ id }) => id))
  })

  test('are found by handler, by status, and by how a login begins', async () => {
    expect(await titles({ handler: 'counts' })).toHaveLength(30)
    expect(await titles({ handler: 'nothing' })).toEqual([])
    expect(await titles({ status: 'failed' })).toEqual(['failed'])
    expect(await titles({ status: 'unsettled' })).toEqual(['works', 'waits'])
    expect(await titles({ person: 'mira' })).toHaveLength(20 + 2)
    expect(await titles({ person: 'MIRA.k', handler: 'hello' })).toHaveLength(10)
    expect(await titles({ person: 'bob_' })).toHaveLength(40) // _ is a letter like others
    expect(await titles({ person: '%' })).toEqual([])
    expect(await titles({ person: "'; drop table runs --\\" })).toEqual([])
  })

  test('one is found by its id, and nothing by what is none', async () => {
    const [first] = await listRuns(store.db, 1)
    expect(await findRun(store.db, first?.id ?? '')).toEqual(first)
    expect(await findRun(store.db, randomUUID())).toBeUndefined()
    expect(await findRun(store.db, 'no id')).toBeUndefined()
  })

  test('the last lines of a log come in their order', async () => {
    const [id = ''] = await addRuns(store.db, [{ created_ms: 1 }])
    const lines = [1, 2, 3].map((seq) => ({
      run_id: id,
      seq,
      at_ms: seq,
      level: 'info',
      text: `line ${seq}`,
      fields: null,
    }))
    await store.db.insertInto('run_log').values(lines).execute()
    expect((await listLines(store.db, id, 2)).map(({ text }) => text)).toEqual(['line 2', 'line 3'])
  })

  test('whoever watches is told what this process does, once for each change of status', () => {
    const changes = createChanges(store.db, { shared: false })
    const told: number[] = []
    const stop = changes.watch(() => told.push(changes.version))
    const run = createLiveRun(randomUUID())
    changes.follow(run)
    run.change({ status: 'running' })
    run.change({ progress: { done: 1, total: 2 } })
    run.settle('succeeded')
    expect(told).toEqual([1, 2, 3])
    stop()
    changes.follow(createLiveRun(randomUUID()))
    expect([told.length, changes.version]).toEqual([3, 4])
  })

  test('and, where the store is shared, what others do', async () => {
    const changes = createChanges(store.db, { shared: true })
    let tell = (): void => {}
    const next = () => new Promise<void>((resolve) => (tell = resolve))
    const first = next()
    const stop = changes.watch(() => tell())
    await first // it begins with what there is
    const begun = next()
    const [id = ''] = await addRuns(store.db, [{ status: 'running', created_ms: 9000 }])
    await begun
    const settled = next()
    await store.db.updateTable('runs').set({ status: 'succeeded' }).where('id', '=', id).execute()
    await settled
    stop()
  })
})
