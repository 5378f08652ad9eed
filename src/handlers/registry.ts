import { basename } from 'node:path'
import type { LoadError, LoadReport, Manifest } from './manifest.ts'

/** The handlers of one version of the folder: found by name, printed as a list. Building it changes nothing. */
export interface Registry {
  readonly manifests: readonly Manifest[]
  readonly errors: readonly LoadError[]
  /** Files that are neither handlers nor mistakes, such as notes. */
  readonly ignored: readonly string[]
  find(name: string): Manifest | undefined
  findError(name: string): LoadError | undefined
}

/** Which version of the folder is served. */
export interface ServedVersion {
  /** Of its content: the same files have the same id. */
  readonly id: string
  readonly sinceMs: number
  /** Somebody went back to it: the folder holds another one. */
  readonly rolledBack: boolean
}

/** The handlers that are served now. What it answers changes when another version of the folder is taken. */
export interface LiveRegistry extends Registry {
  readonly version: ServedVersion
  /** Called after each change. @returns stops it */
  onChange(listener: () => void): () => void
}

/** The side of a live registry that changes it. */
export interface RegistryControl {
  readonly registry: LiveRegistry
  /** A version is served. @param report  left out: nothing has changed but what is known of it */
  show(version: ServedVersion, report?: LoadReport): void
  /** A version was not taken; what was served before goes on. */
  showRefused(refused: Pick<LoadReport, 'manifests' | 'errors'>): void
}

export function buildRegistry(report: Pick<LoadReport, 'manifests' | 'errors' | 'ignored'>): Registry {
  const byName = new Map(report.manifests.map((manifest) => [manifest.name, manifest]))
  const failed = new Map(report.errors.map((error) => [error.name, error]))
  return {
    manifests: report.manifests.toSorted(byMenuOrder),
    errors: report.errors,
    ignored: report.ignored,
    find: (name) => byName.get(name),
    findError: (name) => failed.get(name),
  }
}

export function createLiveRegistry(): RegistryControl {
  let report: Pick<LoadReport, 'manifests' | 'errors' | 'ignored'> = { manifests: [], errors: [], ignored: [] }
  let version: ServedVersion = { id: '', sinceMs: 0, rolledBack: false }
  let now = buildRegistry(report)
  const listeners = new Set<() => void>()
  const change = (next: Registry): void => {
    now = next
    for (const listener of listeners) listener()
  }
  return {
    registry: {
      get manifests() {
        return now.manifests
      },
      get errors() {
        return now.errors
      },
      get ignored() {
        return now.ignored
      },
      get version() {
        return version
      },
      find: (name) => now.find(name),
      findError: (name) => now.findError(name),
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    show(nextVersion, nextReport) {
      report = nextReport ?? report
      version = nextVersion
      change(buildRegistry(report))
    },
    showRefused(refused) {
      change(buildRegistry({ ...report, errors: errorsBeside(report, refused) }))
    },
  }
}

/** What is wrong with a version that was not taken, told to people who still use the one before. */
export function errorsBeside(
  served: Pick<LoadReport, 'manifests'>,
  refused: Pick<LoadReport, 'manifests' | 'errors'>,
): LoadError[] {
  const isServed = new Set(served.manifests.map(({ name }) => name))
  const culprits = refused.errors.filter(({ name }) => isServed.has(name)).map(({ file }) => file)
  const waiting = refused.manifests
    .filter(({ name }) => !isServed.has(name))
    .map(({ name, file }) => ({
      name,
      file: basename(file),
      message: `It is fine, but waits: the folder is taken as a whole, and ${culprits.join(', ') || 'something else in it'} is not.`,
    }))
  const failed = refused.errors.map((error) =>
    isServed.has(error.name)
      ? { ...error, message: `${error.message}\nThe last good version is still served.`, stillServed: true }
      : error,
  )
  return [...failed, ...waiting]
}

function byMenuOrder(a: Manifest, b: Manifest): number {
  return (
    (a.menu.order ?? Number.MAX_SAFE_INTEGER) - (b.menu.order ?? Number.MAX_SAFE_INTEGER) ||
    a.title.localeCompare(b.title)
  )
}
