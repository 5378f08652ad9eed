import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, openAsBlob } from 'node:fs'
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { createSite, type Site, type SiteOptions, type UploadSource, type WriteRecord } from '../../src/site/index.ts'
import { encodeFields, frameFile } from '../../src/site/upload-form.ts'
import { parseAttachmentId } from '../../src/site/upload-post.ts'
import { goesToStorage } from '../../src/site/upload-route.ts'
import { PART_BYTES } from '../../src/site/upload-storage.ts'
import { direct, type FileSite, startFileSite } from '../helpers/file-site.ts'
import { failureOf } from './helpers/test-server.ts'

const shot = { type: 'Shot', id: 310 }
const version = { type: 'Version', id: 700 }
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))

function open(url: string, options: Partial<SiteOptions> = {}): Site {
  const auth = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }
  return createSite({ url, auth, retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 5 }, ...options })
}

async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), 'uploads-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** What the site holds of an Attachment. */
async function stored(site: FileSite, id: number): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${site.url}/file_serve/attachment/${id}`)).arrayBuffer())
}

async function* pieces(all: Uint8Array, size: number) {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
}

/** A server in front of a sandbox site, which can interfere with requests and counts them. */
async function startProxy(
  target: string,
  interfere: (request: IncomingMessage, response: ServerResponse, count: number) => boolean | Promise<boolean>,
) {
  const paths: string[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    paths.push(path)
    if (await interfere(request, response, paths.filter((one) => one === path).length)) return
    const init = { method: request.method ?? 'GET', headers: pick(request), body: request, duplex: 'half' }
    if (request.method === 'GET') Object.assign(init, { body: undefined })
    try {
      const answer = await fetch(target + path, init as unknown as RequestInit)
      const text = Buffer.from(await answer.arrayBuffer())
      const etag = answer.headers.get('etag')
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
        ...(etag !== null && { etag }),
      })
      response.end(text)
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    paths,
    count: (part: string) => paths.filter((path) => path.includes(part)).length,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The sandbox makes its addresses of the host it is asked for, so the storage goes through the proxy as well. */
function pick({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    ['content-type', 'cookie'].flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** A sandbox whose addresses are those of a proxy in front of it. */
async function startBehind(interfere: Parameters<typeof startProxy>[1], info = {}) {
  const stack = new AsyncDisposableStack()
  const site = stack.use(await startFileSite({ info }))
  const proxy = stack.use(await startProxy(site.url, interfere))
  Object.assign(site.site, { baseUrl: proxy.url })
  return { site, proxy, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test.each<[string, (path: string) => UploadSource | Promise<UploadSource>]>([
  ['a path', (path) => path],
  ['bytes', () => bytes],
  ['a Blob of a file', (path) => openAsBlob(path)],
  ['a File', () => new File([new Uint8Array(bytes)], 'a.mov')],
  ['a Readable', () => ({ stream: Readable.from(pieces(bytes, 7_777)), name: 'a.mov', sizeBytes: bytes.length })],
  ['an async iterable', () => ({ stream: pieces(bytes, 100_000), name: 'a.mov', sizeBytes: bytes.length })],
])('%s is uploaded to a field, through the site and straight to its storage', async (_, source) => {
  await using folder = await openFolder()
  const path = join(folder.path, 'a.mov')
  await writeFile(path, bytes)
  for (const info of [{}, direct]) {
    await using site = await startFileSite({ info })
    await using client = open(site.url)
    const options = { field: 'sg_uploaded_movie', fileName: 'a “b”.mov', displayName: 'Take', tags: ['dailies', 'wip'] }
    const id = await client.upload(version, await source(path), options)
    expect(bytes.equals(await stored(site, id))).toBe(true)
    expect(await site.read('Version', 700, ['sg_uploaded_movie'])).toMatchObject({
      sg_uploaded_movie: { id, name: 'Take', link_type: 'upload', content_type: 'video/quicktime' },
    })
    expect(await site.read('Attachment', id, ['filename', 'tag_list', 'file_size'])).toMatchObject({
      filename: 'a “b”.mov',
      tag_list: ['dailies', 'wip'],
      file_size: bytes.length,
    })
  }
})

test('without a field the file is an attachment of the entity, under its own name', async () => {
  await using folder = await openFolder()
  const path = join(folder.path, 'notes.pdf')
  await writeFile(path, bytes)
  await using site = await startFileSite()
  await using client = open(site.url)
  const id = await client.upload(shot, path)
  expect(await site.read('Attachment', id, ['display_name', 'attachment_links', 'this_file'])).toMatchObject({
    display_name: 'notes.pdf',
    attachment_links: [shot],
    this_file: { content_type: 'application/pdf' },
  })
})

test('a session token, another person and the window travel with the form', async () => {
  await using site = await startFileSite()
  const [admin] = site.site.store.rows('HumanUser').filter(({ values }) => values.login === 'admin')
  const sessionToken = site.site.openSession({ type: 'HumanUser', id: admin?.id ?? 0 })
  await using client = open(site.url, { auth: { sessionToken } })
  const id = await client.with({ sudoAsLogin: 'artist', sessionUuid: 'u-1' }).upload(shot, bytes, { fileName: 'a' })
  expect((await site.read('Attachment', id, ['created_by'])).created_by).not.toMatchObject({ id: admin?.id })
  expect(site.site.store.rows('EventLogEntry').at(-1)?.values).toMatchObject({ session_uuid: 'u-1' })
})

test('progress counts the bytes of the file up to all of them', async () => {
  for (const info of [{}, direct]) {
    await using site = await startFileSite({ info })
    await using client = open(site.url)
    const seen: number[] = []
    await client.upload(shot, bytes, {
      fileName: 'a',
      onProgress: ({ transferredBytes, totalBytes }) => {
        expect(totalBytes).toBe(bytes.length)
        seen.push(transferredBytes)
      },
    })
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.at(-1)).toBe(bytes.length)
  }
})

test('what a progress listener throws ends the upload', async () => {
  await using site = await startFileSite()
  await using client = open(site.url)
  const onProgress = () => {
    throw new Error('enough')
  }
  expect(await failureOf(client.upload(shot, bytes, { fileName: 'a', onProgress }))).toMatchObject({
    message: 'enough',
  })
  await expect.poll(() => site.countFiles()).toBe(0)
  expect(site.events()).toEqual([])
})

test.each<[string, UploadSource | ((folder: string) => UploadSource), RegExp]>([
  ['a missing file', '/nowhere/a.mov', /'\/nowhere\/a\.mov', which is not there \(ENOENT\)/],
  ['a folder', (folder) => folder, /which is no file/],
  ['an empty file', (folder) => join(folder, 'empty'), /which is empty/],
  ['no bytes', new Uint8Array(), /no file name/],
  ['an empty stream', { stream: pieces(bytes, 1), name: 'a', sizeBytes: 0 }, /which is empty/],
  ['a stream of unknown size', { stream: pieces(bytes, 1), name: 'a', sizeBytes: Number.NaN }, /size of .* is NaN/],
])('%s is refused before anything is sent', async (_, source, message) => {
  await using folder = await openFolder()
  await writeFile(join(folder.path, 'empty'), '')
  await using site = await startFileSite()
  await using proxy = await startProxy(site.url, () => false)
  await using client = open(proxy.url)
  const given = typeof source === 'function' ? source(folder.path) : source
  const error = await failureOf(client.upload(shot, given))
  expect(error).toMatchObject({ code: 'SITE_CALL_INVALID', message: expect.stringMatching(message) })
  expect(proxy.paths).toEqual([])
})

test.each([
  ['fewer', bytes.length + 1, /ended after 300000 bytes: expected the 300001/],
  ['more', bytes.length - 1, /has more bytes: expected the 299999/],
])('a stream that gives %s bytes than announced makes nothing', async (_, sizeBytes, message) => {
  for (const info of [{}, direct]) {
    await using site = await startFileSite({ info })
    await using client = open(site.url)
    const stream = Readable.from(pieces(bytes, 50_000))
    const error = await failureOf(client.upload(shot, { stream, name: 'a', sizeBytes }))
    expect(error).toMatchObject({ code: 'SITE_CALL_INVALID', message: expect.stringMatching(message) })
    expect(stream.destroyed).toBe(true)
    expect(site.events()).toEqual([])
    await expect.poll(() => site.countFiles()).toBe(0)
  }
})

test('a stream that fails before the upload has its turn fails the upload and nothing else', async () => {
  await using site = await startFileSite()
  const stream = new Readable({ read: () => {} })
  const failed = new Promise((resolve) => stream.once('close', resolve)) // not once(): it would hear the error
  await using proxy = await startProxy(site.url, async () => {
    stream.destroy(new Error('the disk went away')) // while the upload asks the site where files go
    await failed
    return false
  })
  await using client = open(proxy.url)
  const error = await failureOf(client.upload(shot, { stream, name: 'a', sizeBytes: 9 }))
  expect(error).toMatchObject({ message: 'the disk went away' })
  expect(site.events()).toEqual([])
})

test('an abort in the middle ends the upload and leaves nothing', async () => {
  await using site = await startFileSite()
  await using client = open(site.url)
  const controller = new AbortController()
  const endless = async function* () {
    yield bytes
    controller.abort(new Error('no longer wanted'))
    await new Promise(() => {}) // a source that hangs
  }
  const source = { stream: endless(), name: 'a', sizeBytes: 1_000_000 }
  const error = await failureOf(client.upload(shot, source, { signal: controller.signal }))
  expect(error).toMatchObject({ message: 'no longer wanted' })
  await expect.poll(() => site.countFiles()).toBe(0)
})

test.each<[string, { type: string; id: number }, string | undefined, Partial<SiteOptions>, object]>([
  [
    'an unknown field',
    shot,
    'sg_nothing',
    {},
    {
      code: 'SITE_FAULT',
      message: /upload of a to Shot 310.sg_nothing: API upload_file\(\) Shot\.sg_nothing doesn't exist/,
    },
  ],
  ['an entity that is gone', { type: 'Shot', id: 9 }, undefined, {}, { code: 'SITE_ENTITY_NOT_FOUND' }],
  [
    'wrong credentials',
    shot,
    undefined,
    { auth: { scriptName: 'amiable', scriptKey: 'wrong-key' } },
    { code: 'SITE_AUTHENTICATION_FAILED' },
  ],
])(
  '%s is told with what the site said',
  async (_, ref, field, options, { message, ...expected }: { message?: RegExp }) => {
    await using site = await startFileSite()
    await using client = open(site.url, options)
    const error = await failureOf(client.upload(ref, bytes, { fileName: 'a', ...(field !== undefined && { field }) }))
    expect(error).toMatchObject({ ...expected, message: expect.stringMatching(message ?? /./) })
  },
)

test('a form that breaks off in the middle is sent again, when the file can be read again', async () => {
  const big = Buffer.alloc(5_000_000, 'x')
  const interfere = async (request: IncomingMessage, _: ServerResponse, count: number) => {
    if (!request.url?.startsWith('/upload/upload_file') || count > 1) return false
    await once(request, 'data')
    request.socket.destroy()
    return true
  }
  await using behind = await startBehind(interfere)
  await using client = open(behind.proxy.url)
  const id = await client.upload(shot, big, { fileName: 'a' })
  expect(big.equals(await stored(behind.site, id))).toBe(true)
  expect(behind.site.events()).toHaveLength(1)
  await using other = await startBehind(interfere)
  await using second = open(other.proxy.url)
  const source = { stream: pieces(big, 100_000), name: 'a', sizeBytes: big.length }
  expect(await failureOf(second.upload(shot, source))).toMatchObject({ code: 'SITE_CONNECTION_LOST' })
  expect(other.proxy.count('upload_file')).toBe(1)
})

test.each([
  ['upload_file', {}, 'the connection', (request: IncomingMessage) => void request.socket.destroy()],
  ['api_link_file', direct, 'the connection', (request: IncomingMessage) => void request.socket.destroy()],
  ['upload_file', {}, 'HTTP 504', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(504).end()],
  ['upload_file', {}, 'without the id', (_: IncomingMessage, response: ServerResponse) => void response.end('1')],
])(
  'when the answer of %s is lost (%#), the outcome is unknown and nothing is repeated',
  async (action, info, text, lose) => {
    await using behind = await startBehind(async (request, response) => {
      if (!request.url?.startsWith(`/upload/${action}`)) return false
      await buffer(request)
      lose(request, response)
      return true
    }, info)
    await using client = open(behind.proxy.url)
    const error = await failureOf(client.upload(version, bytes, { fileName: 'a.mov', field: 'sg_uploaded_movie' }))
    expect(error).toMatchObject({
      code: 'SITE_OUTCOME_UNKNOWN',
      message: expect.stringContaining(text),
      attempted: [{ operation: 'upload', entityType: 'Version', entityId: 700, fields: ['sg_uploaded_movie'] }],
    })
    expect(behind.proxy.count(action)).toBe(1)
  },
)

test('a deadline that passes while the site thinks leaves the outcome unknown', async () => {
  await using behind = await startBehind(async (request) => {
    if (request.url !== '/upload/upload_file') return false
    await buffer(request)
    return true // and no answer
  })
  await using client = open(behind.proxy.url)
  await client.info()
  const error = await failureOf(client.upload(shot, bytes, { fileName: 'a', timeoutMs: 1500 }))
  expect(error).toMatchObject({ code: 'SITE_OUTCOME_UNKNOWN', cause: { code: 'SITE_TIMEOUT' } })
})

const large = Buffer.alloc(2 * PART_BYTES + 1_000, 'plate')

test('a large file goes to the storage in parts, and a part that fails is sent again alone', async () => {
  let failures = 0
  await using behind = await startBehind(async (request, response) => {
    if (!request.url?.includes('part=2') || failures >= 2) return false
    failures += 1
    if (failures === 1) {
      await buffer(request)
      response.writeHead(500).end('<Message>We encountered an internal error.</Message>')
    } else request.socket.destroy()
    return true
  }, direct)
  await using client = open(behind.proxy.url)
  const seen: number[] = []
  const id = await client.upload(version, large, {
    fileName: 'a.mov',
    field: 'sg_uploaded_movie',
    onProgress: ({ transferredBytes }) => seen.push(transferredBytes),
  })
  expect(
    createHash('md5')
      .update(await stored(behind.site, id))
      .digest('hex'),
  ).toBe(createHash('md5').update(large).digest('hex'))
  const puts = behind.proxy.paths.filter((path) => path.startsWith('/storage/')).map((path) => path.slice(-1))
  expect(puts).toEqual(['1', '2', '2', '2', '3'])
  expect(Math.max(...seen)).toBe(large.length)
  expect(behind.proxy.count('/upload/upload_file')).toBe(0)
})

test('a stream goes in parts too, and its parts are repeated', async () => {
  await using behind = await startBehind(async (request, _, count) => {
    if (!request.url?.includes('part=1') || count > 1) return false
    request.socket.destroy()
    return true
  }, direct)
  await using client = open(behind.proxy.url)
  const source = { stream: pieces(large, 65_536), name: 'a.mov', sizeBytes: large.length }
  const id = await client.upload(version, source, { field: 'sg_uploaded_movie' })
  expect((await stored(behind.site, id)).equals(large)).toBe(true)
})

test('a storage that fails for good ends the upload, which was not linked', async () => {
  await using behind = await startBehind(async (request, response) => {
    if (!request.url?.includes('part=2')) return false
    await buffer(request)
    response.writeHead(503).end('<Code>SlowDown</Code><Message>Please reduce your request rate.</Message>')
    return true
  }, direct)
  await using client = open(behind.proxy.url)
  expect(await failureOf(client.upload(shot, large, { fileName: 'a.mov' }))).toMatchObject({
    code: 'SITE_OVERLOADED',
    message: expect.stringMatching(/upload of a\.mov to Shot 310, part 2 of 3 .* HTTP 503 .*Please reduce/),
  })
  expect(behind.proxy.count('part=2')).toBe(3)
  expect(behind.proxy.count('api_link_file')).toBe(0)
  expect(behind.site.events()).toEqual([])
})

test('a storage that refuses is not asked again', async () => {
  await using behind = await startBehind(async (request, response) => {
    if (request.method !== 'PUT') return false
    await buffer(request)
    response.writeHead(403).end('<Message>Request has expired</Message>')
    return true
  }, direct)
  await using client = open(behind.proxy.url)
  expect(await failureOf(client.upload(shot, bytes, { fileName: 'a' }))).toMatchObject({
    code: 'SITE_STORAGE_REFUSED',
    message: expect.stringContaining('Request has expired'),
  })
  expect(behind.proxy.count('/storage/')).toBe(1)
})

test('bytes that changed on their way are noticed by their checksum, unless the storage encrypts', async () => {
  const other = `"${'0'.repeat(32)}"`
  for (const [headers, code] of [
    [{ etag: other }, 'SITE_CHECKSUM_MISMATCH'],
    [{ etag: other, 'x-amz-server-side-encryption': 'aws:kms' }, 'SITE_VALIDATION_FAILED'],
  ] as const) {
    await using behind = await startBehind(async (request, response) => {
      if (request.method === 'PUT') await buffer(request)
      else if (request.url !== '/upload/api_link_file') return false
      if (request.method === 'PUT') response.writeHead(200, headers).end()
      else response.end("0\nCan't link") // it came as far as this
      return true
    }, direct)
    await using client = open(behind.proxy.url)
    const error = await failureOf(client.upload(shot, bytes, { fileName: 'a' }))
    expect(error).toMatchObject({ code: code === 'SITE_VALIDATION_FAILED' ? 'SITE_FAULT' : code })
    expect(behind.proxy.count('/storage/')).toBe(code === 'SITE_CHECKSUM_MISMATCH' ? 3 : 1)
  }
})

const still = () =>
  sharp({ create: { width: 96, height: 54, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()

test('a thumbnail and a filmstrip are pending first and a picture then', async () => {
  for (const info of [{}, direct]) {
    await using site = await startFileSite({ info })
    await using client = open(site.url)
    const id = await client.uploadThumbnail(version, await still(), { fileName: 'still.jpg' })
    await client.uploadFilmstripThumbnail(version, await still(), { fileName: 'strip.jpg' })
    expect(await client.downloadThumbnail(version)).toEqual({ state: 'pending' })
    expect(await client.downloadThumbnail(version, { field: 'filmstrip_image' })).toEqual({ state: 'pending' })
    await site.makePictures()
    expect(await client.downloadThumbnail(version)).toMatchObject({ state: 'ready', contentType: 'image/jpeg' })
    expect(await client.downloadThumbnail(version, { field: 'filmstrip_image' })).toMatchObject({ state: 'ready' })
    const { image } = await site.read('Version', 700, ['image'])
    expect(image).toContain(`/Attachment/${id}.jpg`)
  }
})

test('a thumbnail is shared from another entity, when it is ready', async () => {
  await using site = await startFileSite()
  await using client = open(site.url)
  const id = await client.upload(version, await still(), { fileName: 'still.jpg', field: 'image' })
  const targets = [shot, { type: 'Shot', id: 311 }]
  const error = await failureOf(client.shareThumbnail(targets, { sourceEntity: version }))
  expect(error).toMatchObject({
    code: 'SITE_THUMBNAIL_NOT_READY',
    message: expect.stringContaining('transient thumbnail'),
  })
  await site.makePictures()
  expect(await client.shareThumbnail(targets, { sourceEntity: version })).toBe(id)
  const { image } = await site.read('Version', 700, ['image'])
  for (const target of targets) expect(await site.read('Shot', target.id, ['image'])).toMatchObject({ image })
  expect(await client.shareThumbnail([shot], { sourceEntity: { type: 'Shot', id: 312 } })).toBe(null)
  expect(await site.read('Shot', 310, ['image'])).toMatchObject({ image: null })
})

test('a file is uploaded once and shared as soon as its picture is ready', async () => {
  await using folder = await openFolder()
  const thumbnailPath = join(folder.path, 'still.jpg')
  await writeFile(thumbnailPath, await still())
  let asked = 0
  await using behind = await startBehind(async (request) => {
    if (request.url === '/upload/share_thumbnail') asked += 1
    if (asked === 3) await behind.site.makePictures()
    return false
  })
  await using client = open(behind.proxy.url)
  const id = await client.shareThumbnail([shot, { type: 'Shot', id: 311 }], { thumbnailPath })
  expect(behind.proxy.count('publish_thumbnail')).toBe(1)
  expect(asked).toBe(3)
  const { image } = await behind.site.read('Shot', 311, ['image'])
  expect(image).toContain(`/Attachment/${id}.jpg`)
})

test('sharing needs entities and one source', async () => {
  await using client = open('http://127.0.0.1:9')
  for (const [refs, options] of [
    [[], { sourceEntity: version }],
    [[shot], {}],
    [[shot], { sourceEntity: version, thumbnailPath: 'a.jpg' }],
  ] as const) {
    expect(await failureOf(client.shareThumbnail(refs, options))).toMatchObject({ code: 'SITE_CALL_INVALID' })
  }
})

test('tags that would fall apart are refused', async () => {
  await using client = open('http://127.0.0.1:9')
  for (const tag of ['a,b', ' ']) {
    const error = await failureOf(client.upload(shot, bytes, { fileName: 'a', tags: [tag] }))
    expect(error).toMatchObject({ code: 'SITE_CALL_INVALID' })
  }
})

const on = (types: unknown) => ({ s3_direct_uploads_enabled: true, s3_enabled_upload_types: types })

test.each<[boolean, Record<string, unknown>, string, string | undefined]>([
  [false, {}, 'Version', 'sg_uploaded_movie'],
  [false, { ...on({ '*': '*' }), s3_direct_uploads_enabled: false }, 'Version', 'sg_uploaded_movie'],
  [true, on(undefined), 'Version', 'sg_uploaded_movie'],
  [true, on({ Version: [] }), 'Version', 'sg_uploaded_movie'],
  [false, on({}), 'Shot', 'sg_uploaded_movie'],
  [true, on({ Shot: ['sg_file'] }), 'Shot', 'sg_file'],
  [false, on({ Shot: ['sg_file'] }), 'Shot', undefined],
  [false, on({ Shot: ['sg_file'] }), 'Asset', 'sg_file'],
  [true, on({ '*': ['sg_file'] }), 'Asset', 'sg_file'],
  [true, on({ Shot: '*' }), 'Shot', undefined],
  [true, on({ '*': ['*'] }), 'Note', 'attachments'],
  [false, on({ Version: ['*'] }), 'toString', 'x'],
])('to the storage: %s for %j, %s.%s', (expected, info, type, field) => {
  expect(goesToStorage(info, type, field)).toBe(expected)
})

test.each([
  ['1:4271', 4271],
  ['1\n:4271', 4271],
  ['1:4271\nmore', 4271],
  ['1:4271:more', 4271],
])('%j holds an Attachment id', (text, id) => {
  expect(parseAttachmentId(text, 'upload')).toBe(id)
})

test('any fields and file name survive the form', async () => {
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !/[\r\n"]/.test(one))
  const name = fc.stringMatching(/^[a-z_]{1,10}$/)
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, text), text, fc.uint8Array({ minLength: 1 }), async (fields, base, file) => {
      const fileName = `x${base.replace(/[\\/%]/g, '-').replace(/\p{C}/gu, '')}`
      const frame = frameFile(fields, { partName: 'FILE', fileName, contentType: 'image/png', sizeBytes: file.length })
      const body = Buffer.concat([frame.head, file, frame.tail])
      const form = await new Response(new Uint8Array(body), {
        headers: { 'content-type': frame.contentType },
      }).formData()
      for (const [key, value] of Object.entries(fields)) expect(form.get(key)).toBe(value)
      const part = form.get('FILE')
      if (!(part instanceof File)) throw new Error('no file')
      expect([part.name, part.type]).toEqual([fileName, 'image/png'])
      expect(Buffer.from(await part.arrayBuffer()).equals(Buffer.from(file))).toBe(true)
      expect(Object.fromEntries(new URLSearchParams(encodeFields(fields)))).toEqual({ ...fields })
    }),
    { numRuns: 50 },
  )
})

test('a file name cannot add headers of its own', () => {
  const file = { partName: 'file', fileName: 'a"\r\nX-Evil: 1\r\n.png', contentType: 'image/png', sizeBytes: 1 }
  expect(String(frameFile({}, file).head)).toContain('filename="a%22%0D%0AX-Evil: 1%0D%0A.png"')
})

test('booleans are written as the official client writes them, and what is undefined is left out', () => {
  expect(encodeFields({ a: true, b: false, c: undefined, d: 1 })).toBe('a=True&b=False&d=1')
})

test('a file that shrinks while it is uploaded makes nothing', async () => {
  await using folder = await openFolder()
  const path = join(folder.path, 'a.mov')
  await writeFile(path, large)
  await using site = await startFileSite()
  await using client = open(site.url)
  let cut: Promise<void> | undefined
  const onProgress = () => {
    cut ??= writeFile(path, 'x')
  }
  const error = await failureOf(client.upload(shot, path, { onProgress }))
  expect(error).toMatchObject({ code: 'SITE_CALL_INVALID', message: expect.stringContaining('became shorter') })
  await cut
  expect(await readFile(path, 'utf8')).toBe('x')
  expect(site.events()).toEqual([])
})

test('a file that grows while it is uploaded makes nothing', async () => {
  for (const info of [{}, direct]) {
    await using folder = await openFolder()
    const path = join(folder.path, 'a.mov')
    await writeFile(path, bytes)
    await using site = await startFileSite({ info })
    await using client = open(site.url)
    const error = await failureOf(client.upload(shot, path, { onProgress: () => appendFileSync(path, 'more') }))
    expect(error).toMatchObject({ code: 'SITE_CALL_INVALID', message: expect.stringContaining('became longer') })
    expect(site.events()).toEqual([])
  }
})

test('a file is opened when its upload has its turn: many that wait hold no descriptors', async () => {
  await using folder = await openFolder()
  const path = join(folder.path, 'a.mov')
  await writeFile(path, bytes)
  await using site = await startFileSite()
  let held = 0
  await using proxy = await startProxy(site.url, async (request) => {
    if (request.url !== '/upload/upload_file') return false
    const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
    held = Math.max(held, (await Promise.all(links)).filter((to) => to === path).length)
    return false
  })
  await using client = open(proxy.url, { concurrency: 2 })
  await Promise.all(Array.from({ length: 12 }, () => client.upload(shot, path)))
  expect(held).toBeGreaterThan(0)
  expect(held).toBeLessThanOrEqual(2)
})

test('a ledger is told of each upload and each entity that a thumbnail was shared with', async () => {
  await using site = await startFileSite()
  await using client = open(site.url)
  const writes: WriteRecord[] = []
  const told = client.with({ ledger: { onWrite: (write) => void writes.push(write) } })
  await told.upload(version, bytes, { fileName: 'a.mov', field: 'sg_uploaded_movie', tags: ['wip'] })
  await failureOf(told.upload(version, bytes, { fileName: 'a.mov', field: 'sg_nothing' }))
  await told.shareThumbnail([shot, { type: 'Shot', id: 311 }], { sourceEntity: version })
  const values = { file_name: 'a.mov', file_size: bytes.length, display_name: 'a.mov' }
  expect(writes).toMatchObject([
    {
      operation: 'upload',
      entityType: 'Version',
      entityId: 700,
      outcome: 'done',
      values: { ...values, tag_list: 'wip' },
    },
    { operation: 'upload', outcome: 'failed', values, error: { code: 'SITE_FAULT' } },
    { operation: 'shareThumbnail', entityType: 'Shot', entityId: 310, values: { source_entity: version } },
    { operation: 'shareThumbnail', entityType: 'Shot', entityId: 311, outcome: 'done' },
  ])
})
