import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readVersion } from '../version-record.ts'
import { emptyHistory, History } from './history.ts'
import { DRAFT_PREFIX, type TakenVersion, takeVersion } from './take-version.ts'

const HISTORY_FILE = 'history.json'
const DIGEST = /^[0-9a-f]{20}$/

/** The versions of one folder on disk, and what is known of them. */
export interface VersionStore {
  /** The folder as it is now. */
  take(outside: readonly string[]): Promise<TakenVersion>
  /** One that was taken before, if it is still there. */
  open(digest: string): TakenVersion | undefined
  readHistory(): Promise<History>
  /** Written in one step; versions that neither it nor `alsoKept` names are removed. */
  writeHistory(history: History, alsoKept: readonly string[]): Promise<void>
}

export function openVersionStore(folder: string, versionsDir: string): VersionStore {
  return {
    take: (outside) => takeVersion(folder, { versionsDir, outside }),

    open(digest) {
      const dir = join(versionsDir, digest)
      try {
        return { dir, record: readVersion(dir) }
      } catch {
        return undefined
      }
    },

    async readHistory() {
      try {
        const history = History.parse(JSON.parse(await readFile(join(versionsDir, HISTORY_FILE), 'utf8')))
        return history.folder === folder ? history : emptyHistory(folder)
      } catch {
        return emptyHistory(folder) // the first start, or of a version to come
      }
    },

    async writeHistory(history, alsoKept) {
      await mkdir(versionsDir, { recursive: true, mode: 0o700 })
      const draft = join(versionsDir, `${DRAFT_PREFIX}${randomUUID()}`)
      await writeFile(draft, JSON.stringify(history, null, 2))
      await rename(draft, join(versionsDir, HISTORY_FILE))
      await prune(versionsDir, new Set([...history.served.map(({ digest }) => digest), ...alsoKept]))
    },
  }
}

async function prune(versionsDir: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(versionsDir)) {
    if (name.startsWith(DRAFT_PREFIX) || (DIGEST.test(name) && !kept.has(name)))
      await rm(join(versionsDir, name), { recursive: true, force: true })
  }
}
