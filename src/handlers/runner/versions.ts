import { AppError, toError } from '../../errors.ts'
import { DEFAULT_MEMORY_MB, type LoadError, type LoadReport } from '../manifest.ts'
import type { ServedVersion } from '../registry.ts'
import type { Executor } from './executor.ts'
import { type LoadedVersion, loadVersion } from './generation.ts'
import { emptyHistory, type History, withoutLast, withoutLeft, withServed } from './history.ts'
import type { TakenVersion } from './take-version.ts'
import type { VersionStore } from './version-store.ts'

/** Rounds until it is known what handlers import from beside their folder. */
const MAX_ROUNDS = 4

export interface Loaded {
  readonly version: LoadedVersion
  readonly first: Executor
}

/** What became of a look at the folder. */
export interface Reloaded {
  /** `same`: nothing is new. `refused`: a handler that is served fails to load, so the version before goes on. */
  readonly kind: 'taken' | 'same' | 'refused'
  /** What is served after it. */
  readonly version: ServedVersion
  readonly errors: readonly LoadError[]
}

export interface RolledBack {
  readonly from: ServedVersion
  readonly to: ServedVersion
  /** Further versions that can be gone back to. */
  readonly left: number
}

/** Decides which version of the handlers' folder is served. One decision at a time. */
export interface Versions {
  /** Look at the folder. @param asked  take it even if it is the same, or was gone back from */
  reload(asked: boolean): Promise<Reloaded>
  /** @throws {AppError} `ROLLBACK_IMPOSSIBLE` */
  rollback(): Promise<RolledBack>
  /** Files beside the folder that belong to its versions. */
  readonly outside: readonly string[]
  close(): Promise<void>
}

export interface VersionsOptions {
  readonly folder: string
  readonly store: VersionStore
  readonly onOutput: (text: string) => void
  readonly onWarning: (text: string) => void
  /** Nothing is written about what is served before this resolves, and nothing at all if it rejects. */
  readonly mayRecord: Promise<unknown>
  /** Versions that executors still use. */
  readonly inUse: () => readonly string[]
  /** Without `loaded` it is the one that was served already, and nothing is wrong with the folder any more. */
  readonly onServe: (version: ServedVersion, loaded?: Loaded) => void
  /** A version was looked at and not taken. */
  readonly onRefuse: (report: Pick<LoadReport, 'manifests' | 'errors'>) => void
}

/**
 * Serve the folder as it is, or the version that was served before it if somebody went back to that, or if the folder was
 * broken or lost while the server was away.
 *
 * @throws {AppError} `HANDLERS_FOLDER_MISSING`, `HANDLERS_FOLDER_TOO_LARGE`, `HANDLER_BROKEN` when no good version is kept
 */
export async function openVersions(options: VersionsOptions): Promise<Versions> {
  const { folder, store, onOutput, onWarning, mayRecord, inUse, onServe, onRefuse } = options
  const closing = new AbortController()
  let history: History = emptyHistory(folder)
  /** Of the folder when it was last looked at. */
  let looked = ''
  let served: ServedVersion = { id: '', sinceMs: 0, rolledBack: false }
  let servedHandlers: readonly string[] = []
  let isRefused = false
  /** Ends a look at the folder when there is something newer to see. */
  let outdated = new AbortController()
  let turn: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work)
    turn = result.catch(() => {})
    return result
  }
  const load = (taken: TakenVersion, signal = closing.signal): Promise<Loaded> =>
    loadVersion(taken, { memoryMb: DEFAULT_MEMORY_MB, onOutput, signal })

  /** @returns undefined when `isKnown` says so of what is in the folder */
  const loadFolder = async (
    isKnown: (digest: string) => boolean,
    signal?: AbortSignal,
  ): Promise<Loaded | undefined> => {
    for (let round = 1; ; round += 1) {
      const taken = await store.take(history.outside)
      looked = taken.record.digest
      if (isKnown(looked)) return undefined
      const loaded = await load(taken, signal)
      const unknown = loaded.version.report.outside.filter((path) => !history.outside.includes(path))
      if (unknown.length === 0 || round === MAX_ROUNDS) return loaded
      await loaded.first.kill()
      history = { ...history, outside: [...history.outside, ...unknown] }
    }
  }

  const record = async (): Promise<void> => {
    if (
      !(await mayRecord.then(
        () => true,
        () => false,
      ))
    )
      return
    try {
      await store.writeHistory(history, inUse())
    } catch (error) {
      onWarning(`what is served could not be written down: ${toError(error).message}`)
    }
  }

  const serve = (loaded: Loaded, rolledBack: boolean): void => {
    const { taken, report } = loaded.version
    served = { id: taken.record.digest, sinceMs: Date.now(), rolledBack }
    servedHandlers = report.manifests.map(({ name }) => name)
    if (!rolledBack) {
      const { id: digest, sinceMs } = served
      history = withServed(history, { digest, sinceMs, handlers: [...servedHandlers] }, history.outside)
    }
    isRefused = false
    onServe(served, loaded)
  }
  const refuse = (report: Pick<LoadReport, 'manifests' | 'errors'>): Reloaded => {
    isRefused = true
    onRefuse(report)
    return { kind: 'refused', version: served, errors: report.errors }
  }
  /** The folder holds what was served already, or what is known to be broken. */
  const stay = async (): Promise<Reloaded> => {
    if (looked === served.id && (isRefused || served.rolledBack)) {
      served = { ...served, rolledBack: false }
      isRefused = false
      history = withoutLeft(history)
      onServe(served)
      await record()
    }
    return { kind: 'same', version: served, errors: [] }
  }

  const reload = async (asked: boolean): Promise<Reloaded> => {
    const before = looked
    const newer = new AbortController()
    if (!asked) outdated = newer
    let loaded: Loaded | undefined
    try {
      const signal = AbortSignal.any([closing.signal, newer.signal])
      loaded = await loadFolder((digest) => !asked && (digest === before || digest === served.id), signal)
    } catch (error) {
      if (!closing.signal.aborted && !newer.signal.aborted)
        return refuse({ manifests: [], errors: [folderError(folder, toError(error))] })
      looked = before
      return { kind: 'same', version: served, errors: [] }
    }
    if (!loaded) return stay()
    const { report } = loaded.version
    if (lostIn(report, servedHandlers)) {
      await loaded.first.kill()
      return refuse(report)
    }
    serve(loaded, false)
    await record()
    return { kind: 'taken', version: served, errors: report.errors }
  }

  const rollback = async (): Promise<RolledBack> => {
    const target = history.served.at(-2)
    if (!target)
      throw new AppError(
        'ROLLBACK_IMPOSSIBLE',
        'No version of the handlers was served before the one that is served now.',
      )
    const taken = store.open(target.digest)
    if (!taken)
      throw new AppError(
        'ROLLBACK_IMPOSSIBLE',
        `The version before, ${target.digest}, is not in the data folder any more.`,
      )
    const loaded = await load(taken)
    const lost = lostIn(loaded.version.report, target.handlers)
    if (lost) {
      await loaded.first.kill()
      throw new AppError(
        'ROLLBACK_IMPOSSIBLE',
        `The version before, ${target.digest}, cannot be loaded any more. ${lost}`,
      )
    }
    const from = served
    history = withoutLast(history, looked)
    serve(loaded, true)
    await record()
    return { from, to: served, left: history.served.length - 1 }
  }

  const begin = async (): Promise<void> => {
    history = await store.readHistory()
    const last = history.served.at(-1)
    const lastTaken = last && store.open(last.digest)
    /** The version that was served last, if all of it still loads. */
    const loadLast = async (): Promise<Loaded | undefined> => {
      const loaded = lastTaken && (await load(lastTaken).catch(() => undefined))
      if (!loaded || !lostIn(loaded.version.report, last?.handlers ?? [])) return loaded
      await loaded.first.kill()
      return undefined
    }
    let now: Loaded | undefined
    try {
      now = await loadFolder((digest) => digest === history.left)
    } catch (error) {
      const good = await loadLast()
      if (!good) throw error
      serve(good, history.left !== undefined)
      if (looked !== served.id) refuse({ manifests: [], errors: [folderError(folder, toError(error))] })
      return
    }
    const lost = now && lastTaken && lostIn(now.version.report, last?.handlers ?? [])
    const before = !now || (lost && looked !== last?.digest) ? await loadLast() : undefined
    if (before) {
      await now?.first.kill()
      serve(before, now === undefined)
      if (now) refuse(now.version.report)
      return
    }
    const loaded = now ?? (await loadFolder(() => false))
    if (loaded) serve(loaded, false)
  }

  await begin()
  void inTurn(record)
  return {
    reload(asked) {
      if (!asked) outdated.abort()
      return inTurn(() => reload(asked))
    },
    rollback: () => inTurn(rollback),
    get outside() {
      return history.outside
    },
    async close() {
      closing.abort()
      await turn
    },
  }
}

/** What is wrong with handlers that there ought to be; undefined if they are all fine, or were taken away. */
function lostIn(report: LoadReport, handlers: readonly string[]): string | undefined {
  const errors = report.errors.filter(({ name }) => handlers.includes(name))
  return errors.length === 0 ? undefined : errors.map(({ file, message }) => `${file}: ${message}`).join('\n')
}

function folderError(folder: string, error: Error): LoadError {
  return { name: '(folder)', file: folder, message: error.message, stillServed: true }
}
