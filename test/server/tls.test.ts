import { once } from 'node:events'
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { connect, Server as TlsServer } from 'node:tls'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readTls } from '../../src/server/tls.ts'
import { followTlsRenewal } from '../../src/server/tls-renewal.ts'
import { type Authority, createAuthority, opensslDate } from '../helpers/certificates.ts'
import { freePort, runCommand, startServerProcess } from '../helpers/server-process.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'
import { startWatchedSite } from '../helpers/watched-site.ts'

const DAY_MS = 86_400_000
/** On a busy machine a look at a file may take its time. */
const patiently = { timeout: 20_000 }

let authority: Authority
let files: { certFile: string; keyFile: string }
beforeAll(() => {
  authority = createAuthority()
})
afterAll(() => authority[Symbol.dispose]())
beforeEach(() => {
  files = { certFile: join(authority.folder, 'server.pem'), keyFile: join(authority.folder, 'server.key') }
  for (const file of Object.values(files)) rmSync(file, { recursive: true, force: true })
})

function install({ cert, key }: { cert?: string; key?: string }): void {
  if (cert !== undefined) writeFileSync(files.certFile, cert)
  if (key !== undefined) writeFileSync(files.keyFile, key)
}

describe('certificate and key', () => {
  const refusal = (...parts: string[]) =>
    expect.objectContaining({
      code: 'SETTINGS_INVALID',
      message: expect.stringMatching(new RegExp(parts.map((part) => `(?=.*${part})`).join(''), 's')),
    })

  test('that belong together and are valid are taken, also with the chain behind', () => {
    const { cert, key } = authority.issue({ names: 'DNS:amiable.example,IP:10.1.2.3' })
    install({ cert: cert + authority.ca, key })
    const tls = readTls(files)
    expect(Math.round((tls.expiresMs - Date.now()) / DAY_MS)).toBe(30)
    expect(['amiable.example', '10.1.2.3', 'other.example', '10.1.2.4'].map((host) => tls.isFor(host))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('that are not there are both named', () => {
    expect(() => readTls(files)).toThrow(
      refusal(
        'AMIABLE_TLS_CERT is .*server.pem: there is no such file',
        'AMIABLE_TLS_KEY is .*server.key: there is no such file',
      ),
    )
  })

  test('of two different pairs are refused before anybody is served with them', () => {
    install({ cert: authority.issue().cert, key: authority.issue().key })
    expect(() => readTls(files)).toThrow(refusal('AMIABLE_TLS_KEY', 'not the key of the first certificate', 'CN=leaf'))
  })

  test('in the wrong order, the authority first, are refused', () => {
    const { cert, key } = authority.issue()
    install({ cert: authority.ca + cert, key })
    expect(() => readTls(files)).toThrow(refusal('CN=Studio CA'))
  })

  test.each([
    ['an empty certificate', () => ({ cert: '' }), 'holds no certificate in PEM'],
    ['something else', () => ({ cert: '# not yet\n' }), 'holds no certificate in PEM'],
    ['a certificate that breaks off', () => ({ cert: authority.issue().cert.slice(0, 300) }), 'ends in the middle'],
    [
      'a chain that breaks off',
      () => ({ cert: authority.issue().cert + authority.ca.slice(0, 200) }),
      'ends in the middle',
    ],
    [
      'a certificate of rubbish',
      () => ({ cert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
      'cannot be read',
    ],
    [
      'an expired one',
      () => ({ cert: authority.issue({ from: '20200101000000Z', until: '20200201000000Z' }).cert }),
      'expired on 2020-02-01 00:00 UTC',
    ],
    [
      'one of the future',
      () => ({ cert: authority.issue({ from: opensslDate(5 * DAY_MS), until: opensslDate(9 * DAY_MS) }).cert }),
      'valid from .* this machine’s clock',
    ],
    ['a key that is none', () => ({ key: 'key' }), 'no private key in PEM'],
    [
      'a key with a passphrase',
      () => ({ key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----' }),
      'passphrase',
    ],
  ])('%s is refused with what is wrong', (_what, change, why) => {
    install({ ...authority.issue(), ...change() })
    expect(() => readTls(files)).toThrow(refusal(why))
  })

  test('a folder in place of a file, and a file that is far too large, are refused', () => {
    install(authority.issue())
    truncateSync(files.certFile, 20 * 1024 * 1024)
    rmSync(files.keyFile)
    mkdirSync(files.keyFile)
    expect(() => readTls(files)).toThrow(refusal('too large', 'not a file'))
  })
})

describe('a server with a certificate', () => {
  let t: TestApp
  let port: number
  const logLines: { level: number; msg: string; why?: string }[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void logLines.push(JSON.parse(line)) })
  let stop: Disposable
  let aheadMs = 0

  beforeAll(async () => {
    files = { certFile: join(authority.folder, 'served.pem'), keyFile: join(authority.folder, 'served.key') }
    install(authority.issue())
    t = await buildTestApp({ certificate: readTls(files), publicUrl: 'https://localhost' })
    port = Number(new URL(await t.app.listen({ port: 0, host: '127.0.0.1' })).port)
  })
  afterAll(() => t[Symbol.asyncDispose]())

  const server = (): TlsServer => {
    if (t.app.server instanceof TlsServer) return t.app.server
    throw new Error('it speaks no TLS')
  }
  /** A pair of its own for one test, served from now on. */
  const use = (name: string) => {
    files = { certFile: join(authority.folder, `${name}.pem`), keyFile: join(authority.folder, `${name}.key`) }
    install(authority.issue())
    server().setSecureContext(readTls(files).context)
  }
  const follow = (publicUrl = 'https://localhost') => {
    aheadMs = 0
    logLines.length = 0
    const tls = readTls(files)
    stop = followTlsRenewal({
      files,
      tls,
      server: server(),
      log,
      publicUrl,
      lookMs: 10,
      nowMs: () => Date.now() + aheadMs,
    })
  }
  const messages = () => logLines.map(({ msg }) => msg)

  /** Name in the certificate that a new connection is shown. */
  async function shown(): Promise<string> {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.ca })
    await once(socket, 'secureConnect')
    const { subject } = socket.getPeerCertificate()
    socket.destroy()
    return String(subject.CN)
  }

  test('answers over https with it, and tells browsers to stay there', async () => {
    const request = get({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.ca, path: '/health/live' })
    const [response] = await once(request, 'response')
    response.resume()
    expect(response.statusCode).toBe(200)
    expect(response.headers['strict-transport-security']).toContain('max-age')
  })

  test.each(['TLSv1', 'TLSv1.1'] as const)('does not speak %s', async (version) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      ca: authority.ca,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const [error] = await once(socket, 'error')
    expect(String(error)).toMatch(/protocol|version/i)
  })

  test('serves a renewed pair without a restart, and connections that are open go on', async () => {
    use('first')
    follow()
    using _stop = stop
    const before = await shown()
    const open = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.ca })
    await once(open, 'secureConnect')
    const renewed = authority.issue()
    install(renewed)
    await expect.poll(shown, patiently).not.toBe(before)
    expect(messages()).toContain('the renewed certificate is served')
    open.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    const [answer] = await once(open.setEncoding('utf8'), 'data')
    expect(answer).toContain('200 OK')
  })

  test('serves a pair whose link was turned', async () => {
    const links = {
      certFile: join(authority.folder, 'live', 'cert.pem'),
      keyFile: join(authority.folder, 'live', 'key.pem'),
    }
    const version = (name: string) => {
      const { cert, key } = authority.issue()
      mkdirSync(join(authority.folder, name))
      writeFileSync(join(authority.folder, name, 'cert.pem'), cert)
      writeFileSync(join(authority.folder, name, 'key.pem'), key)
    }
    version('v1')
    version('v2')
    symlinkSync('v1', join(authority.folder, 'live'))
    files = links
    follow()
    using _stop = stop
    symlinkSync('v2', join(authority.folder, 'next'))
    const before = await shown()
    renameSync(join(authority.folder, 'next'), join(authority.folder, 'live'))
    await expect.poll(shown, patiently).not.toBe(before)
  })

  test('keeps the old pair while the new one is only half there, says so once, and takes it when it is whole', async () => {
    use('half')
    follow()
    using _stop = stop
    const before = await shown()
    const renewed = authority.issue()
    install({ cert: renewed.cert.slice(0, 200) })
    const refused = () =>
      logLines.filter(({ msg }) => msg.includes('the one before is still served')).map(({ why }) => why)
    await expect.poll(refused, patiently).toEqual([expect.stringContaining('ends in the middle')])
    install({ cert: renewed.cert })
    await expect
      .poll(refused, patiently)
      .toEqual([expect.anything(), expect.stringContaining('not the key of the first certificate')])
    expect(await shown()).toBe(before)
    install({ key: renewed.key })
    await expect.poll(shown, patiently).not.toBe(before)
    expect(refused()).toHaveLength(2)
  })

  test('keeps the old pair while the files are gone', async () => {
    use('gone')
    follow()
    using _stop = stop
    const before = await shown()
    rmSync(files.certFile)
    await expect
      .poll(messages, patiently)
      .toContain('the new certificate cannot be used: the one before is still served')
    expect(await shown()).toBe(before)
    install(authority.issue())
    await expect.poll(shown, patiently).not.toBe(before)
  })

  test('warns two weeks before the end, once a day, and says when it is over', async () => {
    use('old')
    follow()
    using _stop = stop
    expect(messages()).toEqual([])
    aheadMs += 17 * DAY_MS
    await expect.poll(messages, patiently).toEqual(['the certificate expires in 13 days: renew it'])
    aheadMs += DAY_MS + 1
    await expect.poll(messages, patiently).toContain('the certificate expires in 12 days: renew it')
    expect(messages()).toHaveLength(2)
    aheadMs += 20 * DAY_MS
    await expect.poll(messages, patiently).toContain('the certificate has expired: browsers refuse it')
  })

  test('warns when the certificate is not for the name of the server, or people would come over http', () => {
    use('name')
    follow('https://amiable.example')
    stop[Symbol.dispose]()
    expect(messages().join()).toContain('not for amiable.example')
    follow('http://localhost')
    stop[Symbol.dispose]()
    expect(messages().join()).toContain('https alone')
  })

  test('leaves who speaks plain http to it, or does not trust it, without an answer and without an alarm', async () => {
    t.logLines.length = 0
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    await expect(fetch(`https://127.0.0.1:${port}/`)).rejects.toThrow()
    expect(await shown()).toBeDefined() // by now the others were dealt with
    expect(t.logLines.filter(({ level }) => Number(level) >= 40)).toEqual([])
  })
})

describe('amiable start with AMIABLE_TLS_CERT', () => {
  const siteSettings = (url: string) => ({
    SHOTGRID_URL: url,
    SHOTGRID_SCRIPT_NAME: 'amiable',
    SHOTGRID_SCRIPT_KEY: 'sandbox-script-key',
    AMIABLE_SECRET: 'a-secret-for-tests-only',
    AMIABLE_TLS_CERT: files.certFile,
    AMIABLE_TLS_KEY: files.keyFile,
    AMIABLE_HANDLERS: join(import.meta.dirname, '../fixtures/hostile'),
  })

  test('serves https, and amiable click reaches it with the authority of the studio', async () => {
    install(authority.issue())
    await using site = await startWatchedSite({
      seed: {
        entities: [
          { type: 'Project', id: 12, name: 'P' },
          { type: 'Version', id: 7, code: 'v', project: { type: 'Project', id: 12 } },
        ],
      },
    })
    const PORT = String(await freePort())
    await using server = await startServerProcess(
      { ...siteSettings(site.url), PORT, HOST: 'localhost' },
      { waitUntilReady: false },
    )
    await expect.poll(() => server.output(), { timeout: 40_000 }).toContain(`https://localhost:${PORT}/`)
    const args = ['click', 'hello', '--type', 'Version', '--ids', '7', '--user', 'admin']
    const env = { ...server.env, ...siteSettings(site.url) }
    const trusted = await runCommand(args, { ...env, NODE_EXTRA_CA_CERTS: authority.caFile })
    expect(trusted.stderr).toBe('')
    expect(trusted.stdout).toContain('Hello admin')
    const untrusted = await runCommand(args, env)
    expect(untrusted.code).toBe(1)
    expect(untrusted.stderr).toContain('NODE_EXTRA_CA_CERTS')
  })

  test('does not start with a pair that cannot be used', async () => {
    install({ cert: authority.issue().cert, key: authority.issue().key })
    const started = await runCommand(['start'], {
      ...siteSettings('https://studio.example.com'),
      AMIABLE_DATA: join(authority.folder, 'data'),
    })
    expect(started.code).toBe(1)
    expect(started.stderr).toContain('not the key of the first certificate')
    expect(started.stderr).toContain('SETTINGS_INVALID')
  })
})
