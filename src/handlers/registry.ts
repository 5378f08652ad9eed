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

export function buildRegistry(report: LoadReport): Registry {
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

function byMenuOrder(a: Manifest, b: Manifest): number {
  return (
    (a.menu.order ?? Number.MAX_SAFE_INTEGER) - (b.menu.order ?? Number.MAX_SAFE_INTEGER) ||
    a.title.localeCompare(b.title)
  )
}
