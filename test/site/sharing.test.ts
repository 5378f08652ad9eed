import { expect, test } from 'vitest'
import type { Row, Site } from '../../src/site/index.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { startSiteOnPort } from './helpers/site-on-port.ts'
import { failureOf, sendFault, sendShots, startServer } from './helpers/test-server.ts'

const times = (count: number, work: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, work))

test('identical reads of one tick are one request, and other ones are not', async () => {
  await using server = await startServer((_, response) => sendShots(response, [1, 2]))
  await using site = server.open()
  const answers = await times(50, () => site.find('Shot', [['code', 'is', 'LH']], ['code']))
  expect(server.calls).toHaveLength(1)
  expect(answers).toEqual(Array(50).fill([expect.objectContaining({ id: 1 }), expect.objectContaining({ id: 2 })]))
  await times(50, () => site.findOne('Shot', []))
  expect(server.calls).toHaveLength(2)
  await Promise.all([
    site.findOne('Shot', []),
    site.findOne('Shot', [], ['code']),
    site.findOne('Shot', [['id', 'is', 1]]),
    site.findOne('Shot', [], [], { retiredOnly: true }),
    site.findOne('Shot', [], [], { timeoutMs: 1_000 }),
    site.find('Shot', [], [], { limit: 1 }),
    site.find('Shot', [], [], { limit: 1, page: 2 }),
    site.with({ sudoAsLogin: 'mira' }).findOne('Shot', []),
  ])
  expect(server.calls).toHaveLength(10)
})

test('reads after an await of the same tick join in, reads of the next callback do not', async () => {
  await using server = await startServer((_, response) => sendShots(response, [1]))
  await using site = server.open()
  const read = () => site.findOne('Shot', [])
  const later = async (awaits: number): Promise<unknown> => {
    for (let at = 0; at < awaits; at += 1) await null
    return read()
  }
  await Promise.all([read(), later(1), later(5)])
  expect(server.calls).toHaveLength(1)
  // Both are due together: one phase of the event loop, two callbacks in it.
  const timer = () => new Promise((resolve) => setTimeout(() => resolve(read()), 1))
  await Promise.all([timer(), timer()])
  expect(server.calls).toHaveLength(3)
})

test('everybody gets rows of their own', async () => {
  await using port = await startSiteOnPort({ seed: smallShow })
  await using site = port.open({ dates: 'Date' })
  const read = () => site.findOne('Playlist', [['id', 'is', 51]], ['code', 'versions', 'created_at'])
  const [first, second] = await Promise.all([read(), read()])
  expect(first).toEqual(second)
  expect(first?.created_at).toBeInstanceOf(Date)
  expect(first).not.toBe(second)
  expect(first?.versions).not.toBe(second?.versions)
  expect(first?.created_at).not.toBe(second?.created_at)
})

test('a read that is asked for after a write has ended sees it, whatever was on its way', async () => {
  await using port = await startSiteOnPort({ seed: smallShow })
  await using site = port.open()
  const shot = { type: 'Shot', id: 310 } as const
  const read = () => site.findOne('Shot', [['id', 'is', 310]], ['sg_cut_in'])
  const seen: (Row | undefined)[] = []
  for (let cut = 1; cut <= 20; cut += 1) {
    const before = read()
    await site.update(shot, { sg_cut_in: cut })
    const after = read()
    await before
    seen.push(await after)
  }
  expect(seen.map((row) => row?.sg_cut_in)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

test('a failure reaches everybody who asked, and is not kept', async () => {
  await using server = await startServer((_, response, index) =>
    index === 1 ? sendFault(response, 'no such field', 103) : sendShots(response, [1]),
  )
  await using site = server.open()
  const failures = await times(3, () => failureOf(site.findOne('Shot', [])))
  expect(failures).toMatchObject(Array(3).fill({ code: 'SITE_REQUEST_REFUSED' }))
  expect(server.calls).toHaveLength(1)
  expect(await site.findOne('Shot', [])).toMatchObject({ id: 1 })
})

test('who brings a signal is alone, so that it ends nobody else’s read', async () => {
  await using server = await startServer((_, response, index) => {
    if (index > 1) sendShots(response, [1])
  })
  await using site: Site = server.open()
  const controller = new AbortController()
  const given = failureOf(site.find('Shot', [], [], { signal: controller.signal }))
  await expect.poll(() => server.calls.length).toBe(1)
  const patient = site.find('Shot', [])
  controller.abort('gone')
  expect(await given).toBe('gone')
  expect(await patient).toHaveLength(1)
})

test('reads that differ wait for their turn in the pool', async () => {
  let running = 0
  let most = 0
  await using server = await startServer((_, response) => {
    running += 1
    most = Math.max(most, running)
    setImmediate(() => {
      running -= 1
      sendShots(response, [1])
    })
  })
  await using site = server.open({ concurrency: 3 })
  await Promise.all(Array.from({ length: 40 }, (_, id) => site.findOne('Shot', [['id', 'is', id]])))
  expect(server.calls).toHaveLength(40)
  expect(most).toBeLessThanOrEqual(3)
  expect(server.sockets.size).toBeLessThanOrEqual(3)
})
