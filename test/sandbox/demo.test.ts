import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoRecords } from '../../src/sandbox/demo/index.ts'
import { everything, now, openSandbox, type TestSandbox, where } from './sandbox-site.ts'

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox.app.close())

const inLighthouse = where('project', 'name_is', 'Lighthouse')

describe('the demo', () => {
  test('is the same each time, with its dates around today', () => {
    expect(demoRecords(now)).toEqual(demoRecords(now))
    const [project] = demoRecords(new Date('2030-01-31T00:00:00Z'))
    expect(project?.values).toMatchObject({ name: 'Lighthouse', end_date: '2030-03-12' })
  })

  test.each([
    ['Project', everything, 2],
    ['HumanUser', everything, 8],
    ['Sequence', inLighthouse, 3],
    ['Shot', inLighthouse, 30],
    ['Asset', inLighthouse, 12],
    ['Version', inLighthouse, 120],
    ['Playlist', everything, 2],
    ['Note', everything, 3],
  ])('has the right number of %s', async (type, filters, count) => {
    expect((await sandbox.read(type, { filters })).length).toBe(count)
  })

  test('has what makes handlers stumble: many scripts, emoji, gaps, a very long text', async () => {
    const versions = await sandbox.read('Version', {
      filters: inLighthouse,
      return_fields: ['code', 'description', 'image', 'user', 'sg_status_list'],
    })
    const text = versions.map(({ code, description }) => `${code} ${description}`).join(' ')
    for (const script of [
      /\p{sc=Hiragana}/u,
      /\p{sc=Hangul}/u,
      /\p{sc=Han}/u,
      /\p{sc=Cyrillic}/u,
      /é/,
      /\p{Extended_Pictographic}/u,
    ]) {
      expect(text).toMatch(script)
    }
    expect(versions.filter(({ image }) => image === null).length).toBe(3)
    expect(versions.some(({ user }) => user === null)).toBe(true)
    expect(versions.some(({ description }) => description === null)).toBe(true)
    expect(versions.some(({ description }) => typeof description === 'string' && description.length > 2000)).toBe(true)
    expect(new Set(versions.map(({ sg_status_list }) => sg_status_list))).toEqual(
      new Set(['rev', 'vwd', 'ip', 'rrq', 'apr', 'fin', 'hld', 'na']),
    )
    expect(new Set(versions.map(({ code }) => code)).size).toBe(120)
    expect(versions.filter(({ code }) => /^(LH|NS|KR)_\d{3}_[a-z]+_v\d{3}/.test(String(code))).length).toBe(102)
  })

  test('has an All Versions page, and nothing in it lies in the future', async () => {
    const [page] = await sandbox.read('Page', {
      filters: where('name', 'is', 'All Versions'),
      return_fields: ['entity_type', 'project'],
    })
    expect(page).toMatchObject({ id: 1353, entity_type: 'Version', project: { name: 'Lighthouse' } })
    expect(await sandbox.read('Version', { filters: where('created_at', 'greater_than', now.toISOString()) })).toEqual(
      [],
    )
    const log = await sandbox.read('EventLogEntry', {
      return_fields: ['event_type', 'entity'],
      sorts: [{ field_name: 'id', direction: 'desc' }],
    })
    expect(log[0]).toMatchObject({ event_type: 'Shotgun_Version_New' })
  })
})

describe('thumbnails', () => {
  test('come without credentials, as JPEG 480 by 270, and are not sent twice', async () => {
    const [version] = await sandbox.read('Version', {
      filters: inLighthouse,
      return_fields: ['image', 'project.Project.image'],
    })
    for (const image of [version?.image, version?.['project.Project.image']]) {
      const { pathname, search } = new URL(String(image))
      const response = await sandbox.app.inject(pathname + search)
      expect(response.statusCode).toBe(200)
      expect(response.headers).toMatchObject({
        'content-type': 'image/jpeg',
        'cache-control': expect.stringContaining('max-age'),
      })
      expect(await sharp(response.rawPayload).metadata()).toMatchObject({ format: 'jpeg', width: 480, height: 270 })
      const again = await sandbox.app.inject({
        url: pathname + search,
        headers: { 'if-none-match': String(response.headers.etag) },
      })
      expect([again.statusCode, again.body]).toEqual([304, ''])
    }
  })

  test('differ from version to version', async () => {
    const versions = await sandbox.read('Version', {
      filters: where('image', 'is_not', null),
      return_fields: ['image'],
      paging: { entities_per_page: 20, current_page: 1 },
    })
    const pictures = await Promise.all(
      versions.map(async ({ image }) => (await sandbox.app.inject(new URL(String(image)).pathname)).body),
    )
    expect(new Set(pictures).size).toBe(20)
  })

  test.each([
    '/thumbnail/Version/99999.jpg',
    '/thumbnail/Nothing/1.jpg',
    '/thumbnail/Version/x.jpg',
    '/thumbnail/Status/1.jpg',
  ])('%s is a plain 404', async (url) => {
    expect((await sandbox.app.inject(url)).statusCode).toBe(404)
  })
})
