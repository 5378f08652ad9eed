import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinPath, type Platform, platforms, type Storage, splitPath } from '../../src/site/storage-paths.ts'
import { startSiteOnPort } from './helpers/site-on-port.ts'
import { failureOf } from './helpers/test-server.ts'

const storage = (id: number, linux?: string, mac?: string, windows?: string): Storage => ({
  id,
  name: `storage ${id}`,
  roots: { linux, mac, windows },
})
const show = storage(1, '/mnt/show', '/Volumes/show', 'P:\\show')
const plates = storage(2, '/mnt/show/plates/', undefined, '//server/Plates')
const storages = [show, plates, storage(3, '/mnt/show'), storage(4)]

describe('the storage of a path', () => {
  test.each<[string, number | undefined, string?]>([
    ['/mnt/show/LH/plate.exr', 3, 'LH/plate.exr'], // equal roots: the higher id
    ['/mnt/show', 3, ''],
    ['/mnt/show//LH/./x/../plate.exr/', 3, 'LH/plate.exr'],
    ['/mnt/show/plates/a.exr', 2, 'a.exr'], // the longest root
    ['/mnt/show/platesque/a.exr', 3, 'platesque/a.exr'],
    ['/mnt/show/../etc/passwd', undefined],
    ['/MNT/show/a', undefined],
    ['/Volumes/show/a', 1, 'a'],
    ['p:/SHOW/LH\\Plate.exr', 1, 'LH/Plate.exr'],
    ['P:\\show\\LH\\Plate.exr', 1, 'LH/Plate.exr'],
    ['P:show\\a', undefined],
    ['\\\\SERVER\\plates\\sub\\a.exr', 2, 'sub/a.exr'],
    ['//server/plates/a.exr', 2, 'a.exr'],
    ['/server/plates/a.exr', undefined],
    ['mnt/show/a', undefined],
    ['', undefined],
  ])('%s', (path, id, relativePath) => {
    const place = splitPath(path, storages)
    expect(place?.storage.id).toBe(id)
    expect(place?.relativePath).toBe(relativePath)
  })
})

describe('the path on a platform', () => {
  const place = { storage: show, relativePath: 'LH/plate.exr' }
  test.each<[Platform, string | undefined]>([
    ['linux', '/mnt/show/LH/plate.exr'],
    ['mac', '/Volumes/show/LH/plate.exr'],
    ['windows', 'P:\\show\\LH\\plate.exr'],
  ])('on %s', (platform, path) => {
    expect(joinPath(place, platform)).toBe(path)
    expect(joinPath({ ...place, storage: storage(4) }, platform)).toBeUndefined()
    expect(joinPath({ ...place, relativePath: '../../etc/passwd' }, platform)).toBeUndefined()
  })

  test('at the root itself', () => {
    expect(joinPath({ storage: storage(5, '/', '/', 'P:'), relativePath: '' }, 'linux')).toBe('/')
    expect(joinPath({ storage: storage(5, '/', '/', 'P:'), relativePath: 'a' }, 'linux')).toBe('/a')
    expect(joinPath({ storage: storage(5, '/', '/', 'P:'), relativePath: '' }, 'windows')).toBe('P:\\')
    expect(joinPath({ storage: plates, relativePath: 'a/b' }, 'windows')).toBe('\\\\server\\Plates\\a\\b')
  })
})

describe('for all storages and paths', () => {
  const name = fc.stringMatching(/^[a-cA-C]{1,2}$/)
  const names = (most: number) => fc.array(name, { minLength: 0, maxLength: most })
  // A path does not say whether Linux or macOS wrote it, so their roots differ, as they do in studios.
  const posix = (top: string) => names(3).map((all) => `/${[top, ...all].join('/')}`)
  const windows = fc
    .tuple(fc.constantFrom('P:', 'q:', '\\\\srv\\Share', '//SRV/share'), names(2), fc.constantFrom('/', '\\'))
    .map(([volume, all, slash]) => [volume, ...all].join(slash))
  const anyStorage = fc
    .tuple(
      fc.nat(20),
      fc.option(posix('mnt'), { nil: undefined }),
      fc.option(posix('Volumes'), { nil: undefined }),
      fc.option(windows, { nil: undefined }),
    )
    .map(([id, ...roots]) => storage(id, ...roots))
  const anyStorages = fc.uniqueArray(anyStorage, { minLength: 1, maxLength: 6, selector: ({ id }) => id })

  test('a path that is taken apart is put together again as it was', () => {
    fc.assert(
      fc.property(anyStorages, fc.nat(), fc.constantFrom(...platforms), names(3), (all, pick, platform, below) => {
        const owner = all[pick % all.length]
        const path = owner && joinPath({ storage: owner, relativePath: below.join('/') }, platform)
        fc.pre(path !== undefined)
        const place = splitPath(path, all)
        const again = place === undefined ? undefined : joinPath(place, platform)
        const fold = (text: string | undefined) => (platform === 'windows' ? text?.toLowerCase() : text)
        expect(fold(again)).toBe(fold(path))
        expect(splitPath(again ?? '', all)).toEqual(place)
      }),
      { numRuns: 2_000 },
    )
  })

  test('no other storage has a longer root above the path, and Windows does not look at case', () => {
    fc.assert(
      fc.property(anyStorages, fc.nat(), names(3), (all, pick, below) => {
        const owner = all[pick % all.length]
        const path = owner && joinPath({ storage: owner, relativePath: below.join('/') }, 'windows')
        fc.pre(path !== undefined)
        const place = splitPath(path, all)
        expect(place?.relativePath.split('/').filter(Boolean).length).toBeLessThanOrEqual(below.length)
        for (const written of [path.toUpperCase(), path.toLowerCase(), path.replaceAll('\\', '/')]) {
          expect(splitPath(written, all)?.storage.id).toBe(place?.storage.id)
        }
      }),
    )
  })
})

describe('on a site', () => {
  const seed = {
    entities: [
      { type: 'Project', id: 12, name: 'Kelp' },
      {
        type: 'LocalStorage',
        id: 1,
        code: 'show',
        linux_path: '/mnt/show',
        mac_path: '/Volumes/show',
        windows_path: 'P:\\show',
      },
      { type: 'LocalStorage', id: 2, code: 'plates', linux_path: '/mnt/show/plates' },
      { type: 'Version', id: 700, code: 'v', project: { type: 'Project', id: 12 } },
    ],
  }
  const version = { type: 'Version', id: 700 } as const
  const field = 'sg_uploaded_movie'

  test.each([
    ['P:\\Show\\LH\\take.mov', 1, '/mnt/show/LH/take.mov'],
    ['/mnt/show/plates/a.mov', 2, '/mnt/show/plates/a.mov'],
  ])('%s is written, and read as the path of this machine', async (path, id, expected) => {
    await using port = await startSiteOnPort({ seed })
    await using site = port.open({ platform: 'linux' })
    const value = await site.toLocalFile(path, { name: 'Take' })
    expect(value.local_storage).toEqual({ type: 'LocalStorage', id })
    await site.update(version, { [field]: value })
    const row = await site.findOne('Version', [['id', 'is', 700]], [field])
    expect(row?.[field]).toMatchObject({ link_type: 'local', name: 'Take', local_path_linux: expected })
    expect(await site.localPath(row?.[field])).toBe(expected)
    expect(await site.localPath(value)).toBe(expected)
    expect(await site.localPath({ local_path: path })).toBe(expected)
    expect(await site.localPath(row?.[field], { platform: 'windows' })).toBe(
      id === 1 ? 'P:\\show\\LH\\take.mov' : undefined,
    )
  })

  test('what is no local file has no path, and needs no question', async () => {
    await using port = await startSiteOnPort({ seed })
    await using site = port.open()
    for (const value of [null, undefined, 5, [], { link_type: 'upload', url: 'x', id: 5, type: 'Attachment' }]) {
      expect(await site.localPath(value)).toBeUndefined()
    }
    expect(await site.localPath('/home/mira/notes.txt')).toBeUndefined()
    expect(await failureOf(site.toLocalFile('/home/mira/notes.txt'))).toMatchObject({
      code: 'SITE_CALL_INVALID',
      message: expect.stringContaining('/mnt/show, /Volumes/show, P:\\show'),
    })
    expect(await failureOf(site.toLocalFile('/mnt/show/a\\b'))).toMatchObject({ code: 'SITE_CALL_INVALID' })
  })
})
