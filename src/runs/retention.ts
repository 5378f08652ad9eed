import { setTimeout as delay } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { toError } from '../errors.ts'
import type { Tables } from '../store/tables.ts'
import type { Artifacts } from './artifacts.ts'

/** How long what runs leave is kept, milliseconds from their start; undefined is for ever. */
export interface Retention {
  /** Runs, with all that belongs to them. */
  readonly runsMs: number | undefined
  /** Their log lines. */
  readonly logsMs: number | undefined
  /** Files and pages that they made. */
  readonly filesMs: number | undefined
}

/** What was removed. */
export interface Pruned {
  readonly runs: number
  /** Log lines of runs that are kept. */
  readonly lines: number
  /** Results of runs that are kept, and of runs that are not there any more. */
  readonly files: number
}

/** Runs looked at and rows removed in one statement, so that nobody waits long for the store. */
const BATCH = 500
const ROWS = 5000
const PAUSE_MS = 20
const FIRST_MS = 60_000
const EVERY_MS = 3_600_000

/** Remove what is old, a minute after the start and every hour from then on, in small steps. */
export function startPruning(
  db: Kysely<Tables>,
  artifacts: Artifacts,
  { retention, log }: { retention: Retention; log: Logger },
): AsyncDisposable {
  const closing = new AbortController()
  const { signal } = closing
  const cursor: LineCursor = { createdMs: -1 }
  const work = async (): Promise<void> => {
    for (let waitMs = FIRST_MS; ; waitMs = EVERY_MS) {
      await delay(waitMs, undefined, { signal, ref: false })
      try {
        const pruned = await prune(db, artifacts, { retention, nowMs: Date.now(), signal, cursor })
        if (pruned.runs + pruned.lines + pruned.files > 0) log.info(pruned, 'what is old was removed')
      } catch (error) {
        signal.throwIfAborted()
        log.warn({ err: toError(error) }, 'what is old could not be removed; it is tried again in an hour')
      }
    }
  }
  const ended = work().catch(() => {})
  return {
    async [Symbol.asyncDispose]() {
      closing.abort()
      await ended
    },
  }
}

/** Remove what is old, once. Several processes may do so at the same time. */
export async function prune(
  db: Kysely<Tables>,
  artifacts: Artifacts,
  {
    retention,
    nowMs,
    signal,
    cursor = { createdMs: -1 },
  }: { retention: Retention; nowMs: number; signal?: AbortSignal; cursor?: LineCursor },
): Promise<Pruned> {
  const { runsMs, logsMs, filesMs } = retention
  const runs = runsMs === undefined ? 0 : await pruneRuns(db, artifacts, { beforeMs: nowMs - runsMs, signal })
  const lines = logsMs === undefined ? 0 : await pruneLines(db, { beforeMs: nowMs - logsMs, signal, cursor })
  const files = filesMs === undefined ? 0 : await artifacts.removeOlder(nowMs - filesMs, signal)
  return { runs, lines, files }
}

/** Runs begun before have no lines any more. */
export interface LineCursor {
  createdMs: number
}

interface Limits {
  readonly beforeMs: number
  readonly signal: AbortSignal | undefined
}

/** The row goes last: what is left behind by a crash is found again. */
async function pruneRuns(db: Kysely<Tables>, artifacts: Artifacts, { beforeMs, signal }: Limits): Promise<number> {
  for (let removed = 0; ; ) {
    const old = await db
      .selectFrom('runs')
      .select('id')
      .where('created_ms', '<', beforeMs)
      .where('finished_ms', 'is not', null)
      .orderBy('created_ms')
      .limit(BATCH)
      .execute()
    const ids = old.map(({ id }) => id)
    for (const id of ids) await artifacts.remove(id).catch(() => {}) // somebody else's rights must not keep all others
    for (const table of ['run_log', 'run_items', 'run_writes'] as const) await removeRows(db, { table, ids, signal })
    if (ids.length > 0) await db.deleteFrom('runs').where('id', 'in', ids).execute()
    removed += ids.length
    if (ids.length < BATCH) return removed
    await delay(PAUSE_MS, undefined, { signal })
  }
}

/** What belongs to runs, some thousand rows at a time: one run may have a hundred thousand. */
async function removeRows(
  db: Kysely<Tables>,
  {
    table,
    ids,
    signal,
  }: { table: 'run_log' | 'run_items' | 'run_writes'; ids: readonly string[]; signal: AbortSignal | undefined },
): Promise<number> {
  if (ids.length === 0) return 0
  for (let removed = 0; ; ) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.table(table)} where ctid in (
        select ctid from ${sql.table(table)} where run_id in (${sql.join(ids)}) limit ${ROWS})`.execute(db)
    removed += Number(numAffectedRows)
    if (numAffectedRows < ROWS) return removed
    await delay(PAUSE_MS, undefined, { signal })
  }
}

/** Run after run in the order of their start, for lines have no index by time of their own; those done before are passed. */
async function pruneLines(
  db: Kysely<Tables>,
  { beforeMs, signal, cursor }: Limits & { cursor: LineCursor },
): Promise<number> {
  let last = { created_ms: cursor.createdMs, id: '00000000-0000-0000-0000-000000000000' }
  for (let removed = 0; ; ) {
    const old = await db
      .selectFrom('runs')
      .select(['id', 'created_ms'])
      .where('created_ms', '<', beforeMs)
      .where('created_ms', '>=', last.created_ms)
      .where('finished_ms', 'is not', null)
      .where(({ eb, or, and }) =>
        or([
          eb('created_ms', '>', last.created_ms),
          and([eb('created_ms', '=', last.created_ms), eb('id', '>', last.id)]),
        ]),
      )
      .orderBy('created_ms')
      .orderBy('id')
      .limit(BATCH)
      .execute()
    const ids = old.map(({ id }) => id)
    removed += await removeRows(db, { table: 'run_log', ids, signal })
    const next = old.at(-1)
    if (next) cursor.createdMs = next.created_ms
    if (!next || old.length < BATCH) return removed
    last = next
    await delay(PAUSE_MS, undefined, { signal })
  }
}
