import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseContentRange } from '../../src/site/content-range.ts'
import { createSite, type TransferProgress } from '../../src/site/index.ts'
import { startFileSite } from '../helpers/file-site.ts'
import { failureOf, type Respond, sendResults, startServer } from './helpers/test-server.ts'

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))

async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), 'resume-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A site with one file; `respond` answers the nth request for it. */
function startFile(respond: Respond) {
  let asked = 0
  return startServer((received, response) => {
    if (received.body.method_name === 'get_session_token') return sendResults(response, { session_id: 's-1' })
    asked += 1
    respond(received, response, asked)
  })
}

/** The beginning of an answer, and then nothing more. */
function breakOff(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number>,
  sent: Buffer,
): void {
  response.writeHead(status, headers)
  response.write(sent, () => response.socket?.destroy())
}

const etag = '"v1"'

test('a download that broke off goes on where it was, as often as attempts allow', async () => {
  await using folder = await openFolder()
  await using server = await startFile(({ headers }, response, index) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
    const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`
    const head = { etag, 'content-length': bytes.length - from, ...(from > 0 && { 'content-range': contentRange }) }
    if (index === 3) response.writeHead(206, head).end(bytes.subarray(from))
    else breakOff(response, from > 0 ? 206 : 200, head, bytes.subarray(from, from + 30_000))
  })
  await using site = server.open()
  const path = join(folder.path, 'a.mov')
  const seen: TransferProgress[] = []
  const file = await site.downloadTo(path, 77, { onProgress: (progress) => void seen.push(progress) })
  expect(file.sizeBytes).toBe(bytes.length)
  expect(bytes.equals(await readFile(path))).toBe(true)
  const asked = server.calls.filter(({ method }) => method === 'GET').map(({ headers }) => headers)
  expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=30000-', 'bytes=60000-'])
  expect(asked.map((headers) => headers['if-range'])).toEqual([undefined, etag, etag])
  expect(seen.map(({ transferredBytes }) => transferredBytes)).toEqual(
    seen.map(({ transferredBytes }) => transferredBytes).toSorted((a, b) => a - b),
  )
  expect(seen.at(-1)).toEqual({ transferredBytes: bytes.length, totalBytes: bytes.length })
  expect(await readdir(folder.path)).toEqual(['a.mov'])
})

const newer = randomBytes(50_000)

test.each<[string, Record<string, string>, Respond, string | undefined]>([
  ['has changed since', { etag }, (_, response) => response.writeHead(200).end(newer), 'bytes=30000-'],
  [
    'has become shorter',
    { etag },
    ({ headers }, response) => response.writeHead(headers.range ? 416 : 200).end(headers.range ? '' : newer),
    undefined,
  ],
  ['has only a weak name', { etag: 'W/"v1"' }, (_, response) => response.writeHead(200).end(newer), undefined],
  [
    'has a date',
    { 'last-modified': 'Wed, 04 Mar 2026 12:00:00 GMT' },
    (_, response) => response.writeHead(200).end(newer),
    'bytes=30000-',
  ],
])('a file that %s is downloaded anew after a break, never mixed', async (_, named, respond, range) => {
  await using folder = await openFolder()
  await using server = await startFile((received, response, index) => {
    if (index > 1) return respond(received, response, index)
    breakOff(response, 200, { ...named, 'content-length': bytes.length }, bytes.subarray(0, 30_000))
  })
  await using site = server.open()
  const path = join(folder.path, 'a.mov')
  expect(await site.downloadTo(path, 77)).toMatchObject({ sizeBytes: newer.length })
  expect(newer.equals(await readFile(path))).toBe(true)
  expect(server.calls.at(-1)?.headers.range).toBe(range)
})

test('a part that begins elsewhere than asked for is refused', async () => {
  await using folder = await openFolder()
  await using server = await startFile((_, response, index) => {
    const head = { etag, 'content-length': bytes.length }
    if (index === 1) return breakOff(response, 200, head, bytes.subarray(0, 30_000))
    response
      .writeHead(206, { etag, 'content-range': `bytes 10-${bytes.length - 1}/${bytes.length}` })
      .end(bytes.subarray(10))
  })
  await using site = server.open()
  const error = await failureOf(site.downloadTo(join(folder.path, 'a.mov'), 77))
  expect(error).toMatchObject({ code: 'SITE_STATUS_UNEXPECTED', status: 206 })
  expect(await readdir(folder.path)).toEqual([])
})

test('a rest that comes in parts is put together up to the last byte', async () => {
  await using folder = await openFolder()
  await using server = await startFile(({ headers }, response, index) => {
    const head = { etag, 'content-length': bytes.length }
    if (index === 1) return breakOff(response, 200, head, bytes.subarray(0, 30_000))
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1])
    const end = Math.min(from + 25_000, bytes.length)
    response
      .writeHead(206, { etag, 'content-range': `bytes ${from}-${end - 1}/${bytes.length}` })
      .end(bytes.subarray(from, end))
  })
  await using site = server.open({ retry: { attempts: 2, baseDelayMs: 1 } })
  const path = join(folder.path, 'a.mov')
  expect(await site.downloadTo(path, 77)).toMatchObject({ sizeBytes: bytes.length })
  expect(bytes.equals(await readFile(path))).toBe(true)
  expect(server.calls.map(({ headers }) => headers.range).slice(2)).toEqual([
    'bytes=30000-',
    'bytes=55000-',
    'bytes=80000-',
  ])
})

test.each([
  ['another name', { etag: '"v2"' }, bytes.length],
  ['another size', { etag }, bytes.length + 1],
])('a part of a file with %s is not joined to what came before', async (_, named, total) => {
  await using folder = await openFolder()
  await using server = await startFile(({ headers }, response, index) => {
    const head = { etag, 'content-length': bytes.length }
    if (index === 1) return breakOff(response, 200, head, bytes.subarray(0, 30_000))
    if (headers.range === undefined) return response.writeHead(200).end(newer)
    response
      .writeHead(206, { ...named, 'content-range': `bytes 30000-${total - 1}/${total}` })
      .end(Buffer.alloc(total - 30_000))
  })
  await using site = server.open()
  const path = join(folder.path, 'a.mov')
  expect(await site.downloadTo(path, 77)).toMatchObject({ sizeBytes: newer.length })
  expect(newer.equals(await readFile(path))).toBe(true)
})

test('a part that brings nothing ends the download instead of asking for ever', async () => {
  await using folder = await openFolder()
  await using server = await startFile((_, response, index) => {
    const head = { etag, 'content-length': bytes.length }
    if (index === 1) return breakOff(response, 200, head, bytes.subarray(0, 30_000))
    response.writeHead(206, { etag, 'content-range': `bytes 30000-99999/100000` }).end()
  })
  await using site = server.open()
  const error = await failureOf(site.downloadTo(join(folder.path, 'a.mov'), 77))
  expect(error).toMatchObject({
    code: 'SITE_ANSWER_INVALID',
    message: expect.stringContaining('30000 bytes of a file'),
  })
  expect(await readdir(folder.path)).toEqual([])
})

test('a content range is read as it was written, and nothing else is', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), (startBytes, more, rest) => {
      const endBytes = startBytes + more + 1
      const totalBytes = endBytes + rest
      const text = `bytes ${startBytes}-${endBytes - 1}/${totalBytes}`
      expect(parseContentRange(text)).toEqual({ startBytes, totalBytes })
    }),
  )
  for (const text of [
    undefined,
    '',
    'bytes */9',
    'bytes 0-4/*',
    'bytes 4-3/9',
    'bytes 0-9/9',
    'lines 0-4/9',
    'bytes 0-4/9x',
  ])
    expect(parseContentRange(text)).toBe(undefined)
})

test('a resumed download counts what it had against maxBytes', async () => {
  await using folder = await openFolder()
  await using server = await startFile(({ headers }, response) => {
    if (headers.range === undefined) return breakOff(response, 200, { etag }, bytes.subarray(0, 30_000))
    response.writeHead(206, { etag, 'content-range': `bytes 30000-99999/100000` }).end(bytes.subarray(30_000))
  })
  await using site = server.open()
  const error = await failureOf(site.downloadTo(join(folder.path, 'a.mov'), 77, { maxBytes: 90_000 }))
  expect(error).toMatchObject({ code: 'SITE_ANSWER_TOO_LARGE' })
  expect(await readdir(folder.path)).toEqual([])
})

test('progress of bytes and streams; what a listener throws ends the download', async () => {
  await using folder = await openFolder()
  await using server = await startFile((_, response) =>
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes),
  )
  await using site = server.open()
  for (const read of [
    (onProgress: (progress: TransferProgress) => void) => site.download(77, { onProgress }),
    async (onProgress: (progress: TransferProgress) => void) =>
      buffer((await site.downloadStream(77, { onProgress })).stream),
    (onProgress: (progress: TransferProgress) => void) => site.downloadTo(join(folder.path, 'a'), 77, { onProgress }),
  ]) {
    let last: TransferProgress | undefined
    await read((progress) => {
      last = progress
    })
    expect(last).toEqual({ transferredBytes: bytes.length, totalBytes: bytes.length })
    const stop = (): never => {
      throw new Error('enough')
    }
    expect(await failureOf(read(stop))).toMatchObject({ message: 'enough' })
  }
  expect(server.calls.filter(({ method }) => method === 'GET')).toHaveLength(6) // none was repeated
})

test('what was uploaded to a sandbox comes back the same', async () => {
  await using folder = await openFolder()
  await using sandbox = await startFileSite()
  const auth = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }
  await using site = createSite({ url: sandbox.url, auth })
  const id = await site.upload({ type: 'Shot', id: 310 }, newer, { fileName: 'a.bin' })
  const path = join(folder.path, 'a.bin')
  await site.downloadTo(path, id)
  const md5 = (data: Buffer) => createHash('md5').update(data).digest('hex')
  expect(md5(await readFile(path))).toBe(md5(newer))
})
