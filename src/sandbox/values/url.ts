import { Fault } from '../fault.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import { isRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import type { ValueContext } from './context.ts'
import { rejected } from './faults.ts'
import { inspect } from './inspect.ts'

const platforms = ['linux', 'mac', 'windows'] as const

const contentTypes: Readonly<Record<string, string>> = {
  exr: 'image/x-exr',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  txt: 'text/plain',
  zip: 'application/zip',
}

/**
 * A file or web link as it is stored: `{link_type: "web", url, …}` or `{link_type: "local", local_storage,
 * relative_path, …}`. Its Attachment is made by whoever stores it.
 */
export function parseUrl(context: ValueContext, value: Json): Json {
  if (value === null) return null
  if (!isObject(value)) throw missingUrl(context, value)
  const { url, local_path: localPath, relative_path: relativePath } = value
  if (typeof localPath === 'string') return parseLocalPath(context, value, localPath)
  if (typeof relativePath === 'string') return parseRelativePath(context, value, relativePath)
  if (typeof url !== 'string' || url === '') throw missingUrl(context, value)
  return { link_type: 'web', url, name: textOr(value.name, url), content_type: textOr(value.content_type, null) }
}

function missingUrl({ place }: ValueContext, value: Json): Fault {
  return new Fault(103, `API ${place.method}() invalid/missing url hash string 'url': ${inspect(value)}`)
}

/** Finds the storage with the longest root that the path lies in; of equal roots, the one with the higher id. */
function parseLocalPath(context: ValueContext, value: JsonObject, localPath: string): Json {
  const path = localPath.replaceAll('\\', '/')
  let best: { storage: Row; root: string } | undefined
  for (const storage of context.site.store.rows('LocalStorage')) {
    if (storage.retired) continue
    for (const platform of platforms) {
      const root = rootOf(storage, platform)
      if (root === undefined || !(path === root || path.startsWith(`${root}/`))) continue
      if (best === undefined || root.length >= best.root.length) best = { storage, root }
    }
  }
  if (best === undefined) {
    throw rejected(context.place, `Path '${localPath}' doesn't match any defined Local Storage.`)
  }
  return localLink(value, best.storage, path.slice(best.root.length + 1))
}

function parseRelativePath(context: ValueContext, value: JsonObject, relativePath: string): Json {
  const named = value.local_storage
  const storage = isObject(named)
    ? context.site.store
        .rows('LocalStorage')
        .find((row) => !row.retired && (isRef(named) ? row.id === named.id : row.values.code === named.name))
    : undefined
  if (storage === undefined) {
    throw rejected(context.place, `${inspect(named)} doesn't match any defined Local Storage.`)
  }
  return localLink(value, storage, relativePath)
}

function localLink(value: JsonObject, storage: Row, relativePath: string): Json {
  const fileName = relativePath.split('/').at(-1) ?? relativePath
  const extension = fileName.includes('.') ? (fileName.split('.').at(-1) ?? '') : ''
  return {
    link_type: 'local',
    name: textOr(value.name, fileName),
    content_type: textOr(value.content_type, contentTypes[extension.toLowerCase()] ?? null),
    local_storage: { type: storage.type, id: storage.id },
    relative_path: relativePath,
  }
}

/** A stored link as it is read: local links gain the full path on each platform. */
export function presentUrl(site: SandboxSite, stored: Json): Json {
  if (!isObject(stored) || stored.link_type !== 'local' || !isRef(stored.local_storage)) return stored
  const storage = site.store.find(stored.local_storage.type, stored.local_storage.id)
  const paths = platforms.map((platform) => {
    const root = storage === undefined ? undefined : rootOf(storage, platform)
    const path = root === undefined ? null : `${root}/${stored.relative_path}`
    return [`local_path_${platform}`, platform === 'windows' && path !== null ? path.replaceAll('/', '\\') : path]
  })
  const name = storage?.values.code ?? null
  return { ...stored, local_storage: { ...stored.local_storage, name }, ...Object.fromEntries(paths) }
}

/** The root of a storage on one platform, with `/` and without one at the end. */
function rootOf(storage: Row, platform: (typeof platforms)[number]): string | undefined {
  const root = storage.values[`${platform}_path`]
  return typeof root === 'string' ? root.replaceAll('\\', '/').replace(/\/+$/, '') : undefined
}

function textOr(value: Json | undefined, otherwise: string | null): string | null {
  return typeof value === 'string' && value !== '' ? value : otherwise
}
