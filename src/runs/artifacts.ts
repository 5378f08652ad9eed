import { mkdirSync, realpathSync } from 'node:fs'
import { copyFile, lstat, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AppError } from '../errors.ts'
import type { Outcome } from '../handlers/outcome.ts'

const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Where runs work, and where what they leave is kept. Both in the data folder, so that adopting is a rename. */
export interface Artifacts {
  /** The folder in which one run may write. Executors make it when it is wanted. */
  scratchOf(runId: string): string
  closeScratch(runId: string): Promise<void>
  /** Remove every scratch folder: nobody else uses the data folder, so what is there was left by a killed server. */
  clearScratch(): Promise<void>
  /** Take over the file of an outcome, if it has one. The outcome then points at the artifact. */
  adopt(runId: string, outcome: Outcome): Promise<Outcome>
  /**
   * Where an artifact lies.
   *
   * @throws {AppError} `ARTIFACT_GONE`
   */
  locate(runId: string, path: string): Promise<{ folder: string; path: string }>
  /** Remove what one run left. */
  remove(runId: string): Promise<void>
  /** Remove what was adopted before that time, milliseconds since 1970. @returns of how many runs */
  removeOlder(beforeMs: number, signal?: AbortSignal): Promise<number>
}

export function createArtifacts(dataDir: string): Artifacts {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const root = realpathSync(dataDir)
  const scratchOf = (runId: string): string => join(root, 'scratch', runId)
  const folderOf = (runId: string): string => join(dataDir, 'artifacts', runId.slice(0, 2), runId)

  return {
    scratchOf,

    async closeScratch(runId) {
      await rm(scratchOf(runId), { recursive: true, force: true, maxRetries: 3 })
    },

    async clearScratch() {
      await rm(join(dataDir, 'scratch'), { recursive: true, force: true, maxRetries: 3 })
    },

    async adopt(runId, outcome) {
      if (outcome.kind !== 'file' && outcome.kind !== 'html') return outcome
      const scratch = await realpath(scratchOf(runId))
      const from = await realpath(join(scratch, outcome.file.path))
      if (!from.startsWith(scratch + sep))
        throw new AppError('RESULT_INVALID', 'The result lies outside of the run’s own folder.')
      const folder = folderOf(runId)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = 'result'
      await rename(from, join(folder, path)).catch(() => copyFile(from, join(folder, path)))
      const { size } = await stat(join(folder, path))
      return { ...outcome, file: { ...outcome.file, path, bytes: size } }
    },

    async locate(runId, path) {
      const folder = folderOf(runId)
      const found = await stat(join(folder, path)).catch(() => undefined)
      if (!found?.isFile()) throw new AppError('ARTIFACT_GONE', 'The result of this run is not kept any more.')
      return { folder, path }
    },

    async remove(runId) {
      await rm(folderOf(runId), { recursive: true, force: true, maxRetries: 3 })
    },

    async removeOlder(beforeMs, signal) {
      let removed = 0
      for (const shelf of await namesIn(join(dataDir, 'artifacts'))) {
        for (const runId of await namesIn(join(dataDir, 'artifacts', shelf))) {
          signal?.throwIfAborted()
          if (!RUN_ID.test(runId) || !runId.startsWith(shelf)) continue // not ours
          const folder = join(dataDir, 'artifacts', shelf, runId)
          const found = await lstat(folder).catch(() => undefined)
          if (!found?.isDirectory() || found.mtimeMs >= beforeMs) continue
          removed += await rm(folder, { recursive: true, force: true, maxRetries: 3 }).then(
            () => 1,
            () => 0, // somebody else's rights: the others go on
          )
        }
      }
      return removed
    },
  }
}

/** Nothing where the folder is not there, yet or any more. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
