import { getEventListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { Agent } from 'undici'
import { expect, test } from 'vitest'
import { createSite, SiteOutcomeUnknownError, SiteTimeoutError } from '../../src/site/index.ts'
import { createTurns } from '../../src/site/turns.ts'
import { auth, failureOf, sendShots, startServer } from './helpers/test-server.ts'

const shot = { type: 'Shot', id: 1 } as const

test('every call has a deadline, and a write that runs into it has an unknown outcome', async () => {
  await using server = await startServer(() => {})
  await using site = server.open({ timeoutMs: 20 })
  expect(await failureOf(site.findOne('Shot', []))).toBeInstanceOf(SiteTimeoutError)
  const error = await failureOf(site.update(shot, { code: 'a' }))
  expect(error).toBeInstanceOf(SiteOutcomeUnknownError)
  expect(error).toMatchObject({ cause: { code: 'SITE_TIMEOUT', message: expect.stringContaining('20 ms') } })
})

test('a write whose time ran out before it was sent has not happened', async () => {
  const silent = createServer(() => {}) // takes connections and never answers the handshake
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await using connecting = createSite({ url: `https://127.0.0.1:${port}`, auth, timeoutMs: 30 })
  expect(await failureOf(connecting.update(shot, { code: 'a' }))).toMatchObject({ code: 'SITE_TIMEOUT', sent: false })
  silent.close()

  await using server = await startServer(() => {})
  await using dispatcher = new (class extends Agent {
    [Symbol.asyncDispose] = () => this.destroy()
  })({ connections: 1 })
  await using site = server.open({ dispatcher })
  const first = failureOf(site.update(shot, { code: 'a' }, { timeoutMs: 500 }))
  await expect.poll(() => server.calls.length).toBe(1)
  const queued = await failureOf(site.update(shot, { code: 'b' }, { timeoutMs: 20 }))
  expect(queued).toMatchObject({ code: 'SITE_TIMEOUT', sent: false })
  expect(await first).toMatchObject({ code: 'SITE_OUTCOME_UNKNOWN', cause: { code: 'SITE_TIMEOUT', sent: true } })
})

test('a deadline also ends an answer that comes drop by drop', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 2)
    response.on('close', () => clearInterval(timer))
  })
  await using site = server.open()
  expect(await failureOf(site.findOne('Shot', [], [], { timeoutMs: 30 }))).toMatchObject({ code: 'SITE_TIMEOUT' })
})

test('no wait between attempts goes beyond the deadline: the real failure is told instead', async () => {
  await using server = await startServer((_, response) => response.writeHead(503, { 'retry-after': '5' }).end())
  await using site = server.open({ retry: { maxDelayMs: 60_000 } })
  expect(await failureOf(site.findOne('Shot', [], [], { timeoutMs: 1_000 }))).toMatchObject({ code: 'SITE_OVERLOADED' })
})

test.each(['call', 'site', 'derived'])('the signal of the %s ends a call at once with its reason', async (where) => {
  const controller = new AbortController()
  const { signal } = controller
  const reason = new Error('no longer wanted')
  await using server = await startServer(() => controller.abort(reason))
  await using base = server.open(where === 'site' ? { signal } : {})
  const site = where === 'derived' ? base.with({ signal }) : base
  expect(await failureOf(site.findOne('Shot', [], [], where === 'call' ? { signal } : {}))).toBe(reason)
  expect(await failureOf(site.find('Shot', [], [], where === 'call' ? { signal } : {}))).toBe(reason)
  expect(server.calls).toHaveLength(1)
})

test('an abort ends the wait between two attempts', async () => {
  const controller = new AbortController()
  await using server = await startServer((_, response) => {
    response.on('finish', () => setImmediate(() => controller.abort()))
    response.writeHead(502).end()
  })
  await using site = server.open({ retry: { baseDelayMs: 100_000, maxDelayMs: 100_000 }, timeoutMs: 1_000_000 })
  expect(await failureOf(site.findOne('Shot', [], [], { signal: controller.signal }))).toMatchObject({
    name: 'AbortError',
  })
})

test('an abort ends one wait for the shared info, not the question', async () => {
  const held: ServerResponse[] = []
  await using server = await startServer(
    ({ body }, response) => (body.method_name === 'info' ? held.push(response) : sendShots(response, [])),
    { infoToo: true },
  )
  await using site = server.open()
  const controller = new AbortController()
  const given = failureOf(site.find('Shot', [], [], { signal: controller.signal }))
  const patient = site.find('Shot', [])
  await expect.poll(() => held.length).toBe(1)
  controller.abort()
  expect(await given).toMatchObject({ name: 'AbortError' })
  held[0]?.end('{"version": [8, 60, 1]}')
  expect(await patient).toEqual([])
})

test('many calls go out a few at a time, and time in the queue is not held against them', async () => {
  let most = 0
  let running = 0
  await using server = await startServer((_, response) => {
    running += 1
    most = Math.max(most, running)
    setTimeout(() => {
      running -= 1
      sendShots(response, [1])
    }, 5)
  })
  await using site = server.open({ concurrency: 8, timeoutMs: 1_000 })
  const signal = new AbortController().signal
  const all = await Promise.all(Array.from({ length: 64 }, () => site.findOne('Shot', [], [], { signal })))
  expect(all).toHaveLength(64)
  expect(most).toBe(8)
  expect(server.sockets.size).toBeLessThanOrEqual(8)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a caller that gives up in the queue leaves its turn to the next', async () => {
  const turns = createTurns(1)
  const giveBack = await turns.take([])
  const controller = new AbortController()
  const given = failureOf(turns.take([controller.signal]))
  const next = turns.take([])
  controller.abort('gone')
  expect(await given).toBe('gone')
  giveBack()
  giveBack() // twice is once
  ;(await next)()
  await (await turns.take([]))()
})

test('closing ends calls in flight, refuses later ones and leaves no socket', async () => {
  await using server = await startServer(() => {})
  const site = server.open()
  const pending = failureOf(site.findOne('Shot', []))
  await expect.poll(() => server.calls.length).toBe(1)
  await site.close()
  await site.close()
  expect(await pending).toMatchObject({ code: 'SITE_CLOSED' })
  expect(await failureOf(site.create('Shot', {}))).toMatchObject({ code: 'SITE_CLOSED' })
  await expect.poll(() => server.sockets.size).toBe(0)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
  'a deadline of %s ms is refused',
  async (timeoutMs) => {
    await using server = await startServer(() => {})
    await using site = server.open()
    expect(await failureOf(site.findOne('Shot', [], [], { timeoutMs }))).toMatchObject({ code: 'SITE_OPTION_INVALID' })
  },
)
