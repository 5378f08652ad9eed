import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createSite, type SiteOptions, SiteUsageError } from '../../src/site/index.ts'
import { failureOf, scriptKey, sendFault, startServer } from './helpers/test-server.ts'

const secrets = [
  scriptKey,
  JSON.stringify(scriptKey).slice(1, -1),
  encodeURIComponent(scriptKey),
  'gate-pass',
  btoa('gate:gate-pass'),
]

function expectNoSecret(value: unknown): void {
  const shown = [inspect(value, { depth: 20, showHidden: true, getters: true }), JSON.stringify(value), String(value)]
  if (value instanceof Error) shown.push(value.stack ?? '', JSON.stringify(value, Object.getOwnPropertyNames(value)))
  for (const text of shown) for (const secret of secrets) expect(text).not.toContain(secret)
}

test('a site shows no credentials, however it is printed', async () => {
  await using server = await startServer(() => {})
  await using site = server.open({ url: server.url.replace('//', '//gate:gate-pass@') })
  for (const value of [site, site.with({ sessionUuid: 'x' }), site.schema]) expectNoSecret(value)
})

const echoes = {
  fault: undefined,
  page: 403,
  'server error': 500,
  'not JSON': 200,
  gateway: 502,
}

test.each(Object.entries(echoes))('a %s that repeats the request shows no credentials', async (_, status) => {
  await using server = await startServer(({ body, headers }, response) => {
    const echo = `${scriptKey} ${JSON.stringify(body)} ${encodeURIComponent(scriptKey)} ${headers.authorization}; ${headers.authorization?.split(' ')[1]}`
    if (status === undefined) return sendFault(response, echo, 103)
    response.writeHead(status, { 'content-type': 'text/html' }).end(`<p>${echo}</p>`)
  })
  await using site = server.open({ url: server.url.replace('//', '//gate:gate-pass@'), retry: { attempts: 1 } })
  const error = await failureOf(site.create('Shot', { code: 'x' }))
  expectNoSecret(error)
  expectNoSecret(await failureOf(site.findOne('Shot', [])))
  expect(inspect(error)).toContain('[secret]')
})

test('failures of the network show no credentials', async () => {
  await using server = await startServer((_, response) => response.socket?.destroy())
  await using site = server.open({ url: server.url.replace('//', '//gate:gate-pass@'), retry: { attempts: 1 } })
  expectNoSecret(await failureOf(site.create('Shot', { code: 'x' })))
  await using nowhere = server.open({ url: 'http://gate:gate-pass@127.0.0.1:1', retry: { attempts: 1 } })
  expectNoSecret(await failureOf(nowhere.info()))
})

const good = { url: 'https://gate:gate-pass@site.test', auth: { scriptName: 'ingest', scriptKey } }

test.each<[string, object]>([
  ['url', { url: 'gate-pass nonsense' }],
  ['url', { url: 'ftp://gate:gate-pass@site.test' }],
  ['auth', { auth: { scriptName: 'a', scriptKey, password: scriptKey } }],
  ['auth', { auth: { scriptName: '', scriptKey } }],
  ['auth', { auth: {} }],
  ['auth', { auth: scriptKey }],
  ['timeoutMs', { timeoutMs: -1 }],
  ['concurrency', { concurrency: 0 }],
  ['userAgent', { userAgent: 'a\r\nb: c' }],
  ['dispatcher', { dispatcher: {} }],
  ['tiemoutMs', { tiemoutMs: 5 }],
])('a wrong %s is refused by name, without what it holds', (option, change) => {
  const options: SiteOptions = { ...good, ...change }
  let error: unknown
  try {
    createSite(options)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(SiteUsageError)
  expect(String(error)).toContain(option)
  expectNoSecret(error)
})

test('all mistakes in the options are told at once', () => {
  const wrong: SiteOptions = { ...good, timeoutMs: 0, concurrency: 0.5 }
  expect(() => createSite(wrong)).toThrow(/timeoutMs[\s\S]*concurrency|concurrency[\s\S]*timeoutMs/)
})
