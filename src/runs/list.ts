import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { RunStatus, Tables } from '../store/tables.ts'
import { type RunRecord, type RunRow, runColumns, runRowToRecord } from './find.ts'

/** Which runs a list shows; what is left out does not matter. */
export interface RunQuery {
  /** By name. */
  readonly handler?: string | undefined
  /** `unsettled`: queued or running. */
  readonly status?: RunStatus | 'unsettled' | undefined
  /** How a login begins, in capitals or not. */
  readonly person?: string | undefined
  /** Only runs after this one in the list, that is older ones. */
  readonly before?: RunPlace | undefined
}

/** Where a run stands in a list. */
export interface RunPlace {
  readonly createdMs: number
  readonly runId: string
}

/** Newest first. Every filter has an index of its own, so that a million runs take no longer than a thousand. */
export async function listRuns(db: Kysely<Tables>, limit: number, query: RunQuery = {}): Promise<RunRecord[]> {
  const { handler, status, person, before } = query
  let rows: SelectQueryBuilder<Tables, 'runs', RunRow> = db.selectFrom('runs').select(runColumns).limit(limit)
  if (handler !== undefined) rows = rows.where('handler', '=', handler)
  if (status === 'unsettled') rows = rows.where('status', 'in', ['queued', 'running'])
  else if (status !== undefined) rows = rows.where('status', '=', status)
  if (person !== undefined)
    rows = rows.where(sql`lower(user_login)`, 'like', sql`lower(${`${person.replace(/[\\%_]/g, '\\$&')}%`})`)
  if (before !== undefined) {
    const { createdMs, runId } = before
    rows = rows
      .where('created_ms', '<=', createdMs)
      .where((or) => or.or([or('created_ms', '<', createdMs), or('id', '>', runId)]))
  }
  // Few runs are unsettled: sorting them is cheaper than looking for them in the order of all, which the + 0 rules out.
  const newest = status === 'unsettled' ? sql`created_ms + 0` : sql.ref('created_ms')
  const found = await rows.orderBy(newest, 'desc').orderBy('id').execute()
  return found.map(runRowToRecord)
}

export async function findRun(db: Kysely<Tables>, runId: string): Promise<RunRecord | undefined> {
  if (!isUuid(runId)) return undefined
  const row = await db.selectFrom('runs').select(runColumns).where('id', '=', runId).executeTakeFirst()
  return row && runRowToRecord(row)
}

/** A line that a handler wrote while it ran. */
export interface RunLine {
  readonly seq: number
  readonly atMs: number
  readonly level: string
  readonly text: string
}

/** The last lines of a run, in the order in which they were written. */
export async function listLines(db: Kysely<Tables>, runId: string, limit: number): Promise<RunLine[]> {
  const rows = await db
    .selectFrom('run_log')
    .select(['seq', 'at_ms', 'level', 'text'])
    .where('run_id', '=', runId)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed().map(({ seq, at_ms, level, text }) => ({ seq, atMs: at_ms, level, text }))
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
