import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { isPassedOver, isSource } from '../handler-files.ts'
import { findUpwards, installFiles } from './packages.ts'

/** So long nothing may have changed: a person saves several files, git writes many. */
const QUIET_MS = 300
/** What goes on changing is looked at all the same after this long, and a lock of git that stays is an old one. */
const PATIENCE_MS = 30_000
const POLL_MS = 1000

export interface SourceWatcher {
  /** Files beside the folder; those of before stay. */
  alsoWatch(files: readonly string[]): void
  close(): Promise<void>
}

/**
 * Tell when sources in the folder, in its subfolders or around it have changed and nobody is writing any more, git included.
 * The folder may come and go.
 */
export function watchSources(
  folder: string,
  {
    poll,
    onQuiet,
    onWarning,
    patienceMs = PATIENCE_MS,
  }: { poll: boolean; onQuiet: () => void; onWarning: (text: string) => void; patienceMs?: number },
): SourceWatcher {
  const others = new Set(installFiles(folder))
  let watcher: FSWatcher | undefined
  let polling = poll
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let firstMs: number | undefined
  let lastMs = 0
  let identity = identityOf(folder)

  const look = (): void => {
    const nowMs = Date.now()
    const quietInMs = lastMs + QUIET_MS - nowMs
    const lock = gitLock(folder)
    if (quietInMs > 0 || lock !== undefined) {
      if (nowMs - (firstMs ?? nowMs) < patienceMs) {
        timer = setTimeout(look, Math.max(quietInMs, QUIET_MS / 3)).unref()
        return
      }
      const why = lock ? `git has kept ${lock}` : 'files of the handlers have gone on changing'
      onWarning(`${why} for ${patienceMs / 1000} seconds: taking the folder as it is`)
    }
    timer = undefined
    firstMs = undefined
    onQuiet()
  }
  const change = (): void => {
    if (closed) return
    lastMs = Date.now()
    firstMs ??= lastMs
    timer ??= setTimeout(look, QUIET_MS).unref()
  }

  const begin = (): void => {
    const next = watch([folder, ...others], {
      ignoreInitial: true,
      usePolling: polling,
      interval: POLL_MS,
      binaryInterval: POLL_MS,
      ignored: (path, stats) => !others.has(path) && isOfNoInterest(folder, path, stats?.isFile() === true),
    })
    next.on('all', change)
    next.on('ready', change) // what was written before it is not told
    next.on('error', (error) => {
      if (polling || closed || watcher !== next) return
      // Most often the system’s limit of watched files.
      onWarning(`changes in the handlers’ folder cannot be watched (${String(error)}): looking every second instead`)
      polling = true
      restart()
    })
    watcher = next
  }
  const restart = (): void => {
    void watcher?.close()
    begin()
    change()
  }
  // A folder that is made anew, or a link that leads elsewhere, is another one to the system.
  const roll = setInterval(() => {
    const now = identityOf(folder)
    if (now === identity) return
    identity = now
    restart()
  }, POLL_MS).unref()

  begin()
  return {
    alsoWatch(files) {
      const more = files.filter((file) => !others.has(file))
      for (const file of more) others.add(file)
      if (more.length === 0) return
      watcher?.add(more)
      change()
    },
    async close() {
      closed = true
      clearTimeout(timer)
      clearInterval(roll)
      await watcher?.close()
    },
  }
}

function isOfNoInterest(folder: string, path: string, isFile: boolean): boolean {
  const inside = relative(folder, path)
  if (inside.startsWith('..')) return false // above, or where a link leads
  if (inside.split(sep).some((part) => part !== '' && isPassedOver(part))) return true
  return isFile && !isSource(basename(path))
}

function identityOf(folder: string): string {
  try {
    return `${realpathSync(folder)} ${statSync(folder).ino}`
  } catch {
    return 'not there'
  }
}

/** The lock that git holds while it changes the files of the repository around the folder. */
function gitLock(folder: string): string | undefined {
  try {
    const top = findUpwards(folder, '.git')
    if (top === undefined) return undefined
    const git = join(top, '.git')
    const elsewhere = statSync(git).isFile() ? /^gitdir: (.+)$/m.exec(readFileSync(git, 'utf8'))?.[1] : undefined // a worktree
    const lock = join(elsewhere === undefined ? git : resolve(top, elsewhere), 'index.lock')
    return existsSync(lock) ? lock : undefined
  } catch {
    return undefined
  }
}
