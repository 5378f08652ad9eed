import type { Kysely, Selectable } from 'kysely'
import { z } from 'zod'
import { type ErrorCode, errorTable } from '../errors.ts'
import type { ClickContext } from '../handlers/envelope.ts'
import { Outcome, Progress } from '../handlers/outcome.ts'
import type { RunStatus, RunsTable, Tables } from '../store/tables.ts'
import { Asked } from './asked.ts'
import { ItemCounts } from './items.ts'
import { isRunToken, tokenHashOf } from './token.ts'

/** A run as it is recorded, without its payload. Times in milliseconds since 1970. */
export interface RunRecord {
  readonly id: string
  readonly clickKey: string | undefined
  readonly tokenHash: string
  readonly handler: string
  readonly title: string
  readonly status: RunStatus
  readonly entityType: string
  readonly selectedCount: number
  readonly userLogin: string
  readonly projectName: string | undefined
  readonly pageTitle: string | undefined
  readonly createdMs: number
  readonly startedMs: number | undefined
  readonly finishedMs: number | undefined
  readonly progress: Progress | undefined
  readonly outcome: Outcome | undefined
  /** What the person filled in. */
  readonly asked: Asked
  readonly itemCounts: ItemCounts | undefined
  /** Somebody wants it to stop, through another process than the one that works on it. */
  readonly cancelAsked: boolean
  readonly error: { readonly code: ErrorCode; readonly message: string } | undefined
}

export const runColumns = [
  'id',
  'click_key',
  'token_hash',
  'handler',
  'title',
  'status',
  'entity_type',
  'selected_count',
  'user_login',
  'project_name',
  'page_title',
  'created_ms',
  'started_ms',
  'finished_ms',
  'progress',
  'outcome',
  'params',
  'cancel_asked',
  'item_counts',
  'error_code',
  'error_message',
] as const satisfies readonly (keyof RunsTable)[]

export type RunRow = Pick<Selectable<RunsTable>, (typeof runColumns)[number]>

export async function findRunByToken(db: Kysely<Tables>, token: string): Promise<RunRecord | undefined> {
  if (!isRunToken(token)) return undefined
  const row = await db
    .selectFrom('runs')
    .select(runColumns)
    .where('token_hash', '=', tokenHashOf(token))
    .executeTakeFirst()
  return row && runRowToRecord(row)
}

/** What was clicked. */
export interface RecordedClick {
  readonly runId: string
  readonly handler: string
  readonly context: ClickContext
  readonly createdMs: number
  readonly isSettled: boolean
}

export async function findClickByToken(db: Kysely<Tables>, token: string): Promise<RecordedClick | undefined> {
  if (!isRunToken(token)) return undefined
  const row = await db
    .selectFrom('runs')
    .select(['id', 'handler', 'context', 'created_ms', 'finished_ms'])
    .where('token_hash', '=', tokenHashOf(token))
    .executeTakeFirst()
  if (!row) return undefined
  const context = row.context as ClickContext // as it was recorded
  return {
    runId: row.id,
    handler: row.handler,
    context,
    createdMs: row.created_ms,
    isSettled: row.finished_ms !== null,
  }
}

export async function findRunByClick(db: Kysely<Tables>, clickKey: string): Promise<RunRecord | undefined> {
  const row = await db.selectFrom('runs').select(runColumns).where('click_key', '=', clickKey).executeTakeFirst()
  return row && runRowToRecord(row)
}

const StoredParams = z.object({ asked: Asked })

export function runRowToRecord(row: RunRow): RunRecord {
  return {
    id: row.id,
    clickKey: row.click_key ?? undefined,
    tokenHash: row.token_hash,
    handler: row.handler,
    title: row.title,
    status: row.status,
    entityType: row.entity_type,
    selectedCount: row.selected_count,
    userLogin: row.user_login,
    projectName: row.project_name ?? undefined,
    pageTitle: row.page_title ?? undefined,
    createdMs: row.created_ms,
    startedMs: row.started_ms ?? undefined,
    finishedMs: row.finished_ms ?? undefined,
    progress: Progress.safeParse(row.progress).data,
    outcome: Outcome.safeParse(row.outcome).data,
    asked: StoredParams.safeParse(row.params).data?.asked ?? [],
    cancelAsked: row.cancel_asked,
    itemCounts: ItemCounts.safeParse(row.item_counts).data,
    error: row.error_code ? { code: knownCode(row.error_code), message: row.error_message ?? '' } : undefined,
  }
}

/** A code that an older version wrote and this one does not know any more counts as internal. */
function knownCode(code: string): ErrorCode {
  return code in errorTable ? (code as ErrorCode) : 'INTERNAL'
}
