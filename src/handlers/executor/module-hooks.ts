import { type ResolveHookContext, registerHooks } from 'node:module'
import { join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isSource } from '../handler-files.ts'
import type { VersionRecord } from '../version-record.ts'

const checkout = join(import.meta.dirname, '../../..')

/** What handlers import by our name, wherever they are: here, not in a node_modules of their own. */
const ours: ReadonlyMap<string, string> = new Map([
  ['amiable', pathToFileURL(join(checkout, 'src/index.ts')).href],
  ['amiable/site', pathToFileURL(join(checkout, 'src/site/index.ts')).href],
  ['amiable/testing', pathToFileURL(join(checkout, 'src/testing/index.ts')).href],
])

/** How `require` completes a name, in its order. */
const ENDINGS = ['.js', '.json']
const MAX_LINKS = 10
const MAX_OUTSIDE = 1000

export interface ModuleHooks {
  /**
   * From now on modules of the handlers' folder are read from the copies of this version. They keep the addresses of the
   * originals, and with them their names in stacks and the packages that they find.
   */
  useVersion(dir: string, record: VersionRecord): void
  /** Sources beside the folder that were read since, neither installed packages nor ours. */
  readonly outside: readonly string[]
}

export function hookModules(): ModuleHooks {
  let version: Version | undefined
  const outside = new Set<string>()
  registerHooks({
    resolve(specifier, context, next) {
      const url = ours.get(specifier) ?? version?.resolve(specifier, context)
      if (url !== undefined) return { url, shortCircuit: true }
      if (!/^zod(\/|$)/.test(specifier)) return next(specifier, context)
      try {
        return next(specifier, context)
      } catch {
        // A folder without packages of its own still asks for params.
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
    load(url, context, next) {
      const path = version && pathOf(url)
      if (path === undefined) return next(url, context)
      const copy = version?.copyOf(path)
      if (version?.isBeside(path) && outside.size < MAX_OUTSIDE) outside.add(path)
      return next(copy === undefined ? url : pathToFileURL(copy).href, context)
    },
  })
  return {
    useVersion(dir, record) {
      version = readableVersion(dir, record)
    },
    get outside() {
      return [...outside]
    },
  }
}

interface Version {
  /** The address of a module, if it is one of this version. */
  resolve(specifier: string, context: ResolveHookContext): string | undefined
  copyOf(path: string): string | undefined
  isBeside(path: string): boolean
}

function readableVersion(dir: string, record: VersionRecord): Version {
  const copies = new Map(record.files.map(({ path, at }) => [path, at]))
  const inside = new Set(record.files.filter(({ at }) => !at.startsWith('outside/')).map(({ path }) => path))
  const links = record.links.toSorted((a, b) => b.from.length - a.from.length)

  /** Where a file really was when the version was taken. */
  const realPath = (path: string): string => {
    let real = path
    for (let turns = 0; turns < MAX_LINKS && !copies.has(real); turns += 1) {
      const link = links.find(({ from }) => real === from || real.startsWith(from + sep))
      if (!link) break
      real = link.to + real.slice(link.from.length)
    }
    return real
  }
  const find = (path: string, completing: boolean): string | undefined => {
    const completed = completing ? ENDINGS.flatMap((end) => [path + end, join(path, `index${end}`)]) : []
    return [path, ...completed].map(realPath).find((real) => copies.has(real))
  }

  return {
    resolve(specifier, { parentURL, conditions }) {
      if (!/^(\.{0,2}\/|file:)/.test(specifier)) return undefined
      const url = URL.parse(specifier, parentURL)
      const path = url && pathOf(url.href)
      if (!path) return undefined
      const real = find(path, conditions.includes('require'))
      return real === undefined ? undefined : pathToFileURL(real).href + url.search + url.hash
    },
    copyOf(path) {
      const at = copies.get(path)
      return at === undefined ? undefined : join(dir, at)
    },
    isBeside: (path) =>
      !inside.has(path) && isSource(path) && !path.includes(`${sep}node_modules${sep}`) && !isOurs(path),
  }
}

function isOurs(path: string): boolean {
  return path.startsWith(join(checkout, 'src') + sep)
}

function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined
  try {
    return fileURLToPath(url)
  } catch {
    return undefined // of another machine
  }
}
