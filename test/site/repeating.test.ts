import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SiteOutcomeUnknownError, SiteOverloadError, SiteTransportError } from '../../src/site/index.ts'
import { parseRetryAfter, retryDelayMs } from '../../src/site/retry.ts'
import { failureOf, sendResults, sendShots, startServer } from './helpers/test-server.ts'

const drop = (response: ServerResponse) => response.socket?.destroy()
const half = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"results": {"entities": [', () => drop(response))
}
const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, { 'content-type': 'text/html', ...headers })
    response.end('<html><h1>Sorry</h1></html>')
  }
const brokenGzip = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  response.end('not gzip at all')
}

const passing = {
  'a dropped connection': drop,
  'half an answer': half,
  'broken compression': brokenGzip,
  '502': status(502),
  '504': status(504),
  '503': status(503),
  '503 with Retry-After': status(503, { 'retry-after': '0' }),
  '429': status(429),
}

test.each(Object.entries(passing))('a read is repeated after %s', async (_, misbehave) => {
  await using server = await startServer((_, response, index) =>
    index < 3 ? misbehave(response) : sendShots(response, [1]),
  )
  await using site = server.open()
  expect(await site.findOne('Shot', [])).toEqual({ type: 'Shot', id: 1, code: 'LH_1' })
  expect(server.calls).toHaveLength(3)
})

test('a read gives up after its attempts with the last failure', async () => {
  await using server = await startServer((_, response) => status(502)(response))
  await using site = server.open({ retry: { attempts: 2, baseDelayMs: 1 } })
  const error = await failureOf(site.findOne('Shot', []))
  expect(error).toBeInstanceOf(SiteTransportError)
  expect(error).toMatchObject({
    code: 'SITE_GATEWAY_FAILED',
    kind: 'transport',
    message: expect.stringContaining('Sorry'),
  })
  expect(server.calls).toHaveLength(2)
})

test('a Retry-After that asks for too much ends the call and is told', async () => {
  await using server = await startServer((_, response) => status(503, { 'retry-after': '3600' })(response))
  await using site = server.open()
  const error = await failureOf(site.findOne('Shot', []))
  expect(error).toBeInstanceOf(SiteOverloadError)
  expect(error).toMatchObject({ retryAfterMs: 3_600_000, status: 503 })
  expect(server.calls).toHaveLength(1)
})

const writes = ['create', 'update', 'delete', 'revive', 'batch']

test.each(
  writes.flatMap((name) =>
    Object.keys(passing)
      .filter((how) => how !== '429')
      .map((how) => [name, how] as const),
  ),
)('%s after %s is not repeated and says that its outcome is unknown', async (name, how) => {
  const misbehave = Object.entries(passing).find(([key]) => key === how)?.[1] ?? drop
  await using server = await startServer((_, response) => misbehave(response))
  await using site = server.open()
  const shot = { type: 'Shot', id: 310 } as const
  const call = () => {
    if (name === 'create') return site.create('Shot', { code: 'a' })
    if (name === 'update') return site.update(shot, { code: 'a' })
    if (name === 'delete') return site.delete(shot)
    if (name === 'revive') return site.revive(shot)
    return site.batch([{ requestType: 'create', entityType: 'Shot', data: { code: 'a' } }])
  }
  const error = await failureOf(call())
  expect(error).toBeInstanceOf(SiteOutcomeUnknownError)
  expect(error).toMatchObject({
    kind: 'outcomeUnknown',
    cause: expect.any(Error),
    sentAt: expect.any(Date),
    attempted: [expect.objectContaining({ entityType: 'Shot' })],
  })
  expect(server.calls).toHaveLength(1)
})

test('a write that makes no sense of its answer has an unknown outcome; one that is turned away does not', async () => {
  await using server = await startServer((_, response, index) =>
    index === 1 ? sendResults(response, 'what?') : status(429)(response),
  )
  await using site = server.open()
  expect(await failureOf(site.create('Shot', {}))).toMatchObject({ code: 'SITE_OUTCOME_UNKNOWN' })
  expect(await failureOf(site.create('Shot', {}))).toMatchObject({ code: 'SITE_OVERLOADED' })
})

test('a write that never left says so', async () => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const address = closed.address()
  await new Promise((resolve) => closed.close(resolve))
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await using server = await startServer(() => {})
  await using site = server.open({ url: `http://127.0.0.1:${port}` })
  expect(await failureOf(site.create('Shot', {}))).toMatchObject({ code: 'SITE_UNREACHABLE', sent: false })
})

test('any wait lies between half and the whole of the doubled base, under the ceiling', () => {
  const error = new SiteTransportError('SITE_CONNECTION_LOST', 'x', { sent: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
      const policy = { attempts: 10, baseDelayMs: 300, maxDelayMs: 5_000 }
      const whole = Math.min(5_000, 300 * 2 ** (attempt - 1))
      const delayMs = retryDelayMs(error, attempt, policy, chance)
      expect(delayMs).toBeGreaterThanOrEqual(whole / 2)
      expect(delayMs).toBeLessThanOrEqual(whole)
      expect(retryDelayMs(error, 10, policy, chance)).toBeUndefined()
      expect(retryDelayMs(new Error('x'), attempt, policy, chance)).toBeUndefined()
    }),
  )
})

test.each([
  ['2', 2_000],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After %s is %s ms', (header, expected) => {
  expect(parseRetryAfter(header, 1_000)).toBe(expected)
})
