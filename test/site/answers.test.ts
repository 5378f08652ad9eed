import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import * as siteModule from '../../src/site/index.ts'
import { failureOf, sendFault, sendJson, sendResults, sendShots, startServer } from './helpers/test-server.ts'

test.each([
  [102, "Can't authenticate script 'ingest'", 'SiteAuthenticationError', 'SITE_AUTHENTICATION_FAILED'],
  [106, 'code please', 'SiteAuthenticationError', 'SITE_TWO_FACTOR_REQUIRED'],
  [103, "API read() Shot.sg_glow doesn't exist.", 'SiteFaultError', 'SITE_REQUEST_REFUSED'],
  [
    104,
    "API update() CRUD ERROR #6: 'x' is not a valid status. Valid statuses: ip",
    'SiteFaultError',
    'SITE_VALIDATION_FAILED',
  ],
  [107, 'too many rows', 'SiteFaultError', 'SITE_FAULT'],
  [undefined, 'odd', 'SiteFaultError', 'SITE_FAULT'],
  [110, 'User promotion to active is permitted only for Identity Users', 'SiteFaultError', 'SITE_VALIDATION_FAILED'],
  [
    104,
    'API delete() CRUD ERROR #3: Entity of type [Shot] with id=9 does not exist.',
    'SiteNotFoundError',
    'SITE_ENTITY_NOT_FOUND',
  ],
  [
    104,
    'The field is not editable for this user: [Shot.code]. Rule: x',
    'SitePermissionError',
    'SITE_PERMISSION_DENIED',
  ],
  [104, "The user does not have permission to 'sudo': ann", 'SitePermissionError', 'SITE_PERMISSION_DENIED'],
])('fault %s %s is a %s', async (errorCode, message, className, code) => {
  await using server = await startServer((_, response) => sendFault(response, message, errorCode))
  await using site = server.open()
  const error = await failureOf(site.update({ type: 'Shot', id: 9 }, { code: 'x' }))
  expect(error).toMatchObject({
    name: className,
    code,
    message: expect.stringContaining(message),
    hint: expect.stringMatching(/\.$/),
  })
  expect(error).toBeInstanceOf(siteModule.SiteError)
  expect(server.calls).toHaveLength(1)
})

test('a fault is told as the site wrote it, spaces and lines included', async () => {
  const message = 'API batch() failed.  All requests rolled back.\n  Request 2: bad'
  await using server = await startServer((_, response) => sendFault(response, message, 104))
  await using site = server.open()
  expect(await failureOf(site.findOne('Shot', []))).toMatchObject({ message: expect.stringContaining(message) })
})

test.each([108, 110])('fault %s tells a person with a password to sign in otherwise', async (errorCode) => {
  await using server = await startServer((_, response) => sendFault(response, 'no passwords', errorCode))
  await using site = server.open({ auth: { login: 'ann', password: 'hunter22' } })
  expect(await failureOf(site.findOne('Shot', []))).toMatchObject({ code: 'SITE_PASSWORD_NOT_ALLOWED' })
})

test.each([
  [401, 'SITE_AUTHENTICATION_FAILED'],
  [403, 'SITE_ACCESS_BLOCKED'],
  [404, 'SITE_STATUS_UNEXPECTED'],
  [500, 'SITE_STATUS_UNEXPECTED'],
  [302, 'SITE_REDIRECTED'],
  [308, 'SITE_REDIRECTED'],
])('HTTP %s with a page is %s, quoted without its tags', async (status, code) => {
  await using server = await startServer((_, response) => {
    response.writeHead(status, { 'content-type': 'text/html', location: 'https://evil.test/a?b' })
    response.end('<html><style>p{}</style><h1>Access\n blocked</h1></html>')
  })
  await using site = server.open()
  const error = await failureOf(site.findOne('Shot', []))
  expect(error).toMatchObject({ code })
  expect(String(error)).toContain(status >= 300 && status < 400 ? 'https://evil.test' : 'Access blocked')
  expect(server.calls).toHaveLength(1)
})

test.each([
  ['an HTML page', 'text/html', '<title>Sign in</title>'],
  ['broken JSON', 'application/json', '{"results": '],
  ['an empty body', 'application/json', ''],
  ['a list without entities', 'application/json', '{"results": {}}'],
  ['a record of another type', 'application/json', '{"results": {"entities": [{"type": "Task", "id": 1}]}}'],
  ['a record without id', 'application/json', '{"results": {"entities": [{"type": "Shot"}]}}'],
])('%s in place of an answer is a protocol error', async (_, type, body) => {
  await using server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': type })
    response.end(body)
  })
  await using site = server.open()
  expect(await failureOf(site.findOne('Shot', []))).toMatchObject({ kind: 'protocol', code: 'SITE_ANSWER_INVALID' })
  expect(server.calls).toHaveLength(1)
})

test('a compressed answer is read', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(gzipSync(JSON.stringify({ results: { entities: [{ type: 'Shot', id: 1 }] } })))
  })
  await using site = server.open()
  expect(await site.findOne('Shot', [])).toEqual({ type: 'Shot', id: 1 })
})

test.each(['plain', 'gzip'])('an answer beyond the limit is refused, also when it is %s', async (encoding) => {
  const text = JSON.stringify({ results: 'x'.repeat(100_000) })
  await using server = await startServer((_, response) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(encoding === 'gzip' && { 'content-encoding': 'gzip' }),
    })
    response.end(encoding === 'gzip' ? gzipSync(text) : text)
  })
  await using site = server.open({ maxResponseBytes: 50_000 })
  expect(await failureOf(site.findOne('Shot', []))).toMatchObject({ code: 'SITE_ANSWER_TOO_LARGE' })
})

test.each([
  [
    'bare',
    { version: [8, 60, 1, 'Dev'], api_max_entities_per_page: 0 },
    { isDevelopment: true, maxEntitiesPerPage: 500 },
  ],
  [
    'wrapped',
    { results: { version: [8, 60, 1], user_authentication_method: 'saml2' } },
    { userAuthenticationMethod: 'saml2' },
  ],
])('info is read %s', async (_, answer, expected) => {
  await using server = await startServer((_, response) => sendJson(response, answer), { infoToo: true })
  await using site = server.open()
  expect(await site.info()).toMatchObject(expected)
})

test.each([
  ['no version', {}, 'SITE_ANSWER_INVALID'],
  ['an old version', { version: [7, 3, 9] }, 'SITE_TOO_OLD'],
])('connect refuses a site with %s, and closes', async (_, answer, code) => {
  await using server = await startServer((_, response) => sendJson(response, answer), { infoToo: true })
  const options = { url: server.url, auth: { scriptName: 'a', scriptKey: 'bbbb' } }
  expect(await failureOf(siteModule.connect(options))).toMatchObject({ code })
  await expect.poll(() => server.sockets.size).toBe(0)
})

test('a failed info is asked again by the next call', async () => {
  await using server = await startServer(
    ({ body }, response, index) => {
      if (body.method_name === 'read') sendShots(response, [])
      else if (index === 1) sendFault(response, 'not now')
      else sendJson(response, { version: [8, 60, 1] })
    },
    { infoToo: true },
  )
  await using site = server.open()
  expect(await failureOf(site.find('Shot', []))).toMatchObject({ code: 'SITE_FAULT' })
  expect(await site.find('Shot', [])).toEqual([])
})

test('a batch answer of the wrong length or kind is an unknown outcome', async () => {
  await using server = await startServer((_, response, index) =>
    sendResults(response, index === 1 ? [] : [{ type: 'Shot', id: 1 }]),
  )
  await using site = server.open()
  const remove = [{ requestType: 'delete', entityType: 'Shot', entityId: 1 }] as const
  expect(await failureOf(site.batch(remove))).toMatchObject({ code: 'SITE_OUTCOME_UNKNOWN' })
  expect(await failureOf(site.batch(remove))).toMatchObject({ code: 'SITE_OUTCOME_UNKNOWN' })
})
