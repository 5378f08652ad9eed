import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { Agent } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSite, type SiteOptions, SiteUsageError, siteOptionsFromEnv } from '../../src/site/index.ts'
import { parseProxyUrl } from '../../src/site/proxy.ts'
import { type Authority, createAuthority } from '../helpers/certificates.ts'
import { startForwardProxy } from './helpers/forward-proxy.ts'
import { auth, failureOf, sendShots, startServer } from './helpers/test-server.ts'

const password = 'p@ss:wo/rd'
const shot = { type: 'Shot', id: 1 } as const

describe('through a proxy', () => {
  test.each([
    ['with a scheme and encoded', (host: string) => `http://mira:${encodeURIComponent(password)}@${host}`],
    ['as the Python client takes it', (host: string) => `mira:${password}@${host}`],
  ])('calls and downloads go, its address given %s', async (_, addressOf) => {
    await using proxy = await startForwardProxy(`mira:${password}`)
    await using server = await startServer(({ path }, response) =>
      path === '/file' ? response.end('bytes') : sendShots(response, [1]),
    )
    await using site = server.open({ proxy: addressOf(proxy.host) })
    expect(await site.findOne('Shot', [])).toMatchObject({ id: 1 })
    expect((await site.download(`${server.url.replace('127.0.0.1', 'localhost')}/file`)).bytes).toHaveLength(5)
    expect(proxy.asked).toEqual([
      `POST ${server.url}/api3/json`,
      `GET ${server.url.replace('127.0.0.1', 'localhost')}/file`,
    ])
    expect(server.received.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true)
    await site.close()
    await expect.poll(() => proxy.sockets.size).toBe(0)
  })

  test('hosts that are excepted are asked directly', async () => {
    await using proxy = await startForwardProxy()
    await using server = await startServer((_, response) => sendShots(response, [1]))
    const { port } = new URL(server.url)
    for (const except of ['*', `127.0.0.1:${port}`, 'localhost, 127.0.0.1']) {
      await using site = server.open({ proxy: { http: proxy.host, except } })
      await site.findOne('Shot', [])
    }
    expect(proxy.asked).toEqual([])
    await using other = server.open({ proxy: { http: proxy.host, except: '127.0.0.1:1' } })
    await other.findOne('Shot', [])
    expect(proxy.asked).toHaveLength(1)
  })

  test('a write that the proxy refuses has not happened, and no password is shown', async () => {
    await using proxy = await startForwardProxy('somebody:else')
    await using server = await startServer(() => {})
    for (const url of [server.url, 'https://site.test']) {
      await using site = server.open({ url, proxy: `mira:${password}@${proxy.host}` })
      const error = await failureOf(site.update(shot, { code: 'x' }))
      expect(error).toMatchObject({ code: 'SITE_UNREACHABLE', sent: false, message: expect.stringContaining('407') })
      const shown = inspect([error, site], { depth: 20, showHidden: true })
      for (const secret of [password, encodeURIComponent(password), btoa(`mira:${password}`)]) {
        expect(shown).not.toContain(secret)
      }
    }
    await using nowhere = server.open({ proxy: 'http://127.0.0.1:1' })
    expect(await failureOf(nowhere.update(shot, { code: 'x' }))).toMatchObject({
      code: 'SITE_UNREACHABLE',
      sent: false,
    })
    expect(server.received).toEqual([])
  })
})

test('a proxy that never answers holds up neither the deadline nor the closing', async () => {
  const sockets = new Set<Socket>()
  const silent = createTcpServer((socket) => sockets.add(socket))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const site = createSite({ url: 'https://site.test', auth, proxy: `127.0.0.1:${address.port}` })
  const error = await failureOf(site.update(shot, { code: 'x' }, { timeoutMs: 50 }))
  expect(error).toMatchObject({ code: 'SITE_TIMEOUT', sent: false })
  const pending = failureOf(site.update(shot, { code: 'x' }))
  await site.close()
  expect(await pending).toMatchObject({ code: 'SITE_CLOSED' })
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => silent.close(resolve))
})

describe('an authority of the studio', () => {
  let authority: Authority
  beforeAll(() => {
    authority = createAuthority()
  })
  afterAll(() => authority[Symbol.dispose]())

  async function startHttps() {
    const server = createServer(authority.issue(), (_request, response) => sendShots(response, [1]))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return {
      host: `127.0.0.1:${address.port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }
  const open = (host: string, options: Partial<SiteOptions>) =>
    createSite({ url: `https://${host}`, auth, retry: { attempts: 1 }, ...options })

  test('is believed as PEM text and as a file, and not without', async () => {
    await using server = await startHttps()
    for (const caCerts of [authority.ca, authority.caFile]) {
      await using site = open(server.host, { caCerts })
      expect(await site.findOne('Shot', [])).toMatchObject({ id: 1 })
    }
    await using strict = open(server.host, {})
    expect(await failureOf(strict.update(shot, { code: 'x' }))).toMatchObject({ code: 'SITE_UNREACHABLE', sent: false })
  })

  test('is believed through a proxy that only sees the tunnel', async () => {
    await using proxy = await startForwardProxy(`mira:${password}`)
    await using server = await startHttps()
    await using site = open(server.host, { caCerts: authority.ca, proxy: `mira:${password}@${proxy.host}` })
    expect(await Promise.all([1, 2, 3].map(() => site.findOne('Shot', [])))).toHaveLength(3)
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${server.host}`]))
    await site.close()
    await expect.poll(() => proxy.sockets.size).toBe(0)
    await using strict = open(server.host, { proxy: `mira:${password}@${proxy.host}` })
    expect(await failureOf(strict.update(shot, { code: 'x' }))).toMatchObject({ code: 'SITE_UNREACHABLE', sent: false })
  })

  test('a file that is none is refused at once, with its name', () => {
    const empty = join(authority.folder, 'empty.pem')
    writeFileSync(empty, 'no certificate')
    for (const caCerts of [empty, '/nowhere/ca.pem']) {
      expect(() => open('site.test', { caCerts })).toThrow(SiteUsageError)
      expect(() => open('site.test', { caCerts })).toThrow(caCerts)
    }
  })
})

describe('options', () => {
  const valid = { url: 'https://site.test', auth }

  test.each<[string, Partial<SiteOptions>]>([
    ['proxy', { proxy: 'ftp://proxy:1' }],
    ['proxy', { proxy: `http://mira:${password}@` }],
    ['proxy', { proxy: 'proxy:notaport' }],
    ['proxy', { proxy: 'http://proxy/path' }],
    ['dispatcher', { proxy: 'proxy', dispatcher: new Agent() }],
    ['dispatcher', { caCerts: '-----BEGIN', dispatcher: new Agent() }],
  ])('a wrong %s is refused, without what it holds', (option, wrong) => {
    expect(() => createSite({ ...valid, ...wrong })).toThrow(option)
    try {
      createSite({ ...valid, ...wrong })
    } catch (error) {
      expect(inspect(error)).not.toContain('wo/rd')
    }
  })

  test('any user and password arrive as they are, in both forms', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.string({ minLength: 1, unit: 'grapheme' }),
        (user, secret) => {
          fc.pre(
            !user.includes(':') &&
              !user.includes('://') &&
              !secret.includes('://') &&
              !(user + secret).includes('\ufffd'),
          )
          const python = new URL(parseProxyUrl(`${user}:${secret}@proxy`, 'proxy').href)
          const encoded = `http://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@proxy:8080`
          expect(decodeURIComponent(python.username)).toBe(user)
          expect(decodeURIComponent(python.password)).toBe(secret)
          expect(python.host).toBe('proxy:8080')
          expect(parseProxyUrl(encoded, 'proxy').href).toBe(python.href)
        },
      ),
    )
  })

  test('a port that is the scheme’s own is kept', () => {
    expect(parseProxyUrl('proxy:80', 'proxy').href).toBe('http://proxy/')
    expect(parseProxyUrl('https://proxy', 'proxy').href).toBe('https://proxy/')
    expect(parseProxyUrl('[::1]:3128', 'proxy').href).toBe('http://[::1]:3128/')
  })
})

describe('siteOptionsFromEnv', () => {
  test('reads what the machine and the Python client know, small letters first', () => {
    expect(siteOptionsFromEnv({})).toEqual({})
    expect(siteOptionsFromEnv({ HTTPS_PROXY: '', SHOTGUN_API_CACERTS: '', NO_PROXY: 'x' })).toEqual({})
    expect(
      siteOptionsFromEnv({
        HTTP_PROXY: 'http://capital:1',
        http_proxy: 'http://small:1',
        HTTPS_PROXY: 'http://secure:2',
        NO_PROXY: 'localhost',
        SHOTGUN_API_CACERTS: '/etc/studio.pem',
        SHOTGUN_API_RETRY_INTERVAL: '20000',
      }),
    ).toEqual({
      proxy: { http: 'http://small:1', https: 'http://secure:2', except: 'localhost' },
      caCerts: '/etc/studio.pem',
      retry: { baseDelayMs: 20_000, maxDelayMs: 20_000 },
    })
  })

  test.each([
    ['SHOTGUN_API_RETRY_INTERVAL', { SHOTGUN_API_RETRY_INTERVAL: '-1' }],
    ['SHOTGUN_API_RETRY_INTERVAL', { SHOTGUN_API_RETRY_INTERVAL: '1.5' }],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'socks5://proxy' }],
  ])('a wrong %s is told by name', (name, env) => {
    expect(() => siteOptionsFromEnv(env)).toThrow(name)
  })

  test('createSite does not look at the environment by itself', async () => {
    await using proxy = await startForwardProxy()
    await using server = await startServer((_, response) => sendShots(response, [1]))
    const env = { http_proxy: `http://${proxy.host}` }
    const before = process.env.http_proxy
    process.env.http_proxy = env.http_proxy
    try {
      await using plain = server.open({ proxy: { https: proxy.host } })
      await plain.findOne('Shot', [])
      expect(proxy.asked).toEqual([])
      await using asked = server.open(siteOptionsFromEnv(env))
      await asked.findOne('Shot', [])
      expect(proxy.asked).toHaveLength(1)
    } finally {
      if (before === undefined) delete process.env.http_proxy
      else process.env.http_proxy = before
    }
  })
})
