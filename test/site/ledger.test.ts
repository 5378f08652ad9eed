import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { SiteOptions, WriteRecord } from '../../src/site/index.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { startSiteOnPort } from './helpers/site-on-port.ts'
import { failureOf, sendFault, sendResults, startServer } from './helpers/test-server.ts'

const shot = { type: 'Shot', id: 310 } as const
const project = { type: 'Project', id: 12 } as const

/** A ledger, and the pages that were written into it. */
function openLedger(options: { oldValues?: boolean } = {}) {
  const writes: WriteRecord[] = []
  return { writes, ledger: { ...options, onWrite: (write: WriteRecord) => void writes.push(write) } }
}

async function open(options: Partial<SiteOptions> = {}) {
  const port = await startSiteOnPort({ seed: smallShow })
  return { port, site: port.open(options), [Symbol.asyncDispose]: () => port[Symbol.asyncDispose]() }
}

test('every write is told with its values, its id and what it changed', async () => {
  const { writes, ledger } = openLedger()
  await using opened = await open({ ledger })
  const site = opened.site.with({ sessionUuid: 'window', sudoAsLogin: 'artist' })
  const created = await site.create('Shot', { code: 'KP_040', project, sg_cut_in: 5 })
  await site.update(created, { created_at: undefined, description: null })
  await site.update(
    { type: 'Playlist', id: 51 },
    { versions: [{ type: 'Version', id: 700 }] },
    {
      multiEntityUpdateModes: { versions: 'remove' },
    },
  )
  await site.delete(created)
  await site.delete(created)
  await site.revive(created)
  await site.findOne('Shot', [])
  const common = {
    entityType: 'Shot',
    entityId: created.id,
    batchIndex: undefined,
    error: undefined,
    oldValues: undefined,
  }
  expect(writes).toMatchObject([
    { ...common, operation: 'create', values: { code: 'KP_040', project, sg_cut_in: 5 }, outcome: 'done' },
    { ...common, operation: 'update', values: { description: null }, modes: {}, outcome: 'done' },
    { operation: 'update', entityType: 'Playlist', entityId: 51, modes: { versions: 'remove' }, outcome: 'done' },
    { ...common, operation: 'delete', values: undefined, outcome: 'done' },
    { ...common, operation: 'delete', outcome: 'unchanged' },
    { ...common, operation: 'revive', outcome: 'done' },
  ])
  expect(writes[1]?.values).toEqual({ description: null })
  expect(new Set(writes.map(({ sessionUuid, sudoAsLogin }) => `${sessionUuid} ${sudoAsLogin}`))).toEqual(
    new Set(['window artist']),
  )
  expect(writes.every(({ at }) => at instanceof Date)).toBe(true)
})

test('a batch is told request by request, with old values out of one read per entity type', async () => {
  const { writes, ledger } = openLedger({ oldValues: true })
  await using opened = await open({ ledger })
  const results = await opened.site.batch([
    { requestType: 'update', entityType: 'Shot', entityId: 310, data: { sg_cut_in: 7 } },
    { requestType: 'update', entityType: 'Shot', entityId: 311, data: { description: 'new', sg_cut_in: 8 } },
    { requestType: 'update', entityType: 'Playlist', entityId: 51, data: { code: 'Evening' } },
    { requestType: 'create', entityType: 'Shot', data: { code: 'KP_050', project } },
    { requestType: 'delete', entityType: 'Shot', entityId: 312 },
  ])
  expect(writes).toMatchObject([
    { operation: 'update', entityId: 310, batchIndex: 0, values: { sg_cut_in: 7 }, oldValues: { sg_cut_in: 1001 } },
    { operation: 'update', entityId: 311, batchIndex: 1, oldValues: { description: null, sg_cut_in: 0 } },
    { operation: 'update', entityId: 51, batchIndex: 2, oldValues: { code: 'Dailies' } },
    { operation: 'create', entityId: results[3].id, batchIndex: 3, oldValues: undefined },
    { operation: 'delete', entityId: 312, batchIndex: 4, values: undefined, oldValues: undefined },
  ])
  expect(writes[0]?.oldValues).toEqual({ sg_cut_in: 1001 })
  expect(writes.every(({ outcome }) => outcome === 'done')).toBe(true)
})

test('a write that fails is told with its error, and a whole batch when it is rolled back', async () => {
  const { writes, ledger } = openLedger({ oldValues: true })
  await using opened = await open({ ledger })
  const refused = await failureOf(opened.site.update(shot, { sg_glow: 1 }))
  const rolledBack = await failureOf(
    opened.site.batch([
      { requestType: 'update', entityType: 'Shot', entityId: 310, data: { sg_cut_in: 7 } },
      { requestType: 'create', entityType: 'Shot', data: { code: 'no project' } },
    ]),
  )
  expect(writes).toMatchObject([
    { operation: 'update', values: { sg_glow: 1 }, oldValues: {}, outcome: 'failed' },
    { operation: 'update', oldValues: { sg_cut_in: 1001 }, outcome: 'failed' },
    { operation: 'create', entityId: undefined, outcome: 'failed' },
  ])
  expect(writes.map(({ error }) => error)).toEqual([refused, rolledBack, rolledBack])
  await failureOf(opened.site.update(shot, { id: 1 }))
  expect(writes).toHaveLength(3) // what is never sent is no write
})

test('a write whose answer was lost or that was cut off is told as unknown, one that never left as failed', async () => {
  const { writes, ledger } = openLedger()
  await using server = await startServer((_, response, index) => {
    if (index === 1) response.socket?.destroy()
  })
  await using site = server.open({ ledger, concurrency: 1 })
  await failureOf(site.update(shot, { code: 'a' }))
  const controller = new AbortController()
  const cut = failureOf(site.update(shot, { code: 'b' }, { signal: controller.signal }))
  const waiting = failureOf(site.update(shot, { code: 'c' }, { signal: controller.signal }))
  await expect.poll(() => server.calls.length).toBe(2)
  controller.abort('enough')
  expect([await cut, await waiting]).toEqual(['enough', 'enough'])
  const told = (code: string) => writes.filter(({ values }) => values?.code === code)
  expect(told('a')).toMatchObject([{ outcome: 'unknown', error: { code: 'SITE_OUTCOME_UNKNOWN' } }])
  expect(told('b')).toMatchObject([{ outcome: 'unknown', error: 'enough' }])
  expect(told('c')).toMatchObject([{ outcome: 'failed', error: 'enough' }])
})

test('a ledger that throws or rejects breaks no write, and the others are told', async () => {
  const { writes, ledger } = openLedger()
  await using server = await startServer((_, response, index) =>
    index === 1 ? sendResults(response, { type: 'Shot', id: 310 }) : sendFault(response, 'no', 104),
  )
  await using site = server.open({
    ledger: {
      onWrite: () => {
        throw new Error('the disk is full')
      },
    },
  })
  const told = site.with({ ledger: { onWrite: async () => Promise.reject(new Error('no network')) } }).with({ ledger })
  const warnings: string[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', onWarning)
  expect(await told.update(shot, { code: 'x' })).toMatchObject(shot)
  expect(await failureOf(told.update(shot, { code: 'x' }))).toMatchObject({ code: 'SITE_VALIDATION_FAILED' })
  while (warnings.length < 4) await once(process, 'warning')
  process.off('warning', onWarning)
  expect(warnings.join()).toContain('the disk is full')
  expect(warnings.join()).toContain('no network')
  expect(writes.map(({ outcome }) => outcome)).toEqual(['done', 'failed'])
})

test('secrets that are written are not told, and what is told is nobody else’s', async () => {
  const { writes, ledger } = openLedger()
  await using opened = await open({ ledger })
  const data = { password_proxy: 'a-new-one', projects: [project] }
  await opened.site.update({ type: 'HumanUser', id: 61 }, data)
  expect(writes[0]?.values).toEqual({ password_proxy: '[secret]', projects: [project] })
  expect(writes[0]?.values?.projects).not.toBe(data.projects)
  expect(Object.isFrozen(writes[0])).toBe(true)
})

test('old values that cannot be read hold up nothing', async () => {
  const { writes, ledger } = openLedger({ oldValues: true })
  await using server = await startServer(({ body }, response) =>
    body.method_name === 'read' ? response.writeHead(502).end() : sendResults(response, { type: 'Shot', id: 310 }),
  )
  await using site = server.open({ ledger })
  await site.update(shot, { code: 'x' })
  expect(writes).toMatchObject([{ outcome: 'done', oldValues: undefined }])
  expect(server.calls.map(({ body }) => body.method_name)).toEqual(['read', 'update'])
})

test('all reads of old values share one time limit: reads that hang cost a batch it once', async () => {
  const { writes, ledger } = openLedger({ oldValues: true })
  await using server = await startServer(({ body }, response) => {
    if (body.method_name === 'batch')
      sendResults(
        response,
        [...Array(250).keys()].map((at) => ({ type: 'Shot', id: at + 1 })),
      )
  })
  await using site = server.open({ ledger })
  const requests = [...Array(250).keys()].map(
    (at) => ({ requestType: 'update', entityType: 'Shot', entityId: at + 1, data: { code: 'x' } }) as const,
  )
  await site.batch(requests, { timeoutMs: 1500 })
  expect(server.calls.map(({ body }) => body.method_name)).toEqual(['read', 'batch'])
  expect(writes).toMatchObject(Array(250).fill({ outcome: 'done', oldValues: undefined }))
})

test('the time limit of old values includes the wait for a turn', async () => {
  const { ledger } = openLedger({ oldValues: true })
  await using server = await startServer(({ body }, response) => {
    if (body.method_name === 'update') sendResults(response, shot)
  })
  await using site = server.open({ ledger, concurrency: 1, retry: { attempts: 1 } })
  const hanging = failureOf(site.findOne('Shot', [], [], { timeoutMs: 2000 }))
  await expect.poll(() => server.calls.length).toBe(1)
  await site.update(shot, { code: 'x' }, { timeoutMs: 700 })
  expect(await hanging).toMatchObject({ code: 'SITE_TIMEOUT' })
  expect(server.calls.map(({ body }) => body.method_name)).toEqual(['read', 'update'])
})

test('a field that is given as undefined was not written: no old value is read of it, no error names it', async () => {
  const { writes, ledger } = openLedger({ oldValues: true })
  await using opened = await open({ ledger })
  await opened.site.update(shot, { sg_cut_in: 7, description: undefined })
  expect(writes[0]?.oldValues).toEqual({ sg_cut_in: 1001 })
  await using server = await startServer((_, response) => response.socket?.destroy())
  await using lost = server.open()
  const errors = [
    await failureOf(lost.update(shot, { code: 'x', description: undefined })),
    await failureOf(lost.create('Shot', { code: 'x', description: undefined })),
  ]
  expect(errors).toMatchObject([{ attempted: [{ fields: ['code'] }] }, { attempted: [{ fields: ['code'] }] }])
})
