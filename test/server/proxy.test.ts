import Fastify from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { parseSettings } from '../../src/settings.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

let t: TestApp | undefined
afterEach(() => t?.[Symbol.asyncDispose]())

/** What a person whose address a proxy passes on is answered, request by request; the proxy connects from 127.0.0.1. */
async function open(trustProxy?: readonly string[]) {
  t = await buildTestApp({ rateLimit: 2, ...(trustProxy ? { trustProxy } : {}) })
  const { origin } = new URL(await t.app.listen({ port: 0, host: '127.0.0.1' }))
  return async (forwardedFor: string) => (await fetch(origin, { headers: { 'x-forwarded-for': forwardedFor } })).status
}

describe('the rate limit', () => {
  test.each([[['10.0.0.0/8', 'loopback']]])(
    'counts each person by the address that a proxy of %j passes on',
    async (trusted) => {
      const get = await open(trusted)
      expect([await get('192.0.2.1'), await get('192.0.2.1'), await get('192.0.2.1')]).toEqual([200, 200, 429])
      expect(await get('192.0.2.2')).toBe(200)
      // Only what the trusted proxy itself has added counts; what its client sent before that may be made up.
      expect(await get('203.0.113.7, 192.0.2.1')).toBe(429)
    },
  )

  test.each([[undefined], [['10.0.0.0/8']]])('believes nobody else, with the proxies %j', async (trusted) => {
    const get = await open(trusted)
    expect([await get('192.0.2.1'), await get('192.0.2.2'), await get('192.0.2.3')]).toEqual([200, 200, 429])
  })
})

describe('AMIABLE_TRUST_PROXY', () => {
  const parse = (value: string) =>
    parseSettings({ AMIABLE_TRUST_PROXY: value, AMIABLE_SECRET: 'a-secret-for-tests-only' }, '/nowhere')

  test.each(['loopback', '10.1.2.3', '10.0.0.0/8, fd00::/8,::1', 'uniquelocal,linklocal'])('may be %s', (value) => {
    expect(() => Fastify({ trustProxy: [...(parse(value).trustProxy ?? [])] })).not.toThrow()
  })

  test.each(['true', '1.2.3', '999.1.1.1', '10.0.0.0/33', '10.0.0.0/0', 'proxy.example', '10.0.0.1,', '::1/129'])(
    'may not be %s',
    (value) => {
      expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }))
    },
  )
})
