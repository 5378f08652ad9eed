import type { Scope } from './connection.ts'
import { SiteUsageError } from './errors/index.ts'
import type { CallOptions } from './options.ts'
import type { Reader } from './read.ts'
import { createShared } from './shared.ts'
import { joinPath, type Platform, platforms, type Storage, splitPath } from './storage-paths.ts'
import { type FieldValue, isLink, type Row } from './types.ts'

const MAX_AGE_MS = 300_000 // storages change a few times a year

export type LocalPathOptions = CallOptions & {
  /** Whose path is wanted. Default: the site's option `platform`, this machine's. */
  readonly platform?: Platform
}

export type LocalFileOptions = CallOptions & {
  /** What people see. Default: the name of the file. */
  readonly name?: string
  /** Default: what the site makes of the extension. */
  readonly contentType?: string
}

/** A file in a local storage, as a file field takes it. */
export type LocalFile = {
  readonly relative_path: string
  readonly local_storage: { readonly type: 'LocalStorage'; readonly id: number }
  readonly name?: string
  readonly content_type?: string
}

/** Files in the local storages of the site, whose roots differ from platform to platform. */
export interface SiteLocalFiles {
  /**
   * Where a file lies on this machine: of the value of a file field, or of a path as any platform writes it. Undefined
   * when it is no local file, in no local storage, or the storage has no root on this platform.
   * @example
   * await site.localPath(version.sg_path_to_frames) // '/mnt/show/LH/plate.exr', when that is a file field
   * await site.localPath('P:\\show\\LH\\plate.exr') // '/mnt/show/LH/plate.exr'
   */
  localPath(value: FieldValue | undefined, options?: LocalPathOptions): Promise<string | undefined>

  /**
   * A path, as any platform writes it, as the value for a file field. Rejects when it lies in no local storage.
   * @example
   * await site.update(publishedFile, { path: await site.toLocalFile('/mnt/show/LH/plate.exr') })
   */
  toLocalFile(path: string, options?: LocalFileOptions): Promise<LocalFile>
}

/** The local storages of the site are read when they are first needed, and again after five minutes. */
export function createLocalFiles(scope: Scope, reader: Pick<Reader, 'find'>): SiteLocalFiles {
  const shared = createShared('The read of the local storages', async () => {
    const rows = await reader.find('LocalStorage', [], ['code', 'linux_path', 'mac_path', 'windows_path'])
    return rows.map(parseStorage)
  })
  let askedAtMs = Number.NEGATIVE_INFINITY
  const readStorages = (options: CallOptions): Promise<readonly Storage[]> => {
    if (performance.now() - askedAtMs > MAX_AGE_MS) {
      shared.forget()
      askedAtMs = performance.now()
    }
    return shared.get(scope, options)
  }

  const localPath = async (
    value: FieldValue | undefined,
    options: LocalPathOptions = {},
  ): Promise<string | undefined> => {
    const platform = options.platform ?? scope.connection.settings.platform
    if (!platforms.includes(platform)) {
      throw new SiteUsageError(
        'SITE_CALL_INVALID',
        `platform is "${platform}": expected one of ${platforms.join(', ')}.`,
      )
    }
    if (typeof value === 'string') {
      const place = splitPath(value, await readStorages(options))
      return place === undefined ? undefined : joinPath(place, platform)
    }
    if (typeof value !== 'object' || value === null) return undefined
    const said: unknown = Reflect.get(value, `local_path_${platform}`)
    if (typeof said === 'string') return said
    const place = await findPlace(value, () => readStorages(options))
    return place === undefined ? undefined : joinPath(place, platform)
  }

  const toLocalFile = async (path: string, options: LocalFileOptions = {}): Promise<LocalFile> => {
    const storages = await readStorages(options)
    const place = splitPath(path, storages)
    if (place === undefined) {
      const roots = storages.flatMap(({ roots }) => platforms.flatMap((platform) => roots[platform] ?? []))
      throw new SiteUsageError(
        'SITE_CALL_INVALID',
        `${path} lies in no local storage of the site: expected an absolute path below ${roots.join(', ') || 'one, but there is none'}.`,
      )
    }
    if (place.relativePath.includes('\\')) {
      throw new SiteUsageError('SITE_CALL_INVALID', `${path} has a backslash in a name: Windows would split it there.`)
    }
    return {
      relative_path: place.relativePath,
      local_storage: { type: 'LocalStorage', id: place.storage.id },
      ...(options.name !== undefined && { name: options.name }),
      ...(options.contentType !== undefined && { content_type: options.contentType }),
    }
  }
  return { localPath, toLocalFile }
}

async function findPlace(value: object, readStorages: () => Promise<readonly Storage[]>) {
  const relativePath: unknown = Reflect.get(value, 'relative_path')
  const storage: unknown = Reflect.get(value, 'local_storage')
  if (typeof relativePath === 'string' && isLink(storage)) {
    const found = (await readStorages()).find(({ id }) => id === storage.id)
    return found === undefined ? undefined : { storage: found, relativePath }
  }
  const path: unknown = Reflect.get(value, 'local_path')
  return typeof path === 'string' ? splitPath(path, await readStorages()) : undefined
}

function parseStorage(row: Row<'LocalStorage', 'code' | 'linux_path' | 'mac_path' | 'windows_path'>): Storage {
  const text = (value: FieldValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
  return {
    id: row.id,
    name: text(row.code) ?? '',
    roots: { linux: text(row.linux_path), mac: text(row.mac_path), windows: text(row.windows_path) },
  }
}
