export const platforms = ['linux', 'mac', 'windows'] as const
export type Platform = (typeof platforms)[number]

/** A local storage of the site: where the same folder is mounted on each platform. */
export type Storage = {
  readonly id: number
  readonly name: string
  readonly roots: { readonly [P in Platform]: string | undefined }
}

/** A place in a storage; `relativePath` has `/` between its parts on every platform. */
export type StoragePath = { readonly storage: Storage; readonly relativePath: string }

/** An absolute path in parts: the drive or share on Windows, `''` elsewhere, and the names below it. */
type Parts = {
  readonly volume: string
  /** How much of a path the volume is: a share names a server and a folder. */
  readonly volumeDepth: 0 | 1 | 2
  readonly names: readonly string[]
}

/**
 * The storage that a path lies in, whatever platform the path is of: the one with the longest root, of equal roots the
 * one with the higher id. Undefined when there is none. Windows compares without regard to case and takes both slashes.
 */
export function splitPath(path: string, storages: readonly Storage[]): StoragePath | undefined {
  let best: { storage: Storage; names: readonly string[]; depth: number } | undefined
  for (const storage of storages) {
    for (const platform of platforms) {
      const root = parsePath(storage.roots[platform] ?? '', platform)
      const whole = parsePath(path, platform)
      if (root === undefined || whole === undefined || !lies(whole, root, platform)) continue
      const depth = root.volumeDepth + root.names.length
      if (best !== undefined && (depth < best.depth || (depth === best.depth && storage.id < best.storage.id))) continue
      best = { storage, names: whole.names.slice(root.names.length), depth }
    }
  }
  return best === undefined ? undefined : { storage: best.storage, relativePath: best.names.join('/') }
}

/** The path on a platform; undefined when the storage has no root there, or the path would lead out of it. */
export function joinPath({ storage, relativePath }: StoragePath, platform: Platform): string | undefined {
  const root = parsePath(storage.roots[platform] ?? '', platform)
  const below = resolveNames(relativePath.split('/'))
  if (root === undefined || below === undefined) return undefined
  const separator = platform === 'windows' ? '\\' : '/'
  const names = [...root.names, ...below]
  return `${root.volume}${names.length === 0 ? separator : names.map((name) => separator + name).join('')}`
}

function parsePath(path: string, platform: Platform): Parts | undefined {
  if (platform !== 'windows') return path.startsWith('/') ? parts('', 0, path) : undefined
  const slashed = path.replaceAll('\\', '/')
  const [, drive, onDrive = ''] = /^([a-z]:)(\/.*)?$/is.exec(slashed) ?? []
  if (drive !== undefined) return parts(drive, 1, onDrive)
  const [, server, share, onShare = ''] = /^\/\/([^/?.][^/]*)\/([^/]+)(\/.*)?$/s.exec(slashed) ?? []
  return server === undefined ? undefined : parts(`\\\\${server}\\${share}`, 2, onShare)
}

function parts(volume: string, volumeDepth: Parts['volumeDepth'], rest: string): Parts | undefined {
  const names = resolveNames(rest.split('/'))
  return names === undefined ? undefined : { volume, volumeDepth, names }
}

/** Without empty parts, `.` and `..`; undefined when `..` leads above the start. */
function resolveNames(names: readonly string[]): readonly string[] | undefined {
  const resolved: string[] = []
  for (const name of names) {
    if (name === '..' && resolved.pop() === undefined) return undefined
    if (name !== '' && name !== '.' && name !== '..') resolved.push(name)
  }
  return resolved
}

function lies(path: Parts, root: Parts, platform: Platform): boolean {
  const fold = (text: string | undefined): string | undefined => (platform === 'windows' ? text?.toLowerCase() : text)
  return (
    fold(path.volume) === fold(root.volume) && root.names.every((name, index) => fold(path.names[index]) === fold(name))
  )
}
