import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runner } from '../../src/handlers/runner/runner.ts'
import { root } from '../parts/processes.ts'

/** One run of a handler in an executor, as the server would have asked for it. */
export interface ExecutorRun {
  readonly tookMs: number
  /** What it left there, its result among it. */
  readonly scratch: string
  readonly pdf: string
}

/** @throws when the handler fails */
export async function runReport(
  runner: Runner,
  { handler, ids, siteUrl, folder }: { handler: string; ids: readonly number[]; siteUrl: string; folder: string },
): Promise<ExecutorRun> {
  const runId = randomUUID()
  const scratch = join(folder, runId)
  await mkdir(scratch)
  const beganMs = performance.now()
  const answer = await runner.execute(
    {
      v: 1,
      runId,
      handler,
      context: {
        entityType: 'Version',
        selectedIds: ids,
        pageIds: ids,
        user: { id: 61, login: 'admin' },
        page: { title: 'All Versions', columns: [], sorts: [], groupings: [] },
        project: { id: 1, name: 'Harbour' },
        payload: {},
      },
      site: { url: siteUrl, scriptName: 'amiable', scriptKey: 'sandbox-script-key' },
      scratch,
      attempt: 1,
      nowMs: Date.UTC(2026, 2, 4, 5, 6),
      timeZone: 'Europe/Paris',
      timeoutMs: 600_000,
    },
    () => {},
  )
  const tookMs = performance.now() - beganMs
  if (!answer.ok) throw new Error(`${handler} on ${ids.length} Versions failed: ${answer.message}`)
  if (answer.outcome.kind !== 'file') throw new Error(`${handler} made no file`)
  return { tookMs, scratch, pdf: join(scratch, answer.outcome.file.path) }
}

/** A handlers' folder with the version report as it ships, and the variants of it that stand beside this file. */
export async function writeHandlers(folder: string): Promise<void> {
  await mkdir(folder)
  await copyFile(join(root, 'handlers/version-report.ts'), join(folder, 'version-report.ts'))
  const variants = join(import.meta.dirname, 'handlers')
  for (const file of await readdir(variants)) {
    const text = await readFile(join(variants, file), 'utf8')
    await writeFile(join(folder, file), text.replace("'../../../handlers/version-report.ts'", "'./version-report.ts'"))
  }
}
