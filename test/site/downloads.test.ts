import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { argumentOf, failureOf, type Respond, sendResults, startServer } from './helpers/test-server.ts'

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))

/** A site with files, where sessions are t1, t2, … */
function startFiles(respond: Respond) {
  let sessions = 0
  return startServer((received, response, index) => {
    if (received.body.method_name === 'get_session_token') {
      sessions += 1
      sendResults(response, { session_id: `session-${sessions}` })
    } else respond(received, response, index)
  })
}

const sendBytes: Respond = (_, response) =>
  response.writeHead(200, { 'content-type': 'video/quicktime', 'content-length': bytes.length }).end(bytes)

async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), 'site-test-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test.each([
  ['an attachment id', () => 77],
  ['an Attachment ref', () => ({ type: 'Attachment', id: 77 })],
  ['a file value', (url: string) => ({ link_type: 'upload', url: `${url}/file_serve/attachment/77`, name: 'a.mov' })],
  ['a URL', (url: string) => `${url}/file_serve/attachment/77`],
  ['a path of the site', () => '/file_serve/attachment/77'],
])('%s is downloaded with the session cookie of the site', async (_, source) => {
  await using server = await startFiles(sendBytes)
  await using site = server.open()
  const file = await site.download(source(server.url))
  expect(bytes.equals(file.bytes)).toBe(true)
  expect(file.contentType).toBe('video/quicktime')
  await site.download(77)
  expect(server.calls.map(({ path, headers }) => [path, headers.cookie])).toEqual([
    ['/api3/json', undefined],
    ['/file_serve/attachment/77', '_session_id=session-1'],
    ['/file_serve/attachment/77', '_session_id=session-1'],
  ])
})

test('the address of a download is told without one, and what is no file has none', async () => {
  await using server = await startFiles(sendBytes)
  await using site = server.open()
  expect(site.downloadUrl(77)).toBe(`${server.url}/file_serve/attachment/77`)
  expect(site.downloadUrl({ link_type: 'web', url: 'https://studio.example/a.mov' })).toBe(
    'https://studio.example/a.mov',
  )
  expect(() => site.downloadUrl(null)).toThrow(expect.objectContaining({ code: 'SITE_FILE_NOT_FOUND' }))
  expect(() => site.downloadUrl({ link_type: 'local', local_path: '/a' })).toThrow(
    expect.objectContaining({ code: 'SITE_CALL_INVALID' }),
  )
  expect(server.calls).toEqual([])
})

test('another host gets no cookie, neither at first nor after a redirect', async () => {
  await using storage = await startServer(sendBytes)
  await using server = await startFiles((_, response) =>
    response.writeHead(302, { location: `${storage.url}/bucket/a?sig=x` }).end(),
  )
  await using site = server.open({ url: server.url.replace('//', '//gate:gate-pass@') })
  await site.download(77)
  await site.download(`${storage.url}/bucket/b`)
  expect(storage.received.map(({ path }) => path)).toEqual(['/bucket/a?sig=x', '/bucket/b'])
  for (const { headers } of storage.received)
    expect([headers.cookie, headers.authorization]).toEqual([undefined, undefined])
})

test('redirects without end are given up', async () => {
  await using server = await startFiles((_, response) => response.writeHead(302, { location: '/again' }).end())
  await using site = server.open()
  expect(await failureOf(site.download(77))).toMatchObject({ code: 'SITE_REDIRECTED' })
})

test('a session that has ended is renewed once', async () => {
  await using server = await startFiles((received, response, index) =>
    received.headers.cookie === '_session_id=session-1'
      ? response.writeHead(401).end()
      : sendBytes(received, response, index),
  )
  await using site = server.open()
  expect((await site.download(77)).bytes).toHaveLength(bytes.length)
})

test.each([
  ['/user/login?return_to=/', 'text/html; charset=utf-8'],
  ['/login', 'text/plain'],
  ['/page/12', 'text/html'],
])(
  'a session that has ended and leads to %s is renewed, and the page is never taken for the file',
  async (to, type) => {
    for (const ended of [1, 2]) {
      await using server = await startFiles((received, response, index) => {
        const session = Number(/\d+$/.exec(received.headers.cookie ?? '')?.[0])
        if (received.path === to) response.writeHead(200, { 'content-type': type }).end('<p>Sign in</p>')
        else if (session <= ended) response.writeHead(302, { location: to }).end()
        else sendBytes(received, response, index)
      })
      await using site = server.open()
      if (ended === 1) expect((await site.download(77)).bytes).toHaveLength(bytes.length)
      else expect(await failureOf(site.download(77))).toMatchObject({ code: 'SITE_AUTHENTICATION_FAILED' })
      expect(server.calls.filter(({ body }) => body.method_name === 'get_session_token')).toHaveLength(2)
    }
  },
)

test('a file that the site sends from another of its paths is taken, a report in HTML too', async () => {
  await using server = await startFiles((received, response, index) => {
    if (received.path.startsWith('/file_serve/')) response.writeHead(302, { location: `/media${received.path}` }).end()
    else if (received.path.endsWith('/77')) sendBytes(received, response, index)
    else
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-disposition': 'attachment; filename="a.html"' })
        .end('<p>Report</p>')
  })
  await using site = server.open()
  expect((await site.download(77)).bytes).toHaveLength(bytes.length)
  expect(String((await site.download(78)).bytes)).toBe('<p>Report</p>')
})

test('a file that its storage refuses is asked for once, in one session', async () => {
  await using storage = await startServer((_, response) => response.writeHead(403).end())
  await using server = await startFiles((_, response) =>
    response.writeHead(302, { location: `${storage.url}/bucket/a` }).end(),
  )
  await using site = server.open()
  for (const id of [77, 78]) expect(await failureOf(site.download(id))).toMatchObject({ code: 'SITE_FILE_REFUSED' })
  expect(storage.received).toHaveLength(2)
  expect(server.calls.map(({ path }) => path)).toEqual([
    '/api3/json',
    '/file_serve/attachment/77',
    '/file_serve/attachment/78',
  ])
})

test('downloads that find the same session ended renew it once together', async () => {
  const waiting: (() => void)[] = []
  await using server = await startFiles((received, response, index) => {
    if (received.headers.cookie !== '_session_id=session-1') {
      sendBytes(received, response, index)
      for (const go of waiting.splice(0)) go() // the other one hears of it after the session was renewed
    } else if (received.path.endsWith('/78')) waiting.push(() => response.writeHead(401).end())
    else response.writeHead(401).end()
  })
  await using site = server.open()
  const later = site.download(78)
  await expect.poll(() => waiting.length).toBe(1)
  await site.download(77)
  expect((await later).bytes).toHaveLength(bytes.length)
  expect(server.calls.filter(({ body }) => body.method_name === 'get_session_token')).toHaveLength(2)
})

test.each([
  [400, 'SITE_FILE_NOT_FOUND'],
  [404, 'SITE_FILE_NOT_FOUND'],
  [403, 'SITE_FILE_REFUSED'],
  [409, 'SITE_FILE_NOT_SCANNED'],
  [410, 'SITE_FILE_QUARANTINED'],
  [500, 'SITE_STATUS_UNEXPECTED'],
  [206, 'SITE_STATUS_UNEXPECTED'],
  [503, 'SITE_OVERLOADED'],
  [504, 'SITE_GATEWAY_FAILED'],
])('HTTP %s on a download is %s and keeps the signature of the address to itself', async (status, code) => {
  await using server = await startFiles((_, response) =>
    response.writeHead(status).end('<Message>Request has expired</Message>'),
  )
  await using site = server.open()
  const error = await failureOf(site.download('/bucket/a?X-Signature=s3cr3t'))
  expect(error).toMatchObject({ code, message: expect.stringContaining('Request has expired') })
  expect(String(error)).not.toContain('s3cr3t')
})

test.each(['announced', 'unannounced'])(
  'a page of %s length that repeats the session cookie is quoted without it',
  async (how) => {
    const page = '<style>p { color: red }</style><p>No entry for\n_session_id=session-1</p>'
    await using server = await startFiles((_, response) =>
      response.writeHead(404, how === 'announced' ? { 'content-length': page.length } : {}).end(page),
    )
    await using site = server.open()
    const error = await failureOf(site.download(77))
    expect(String(error)).toMatch(/answered with HTTP 404 \(“No entry for _session_id=\[secret\]”\)\.$/)
  },
)

test.each<[string, null | undefined | boolean | string | { [key: string]: string | null }, string]>([
  ['an empty field', null, 'SITE_FILE_NOT_FOUND'],
  ['a field that was not read', undefined, 'SITE_FILE_NOT_FOUND'],
  ['a file value without address', { type: 'Attachment', url: null }, 'SITE_FILE_NOT_FOUND'],
  ['a local file', { link_type: 'local', url: 'file:///etc/passwd' }, 'SITE_CALL_INVALID'],
  ['another scheme', 'file:///etc/passwd', 'SITE_CALL_INVALID'],
  ['another value', true, 'SITE_CALL_INVALID'],
  ['a link to something else', { type: 'Shot', name: 'x' }, 'SITE_CALL_INVALID'],
])('%s cannot be downloaded and nothing is sent', async (_, source, code) => {
  await using server = await startFiles(sendBytes)
  await using site = server.open()
  expect(await failureOf(site.download(source))).toMatchObject({ code })
  expect(server.received).toEqual([])
})

test('a download to a file appears whole or not at all, and is repeated after a break', async () => {
  await using folder = await openFolder()
  const path = join(folder.path, 'a.mov')
  let tries = 0
  await using server = await startFiles((received, response, index) => {
    tries += 1
    if (tries === 2) return sendBytes(received, response, index)
    response.writeHead(200, { 'content-length': bytes.length })
    response.write(bytes.subarray(0, 10), () => response.socket?.destroy())
  })
  await using site = server.open({ retry: { attempts: 2, baseDelayMs: 1 } })
  expect(await site.downloadTo(path, 77)).toEqual({ path, contentType: 'video/quicktime', sizeBytes: bytes.length })
  await using once = server.open({ retry: { attempts: 1 } })
  const other = join(folder.path, 'b.mov')
  await writeFile(other, 'before')
  expect(await failureOf(once.downloadTo(other, 77))).toMatchObject({ code: 'SITE_CONNECTION_LOST' })
  expect(await readdir(folder.path)).toEqual(['a.mov', 'b.mov'])
  expect(await readFile(other, 'utf8')).toBe('before')
  expect(bytes.equals(await readFile(path))).toBe(true)
})

test('a download to a folder that is not there says so', async () => {
  await using server = await startFiles(sendBytes)
  await using site = server.open()
  expect(await failureOf(site.downloadTo('/nowhere/at/all/a.mov', 77))).toMatchObject({ code: 'ENOENT' })
})

test.each(['announced', 'unannounced'])('a file beyond maxBytes is refused when its size is %s', async (how) => {
  await using folder = await openFolder()
  await using server = await startFiles((_, response) =>
    response.writeHead(200, how === 'announced' ? { 'content-length': bytes.length } : {}).end(bytes),
  )
  await using site = server.open()
  const options = { maxBytes: 1_000 }
  expect(await failureOf(site.download(77, options))).toMatchObject({ code: 'SITE_ANSWER_TOO_LARGE' })
  expect(await failureOf(site.downloadTo(join(folder.path, 'a'), 77, options))).toMatchObject({
    code: 'SITE_ANSWER_TOO_LARGE',
  })
  expect(await failureOf(site.downloadStream(77, options).then(({ stream }) => buffer(stream)))).toMatchObject({
    code: 'SITE_ANSWER_TOO_LARGE',
  })
  expect(await readdir(folder.path)).toEqual([])
})

test('a stream gives the bytes and its turn back, and can be left unread', async () => {
  await using server = await startFiles(sendBytes)
  await using site = server.open({ concurrency: 2 })
  const unread = await site.downloadStream(77)
  const { stream, sizeBytes } = await site.downloadStream(77)
  expect(sizeBytes).toBe(bytes.length)
  expect(bytes.equals(await buffer(stream))).toBe(true)
  unread.stream.destroy()
  expect((await site.download(77)).bytes).toHaveLength(bytes.length)
})

test('a download waits for its turn, not with its deadline running, while streams hold the sockets', async () => {
  await using server = await startFiles(sendBytes)
  await using site = server.open({ concurrency: 1 })
  const { stream } = await site.downloadStream(77, { timeoutMs: 2000 })
  const next = site.download(78, { timeoutMs: 1500 })
  expect((await next).bytes).toHaveLength(bytes.length)
  expect(stream.errored).toMatchObject({ code: 'SITE_TIMEOUT' })
})

test('an abort and a deadline end a stream in the middle', async () => {
  await using server = await startFiles((_, response) => response.writeHead(200).write('a'))
  await using site = server.open()
  const controller = new AbortController()
  const aborted = await site.downloadStream(77, { signal: controller.signal })
  const late = await site.downloadStream(77, { timeoutMs: 1000 })
  controller.abort(new Error('enough'))
  expect(await failureOf(buffer(aborted.stream))).toMatchObject({ message: 'enough' })
  expect(await failureOf(buffer(late.stream))).toMatchObject({ code: 'SITE_TIMEOUT' })
})

test('a stream that nobody reads ends with the click that it was for, and nothing else does', async () => {
  await using server = await startFiles((_, response) => response.writeHead(200).write('a'))
  await using site = server.open()
  const click = new AbortController()
  const { stream } = await site.downloadStream(77, { signal: click.signal })
  const closed = new Promise((resolve) => stream.once('close', resolve))
  click.abort(new Error('the click is over'))
  await closed
  expect(stream.errored).toMatchObject({ message: 'the click is over' })
})

test('a thumbnail needs no credentials; pending and missing ones are told apart', async () => {
  await using server = await startFiles(sendBytes)
  await using site = server.open()
  expect(await site.downloadThumbnail(`${server.url}/thumbs/1.jpg`)).toMatchObject({
    state: 'ready',
    contentType: 'video/quicktime',
  })
  expect(await site.downloadThumbnail(`${server.url}/images/status/transient/thumbnail_pending.png`)).toEqual({
    state: 'pending',
  })
  expect(await site.downloadThumbnail(null)).toEqual({ state: 'missing' })
  const version = { type: 'Version', id: 902, image: null }
  expect(await site.downloadThumbnail(version)).toEqual({ state: 'missing' })
  expect(server.received.map(({ path, headers }) => [path, headers.cookie])).toEqual([['/thumbs/1.jpg', undefined]])
})

test('the thumbnail of a ref is read first, and an expired address once more', async () => {
  await using server = await startFiles((received, response, index) => {
    if (received.body.method_name === 'read') {
      sendResults(response, { entities: [{ type: 'Version', id: 902, sg_still: `${server.url}/fresh` }] })
    } else if (received.path === '/fresh') sendBytes(received, response, index)
    else response.writeHead(403).end()
  })
  await using site = server.open()
  const options = { field: 'sg_still' }
  expect(await site.downloadThumbnail({ type: 'Version', id: 902 }, options)).toMatchObject({ state: 'ready' })
  const stale = { type: 'Version', id: 902, sg_still: `${server.url}/stale` }
  expect(await site.downloadThumbnail(stale, options)).toMatchObject({ state: 'ready' })
  expect(argumentOf(server.calls[0])).toMatchObject({ return_fields: ['sg_still'] })
  expect(server.calls.map(({ path }) => path)).toEqual(['/api3/json', '/fresh', '/stale', '/api3/json', '/fresh'])
})
