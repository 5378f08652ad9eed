import { createHash } from 'node:crypto'
import { request } from 'node:http'
import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { parseRange } from '../../src/sandbox/files/range.ts'
import { direct, type FileSite, startFileSite } from '../helpers/file-site.ts'
import { script } from './sandbox-site.ts'

const movie = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 253))
const pending = '/images/status/transient/thumbnail_pending.png'

type Values = Readonly<Record<string, string>>

/** Posts a form as the official client does and answers the text. */
async function post(
  site: FileSite,
  name: string,
  values: Values,
  file?: { part: string; name: string; bytes: Buffer },
) {
  const body = file === undefined ? new URLSearchParams(values) : new FormData()
  if (body instanceof FormData && file !== undefined) {
    for (const [key, value] of Object.entries(values)) body.append(key, value)
    body.append(file.part, new Blob([new Uint8Array(file.bytes)]), file.name)
  }
  const answer = await fetch(`${site.url}/upload/${name}`, { method: 'POST', body })
  expect(answer.status).toBe(200)
  return await answer.text()
}

const shot = { ...script, entity_type: 'Shot', entity_id: '310' }
const version = { ...script, entity_type: 'Version', entity_id: '700' }
const file = (name: string, bytes: Buffer = movie) => ({ part: 'file', name, bytes })
const picture = (bytes: Buffer) => ({ part: 'thumb_image', name: 'still.png', bytes })
const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 40, b: 40, alpha: 0.5 } } })
    .png()
    .toBuffer()
const idIn = (text: string) => Number(/^1:(\d+)$/.exec(text)?.[1])

test('a file uploaded to a field becomes an Attachment, the value of the field and its events', async () => {
  await using site = await startFileSite()
  const values = { ...version, field_name: 'sg_uploaded_movie', display_name: 'Take 3', tag_list: 'dailies, wip' }
  const id = idIn(await post(site, 'upload_file', values, file('überblick “3”.mov')))
  const link = {
    link_type: 'upload',
    name: 'Take 3',
    content_type: 'video/quicktime',
    url: `${site.url}/file_serve/attachment/${id}`,
    type: 'Attachment',
    id,
  }
  expect(await site.read('Version', 700, ['sg_uploaded_movie'])).toMatchObject({ sg_uploaded_movie: link })
  const fields = [
    'this_file',
    'filename',
    'display_name',
    'file_size',
    'file_extension',
    'tag_list',
    'attachment_links',
  ]
  expect(await site.read('Attachment', id, [...fields, 'project', 'created_by'])).toMatchObject({
    this_file: link,
    filename: 'überblick “3”.mov',
    display_name: 'Take 3',
    file_size: movie.length,
    file_extension: 'mov',
    tag_list: ['dailies', 'wip'],
    attachment_links: [{ type: 'Version', id: 700 }],
    project: { type: 'Project', id: 12 },
    created_by: { type: 'ApiUser' },
  })
  expect(site.events().map(({ type, attribute }) => [type, attribute])).toEqual([
    ['Shotgun_Attachment_New', null],
    ['Shotgun_Version_Change', 'sg_uploaded_movie'],
  ])
})

test('without a field a file is only linked to the entity, except that notes gain it', async () => {
  await using site = await startFileSite()
  const id = idIn(await post(site, 'upload_file', { ...shot, display_name: 'a.pdf' }, file('a.pdf')))
  expect(await site.read('Attachment', id, ['attachment_links'])).toMatchObject({ attachment_links: [{ id: 310 }] })
  expect(site.events().map(({ type }) => type)).toEqual(['Shotgun_Attachment_New'])
  const note = site.site.store.insert('Note')
  const toNote = { ...script, entity_type: 'Note', entity_id: String(note.id) }
  const first = idIn(await post(site, 'upload_file', toNote, file('b.pdf')))
  const second = idIn(await post(site, 'upload_file', { ...toNote, field_name: 'attachments' }, file('c.pdf')))
  expect(await site.read('Note', note.id, ['attachments'])).toMatchObject({
    attachments: [
      { type: 'Attachment', id: first, name: 'b.pdf' },
      { type: 'Attachment', id: second, name: 'c.pdf' },
    ],
  })
})

test('a session token uploads for its person, and sudo for another', async () => {
  await using site = await startFileSite()
  const [admin, artist] = ['admin', 'artist'].map((login) =>
    site.site.store.rows('HumanUser').find(({ values }) => values.login === login),
  )
  const token = site.site.openSession({ type: 'HumanUser', id: admin?.id ?? 0 })
  const auth = { session_token: token, reject_if_expired: 'True', sudo_as_login: 'artist', session_uuid: 'u-1' }
  const values = { ...auth, entity_type: 'Shot', entity_id: '310' }
  const id = idIn(await post(site, 'upload_file', values, file('a.txt')))
  expect(await site.read('Attachment', id, ['created_by'])).toMatchObject({
    created_by: { type: 'HumanUser', id: artist?.id },
  })
  expect(site.site.store.rows('EventLogEntry').at(-1)?.values).toMatchObject({
    session_uuid: 'u-1',
    meta: { sudo_actual_user: { id: admin?.id } },
  })
})

test.each<[string, string, Values, ReturnType<typeof file> | undefined, RegExp]>([
  ['wrong credentials', 'upload_file', { ...shot, script_key: 'no' }, file('a'), /^0\nCan't authenticate script/],
  ['an entity that is not there', 'upload_file', { ...shot, entity_id: '9' }, file('a'), /with id=9 does not exist/],
  ['an unknown type', 'upload_file', { ...shot, entity_type: 'Shoe' }, file('a'), /'type': "Shoe"/],
  ['an unknown field', 'upload_file', { ...shot, field_name: 'sg_x' }, file('a'), /Shot\.sg_x doesn't exist/],
  ['a field of another kind', 'upload_file', { ...shot, field_name: 'code' }, file('a'), /takes no file/],
  ['no file', 'upload_file', shot, undefined, /no file part 'file'/],
  ['a file in another part', 'publish_thumbnail', shot, file('a'), /no file part 'thumb_image'/],
  ['too large a file', 'upload_file', shot, file('a', Buffer.alloc(300_000)), /takes files of 250000 bytes/],
  [
    'no such picture',
    'share_thumbnail',
    { ...script, entities: 'Shot_310', source_entity: 'Shot_9' },
    undefined,
    /id=9/,
  ],
  [
    'a storage that is off',
    'api_get_upload_link_info',
    { ...script, upload_type: 'Attachment' },
    undefined,
    /is false/,
  ],
])('%s is answered with status 200 and why, and leaves nothing', async (_, name, values, sent, text) => {
  await using site = await startFileSite({ maxFileBytes: 250_000 })
  expect(await post(site, name, values, sent)).toMatch(text)
  expect(site.events()).toEqual([])
  expect(await site.countFiles()).toBe(0)
})

test('an upload that breaks off leaves nothing on disk', async () => {
  await using site = await startFileSite()
  const headers = { 'content-type': 'multipart/form-data; boundary=b' }
  const upload = request(`${site.url}/upload/upload_file`, { method: 'POST', headers }).on('error', () => {})
  upload.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n')
  upload.write(movie)
  await expect.poll(() => site.countFiles()).toBe(1)
  upload.destroy()
  await expect.poll(() => site.countFiles()).toBe(0)
  expect(site.events()).toEqual([])
})

test('a thumbnail is pending first, then a JPEG, with an event for each', async () => {
  await using site = await startFileSite()
  const id = idIn(await post(site, 'publish_thumbnail', shot, picture(await png(1920, 1080))))
  expect(await site.read('Shot', 310, ['image'])).toMatchObject({ image: site.url + pending })
  const standIn = await fetch(site.url + pending)
  expect([standIn.status, standIn.headers.get('content-type')]).toEqual([200, 'image/png'])
  await site.makePictures()
  const { image } = await site.read('Shot', 310, ['image'])
  expect(image).toMatch(`${site.url}/thumbnail/Attachment/${id}.jpg?v=`)
  const made = await fetch(String(image))
  expect(made.headers.get('content-type')).toBe('image/jpeg')
  expect(await sharp(Buffer.from(await made.arrayBuffer())).metadata()).toMatchObject({ width: 960, height: 540 })
  const changes = site.events().filter(({ attribute }) => attribute === 'image')
  expect(changes.map(({ meta }) => meta)).toEqual([
    expect.objectContaining({ old_value: null, new_value: id, is_transient: true }),
    expect.objectContaining({ old_value: null, new_value: id, is_transient: false }),
  ])
  const next = idIn(await post(site, 'publish_thumbnail', shot, picture(await png(10, 10))))
  expect(site.events().at(-1)?.meta).toMatchObject({ old_value: id, new_value: next, is_transient: true })
})

test('what is no picture ends as no thumbnail', async () => {
  await using site = await startFileSite()
  await post(site, 'publish_thumbnail', shot, picture(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')))
  await site.makePictures()
  expect(await site.read('Shot', 310, ['image'])).toMatchObject({ image: null })
})

test('a filmstrip is a picture of its own and keeps its width', async () => {
  await using site = await startFileSite()
  await post(site, 'publish_thumbnail', { ...version, filmstrip: 'True' }, picture(await png(2400, 135)))
  await site.makePictures()
  const { filmstrip_image } = await site.read('Version', 700, ['filmstrip_image'])
  const bytes = Buffer.from(await (await fetch(String(filmstrip_image))).arrayBuffer())
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 2400, height: 135 })
  expect(site.events().some(({ attribute }) => attribute === 'image')).toBe(false)
})

test('entities that share a thumbnail have the same address, and not before it is ready', async () => {
  await using site = await startFileSite()
  const id = idIn(await post(site, 'publish_thumbnail', shot, picture(await png(64, 36))))
  const values = {
    ...script,
    entities: 'Shot_311,Version_701',
    source_entity: 'Shot_310',
    filmstrip_thumbnail: 'False',
  }
  expect(await post(site, 'share_thumbnail', values)).toMatch(/^2\nsource_entity image is a transient thumbnail/)
  await site.makePictures()
  expect(idIn(await post(site, 'share_thumbnail', values))).toBe(id)
  const { image } = await site.read('Shot', 310, ['image'])
  expect(await site.read('Shot', 311, ['image'])).toMatchObject({ image })
  expect(await site.read('Version', 701, ['image'])).toMatchObject({ image })
  expect(site.events().slice(-2)).toMatchObject([
    { type: 'Shotgun_Shot_Change', meta: { attribute_name: 'image', new_value: id } },
    { type: 'Shotgun_Version_Change', meta: { attribute_name: 'image', new_value: id } },
  ])
  const cleared = { ...values, source_entity: 'Shot_312' }
  expect(await post(site, 'share_thumbnail', cleared)).toBe('1:')
  expect(await site.read('Shot', 311, ['image'])).toMatchObject({ image: null })
})

test('a drawn thumbnail can be shared too', async () => {
  await using site = await startFileSite()
  const values = { ...script, entities: 'Shot_310', source_entity: 'Version_700' }
  const id = idIn(await post(site, 'share_thumbnail', values))
  const { image } = await site.read('Shot', 310, ['image'])
  expect(image).toContain(`/thumbnail/Attachment/${id}.jpg`)
  expect(await site.read('Version', 700, ['image'])).toMatchObject({ image })
  expect((await fetch(String(image))).status).toBe(200)
  expect(await (await fetch(`${site.url}/upload/get_thumbnail_url?entity_type=Shot&entity_id=310`)).text()).toBe(
    `1\n${String(image).slice(site.url.length)}`,
  )
})

test('downloads come whole or by range, under their own name, never to be shown', async () => {
  await using site = await startFileSite()
  const id = idIn(await post(site, 'upload_file', shot, file("it's <b>.html")))
  const url = `${site.url}/file_serve/attachment/${id}`
  const whole = await fetch(url)
  expect(movie.equals(Buffer.from(await whole.arrayBuffer()))).toBe(true)
  expect(whole.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''it%27s%20%3Cb%3E.html")
  expect(whole.headers.get('content-security-policy')).toContain('sandbox')
  const etag = whole.headers.get('etag') ?? ''
  const part = await fetch(url, { headers: { range: 'bytes=100-', 'if-range': etag } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199999/200000`])
  expect(movie.subarray(100).equals(Buffer.from(await part.arrayBuffer()))).toBe(true)
  const changed = await fetch(url, { headers: { range: 'bytes=100-', 'if-range': '"other"' } })
  expect([changed.status, changed.headers.get('content-length')]).toEqual([200, '200000'])
  await changed.body?.cancel()
  expect((await fetch(url, { headers: { range: 'bytes=200000-' } })).status).toBe(416)
  expect((await fetch(`${site.url}/file_serve/attachment/999`)).status).toBe(404)
})

test('a range lies within the file, whatever is asked for', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.option(fc.nat(1_200)), fc.option(fc.nat(1_200)), (size, first, last) => {
      const range = parseRange(`bytes=${first ?? ''}-${last ?? ''}`, size)
      if (typeof range === 'string') return
      expect(0 <= range.start && range.start <= range.end && range.end < size).toBe(true)
      if (first !== null) expect(range.start).toBe(first)
    }),
  )
  for (const header of [undefined, '', 'bytes=-', 'bytes=5-4', 'items=0-1', 'bytes=0-1,4-5']) {
    expect(parseRange(header, 10)).toBe('whole')
  }
})

/** Sends parts to the storage and completes them. */
async function sendParts(site: FileSite, info: string, parts: readonly Buffer[]) {
  const uploadId = info.split('\n')[4] ?? ''
  const etags: string[] = []
  for (const [at, part] of parts.entries()) {
    const values = { ...script, upload_id: uploadId, part_number: String(at + 1) }
    const [one, url = ''] = (await post(site, 'api_get_upload_link_for_part', values)).split('\n')
    expect(one).toBe('1')
    const put = await fetch(url, { method: 'PUT', body: new Uint8Array(part) })
    etags.push(put.headers.get('etag') ?? '')
  }
  return {
    etags,
    done: await post(site, 'api_complete_multipart_upload', { ...script, upload_id: uploadId, etags: etags.join(',') }),
  }
}

const begin = (site: FileSite, multipart: boolean, uploadType = 'Attachment') =>
  post(site, 'api_get_upload_link_info', {
    ...script,
    upload_type: uploadType,
    filename: 'plate.exr',
    multipart_upload: multipart ? 'True' : 'False',
  })

test('a file goes straight to the storage and is linked then', async () => {
  await using site = await startFileSite({ info: direct })
  const info = await begin(site, false)
  expect(info.split('\n').slice(0, 5)).toEqual([
    '1',
    expect.stringContaining('/storage/'),
    expect.any(String),
    'Attachment',
    '',
  ])
  const url = info.split('\n')[1] ?? ''
  const link = { ...shot, upload_link_info: info, display_name: 'Plate' }
  expect(await post(site, 'api_link_file', link)).toMatch(/^0\n.*has not arrived/)
  const put = await fetch(url, { method: 'PUT', body: new Uint8Array(movie) })
  expect(put.headers.get('etag')).toBe(`"${createHash('md5').update(movie).digest('hex')}"`)
  const id = idIn(await post(site, 'api_link_file', link))
  expect(await site.read('Attachment', id, ['display_name', 'file_size'])).toMatchObject({
    display_name: 'Plate',
    file_size: movie.length,
  })
  expect(await post(site, 'api_link_file', link)).toMatch(/^0\n/)
  expect(await site.countFiles()).toBe(1)
})

test('a file in parts is put together in their order', async () => {
  await using site = await startFileSite({ info: direct })
  const info = await begin(site, true)
  const parts = [movie.subarray(0, 70_000), movie.subarray(70_000, 140_000), movie.subarray(140_000)]
  const { etags, done } = await sendParts(site, info, parts)
  expect(done).toBe('1')
  expect(etags[0]).toBe(
    `"${createHash('md5')
      .update(parts[0] ?? '')
      .digest('hex')}"`,
  )
  const id = idIn(await post(site, 'api_link_file', { ...shot, upload_link_info: info }))
  const bytes = Buffer.from(await (await fetch(`${site.url}/file_serve/attachment/${id}`)).arrayBuffer())
  expect(movie.equals(bytes)).toBe(true)
  expect(await site.countFiles()).toBe(1)
})

test('completing an upload twice is the same as once, for its first answer may be lost', async () => {
  await using site = await startFileSite({ info: direct })
  const info = await begin(site, true)
  const { etags } = await sendParts(site, info, [movie.subarray(0, 9), movie.subarray(9)])
  const values = { ...script, upload_id: info.split('\n')[4] ?? '', etags: etags.join(',') }
  expect(await post(site, 'api_complete_multipart_upload', values)).toBe('1')
  expect(await site.countFiles()).toBe(1)
})

test('parts that are too much together leave nothing', async () => {
  await using site = await startFileSite({ info: direct, maxFileBytes: 150_000 })
  const info = await begin(site, true)
  const { done } = await sendParts(site, info, [movie.subarray(0, 100_000), movie.subarray(100_000)])
  expect(done).toMatch(/^0\nThis site takes files of 150000 bytes/)
  expect(await site.countFiles()).toBe(0)
})

test('the storage refuses other addresses, wrong digests and wrong tags', async () => {
  await using site = await startFileSite({ info: direct })
  const info = await begin(site, true)
  const url = info.split('\n')[1] ?? ''
  const put = (to: string, headers = {}) => fetch(to, { method: 'PUT', body: 'x', headers })
  expect((await put(`${site.url}/storage/guessed`)).status).toBe(403)
  expect((await put(url)).status).toBe(403)
  expect((await put(`${url}?part=0`)).status).toBe(403)
  const digest = await put(`${url}?part=1`, { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' })
  expect([digest.status, await digest.text()]).toEqual([400, expect.stringContaining('BadDigest')])
  await put(`${url}?part=1`)
  const values = { ...script, upload_id: info.split('\n')[4] ?? '', etags: '"other"' }
  expect(await post(site, 'api_complete_multipart_upload', values)).toMatch(/^0\n.*part 1 did not arrive/)
  expect(await site.countFiles()).toBe(1)
})

test('a thumbnail can go straight to the storage as well', async () => {
  await using site = await startFileSite({ info: direct })
  const info = await begin(site, false, 'Thumbnail')
  await fetch(info.split('\n')[1] ?? '', { method: 'PUT', body: new Uint8Array(await png(64, 36)) })
  const id = idIn(await post(site, 'api_link_file', { ...shot, upload_link_info: info }))
  await site.makePictures()
  expect((await site.read('Shot', 310, ['image'])).image).toContain(`/thumbnail/Attachment/${id}.jpg`)
})

test('closing the site removes its files', async () => {
  const site = await startFileSite()
  await post(site, 'upload_file', shot, file('a'))
  expect(await site.countFiles()).toBe(1)
  await site.app.close()
  expect(await site.countFiles()).toBe(0)
  await site[Symbol.asyncDispose]()
})
