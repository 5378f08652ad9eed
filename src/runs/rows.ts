import { type Insertable, type Kysely, sql } from 'kysely'
import type { ErrorCode } from '../errors.ts'
import type { LogLine, RunItem, RunWrite } from '../handlers/events.ts'
import type { Outcome, Progress } from '../handlers/outcome.ts'
import type { RunItemsTable, RunStatus, RunsTable, Tables } from '../store/tables.ts'
import type { ItemCounts } from './items.ts'
import { storableJson, storableText } from './storable.ts'

export type NewRun = Insertable<RunsTable>

/** How a run stands now; what is left out stays as it is. */
export interface RunPatch {
  readonly id: string
  readonly status: RunStatus
  readonly startedMs?: number
  readonly finishedMs?: number
  readonly progress?: Progress
  readonly outcome?: Outcome
  readonly itemCounts?: ItemCounts
  readonly errorCode?: ErrorCode
  readonly errorMessage?: string
}

/** The same as columns, JSON already as text: what cannot be written shows up before it joins a group. */
export interface PatchRow {
  readonly id: string
  readonly status: RunStatus
  readonly started_ms: number | null
  readonly finished_ms: number | null
  readonly progress: string | null
  readonly outcome: string | null
  readonly item_counts: string | null
  readonly error_code: string | null
  readonly error_message: string | null
}

export interface LineRow {
  readonly run_id: string
  readonly seq: number
  readonly at_ms: number
  readonly level: string
  readonly text: string
  readonly fields: string | null
}

export function patchToRow(patch: RunPatch): PatchRow {
  return {
    id: patch.id,
    status: patch.status,
    started_ms: patch.startedMs ?? null,
    finished_ms: patch.finishedMs ?? null,
    progress: patch.progress ? storableJson(patch.progress) : null,
    outcome: patch.outcome ? storableJson(patch.outcome) : null,
    item_counts: patch.itemCounts ? JSON.stringify(patch.itemCounts) : null,
    error_code: patch.errorCode ?? null,
    error_message: patch.errorMessage === undefined ? null : storableText(patch.errorMessage),
  }
}

export function lineToRow(runId: string, seq: number, line: LogLine): LineRow {
  const fields = line.fields ? storableJson(line.fields) : null
  return { run_id: runId, seq, at_ms: line.atMs, level: line.level, text: storableText(line.text), fields }
}

export type ItemRow = Insertable<RunItemsTable>

export function itemToRow(runId: string, item: RunItem): ItemRow {
  return {
    run_id: runId,
    entity_type: storableText(item.type),
    entity_id: item.id,
    name: item.name === undefined ? null : storableText(item.name),
    status: item.status,
    why: item.why === undefined ? null : storableText(item.why),
  }
}

export interface WriteRow {
  readonly run_id: string
  readonly seq: number
  readonly at_ms: number
  readonly operation: string
  readonly entity_type: string
  readonly entity_id: number | null
  readonly name: string | null
  readonly outcome: RunWrite['outcome']
  readonly why: string | null
  readonly fields: string
}

export function writeToRow(runId: string, seq: number, write: RunWrite): WriteRow {
  return {
    run_id: runId,
    seq,
    at_ms: Math.round(write.atMs),
    operation: storableText(write.operation),
    entity_type: storableText(write.type),
    entity_id: write.id ?? null,
    name: write.name === undefined ? null : storableText(write.name),
    outcome: write.outcome,
    why: write.why === undefined ? null : storableText(write.why),
    fields: storableJson(write.fields),
  }
}

/** Everything that is recorded in one go. */
export interface Group {
  readonly runs: readonly NewRun[]
  readonly lines: readonly LineRow[]
  readonly items: readonly ItemRow[]
  readonly writes: readonly WriteRow[]
  readonly patches: readonly PatchRow[]
}

/**
 * Write a group: all of it or nothing, in one statement, for every trip to the store costs more than a row does.
 *
 * @returns ids of the runs that were not there before
 */
export async function writeGroup(
  db: Kysely<Tables>,
  { runs, lines, items, writes, patches }: Group,
): Promise<Set<string>> {
  const parts = [
    ...(runs.length > 0 ? [sql`new_runs as (${insertRuns(runs)} returning id)`] : []),
    ...(lines.length > 0 ? [sql`new_lines as (${insertLines(lines)})`] : []),
    ...(items.length > 0 ? [sql`new_items as (${upsertItems(items)})`] : []),
    ...(writes.length > 0 ? [sql`new_writes as (${insertWrites(writes)})`] : []),
    ...(patches.length > 0 ? [sql`changed as (${updateRuns(patches)})`] : []),
  ]
  if (parts.length === 0) return new Set()
  const answer = runs.length > 0 ? sql`select id from new_runs` : sql`select null::uuid as id where false`
  const { rows } = await sql<{ id: string }>`with ${sql.join(parts)} ${answer}`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/**
 * Rows travel as one JSON text each kind: a parameter for every cell would cost more than the rest. In the order of their
 * clicks, so that groups that hold the same ones at the same time wait for each other, and never both.
 */
function insertRuns(runs: readonly NewRun[]) {
  return sql`
    insert into runs (id, token_hash, click_key, handler, title, status, entity_type, selected_count, user_id, user_login,
      project_id, project_name, page_title, context, params, instance_id, attempt, created_ms)
    select id, token_hash, click_key, handler, title, status, entity_type, selected_count, user_id, user_login,
      project_id, project_name, page_title, context::jsonb, params::jsonb, instance_id, attempt, created_ms
    from jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) as new(
      id uuid, token_hash text, click_key text, handler text, title text, status text, entity_type text,
      selected_count integer, user_id bigint, user_login text, project_id bigint, project_name text, page_title text,
      context text, params text, instance_id text, attempt integer, created_ms bigint)
    order by click_key
    on conflict do nothing`
}

function insertLines(lines: readonly LineRow[]) {
  return sql`
    insert into run_log (run_id, seq, at_ms, level, text, fields)
    select run_id, seq, at_ms, level, text, fields::jsonb
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as new(
      run_id uuid, seq integer, at_ms bigint, level text, text text, fields text)
    on conflict do nothing`
}

function insertWrites(writes: readonly WriteRow[]) {
  return sql`
    insert into run_writes (run_id, seq, at_ms, operation, entity_type, entity_id, name, outcome, why, fields)
    select run_id, seq, at_ms, operation, entity_type, entity_id, name, outcome, why, fields::jsonb
    from jsonb_to_recordset(${JSON.stringify(writes)}::jsonb) as new(
      run_id uuid, seq integer, at_ms bigint, operation text, entity_type text, entity_id bigint, name text, outcome text,
      why text, fields text)
    on conflict do nothing`
}

/** The last word on each entity counts. */
function upsertItems(items: readonly ItemRow[]) {
  const last = new Map(items.map((item) => [`${item.run_id} ${item.entity_type} ${item.entity_id}`, item]))
  return sql`
    insert into run_items as old (run_id, entity_type, entity_id, name, status, why)
    select run_id, entity_type, entity_id, name, status, why
    from jsonb_to_recordset(${JSON.stringify([...last.values()])}::jsonb) as new(
      run_id uuid, entity_type text, entity_id bigint, name text, status text, why text)
    on conflict (run_id, entity_type, entity_id)
    do update set status = excluded.status, why = excluded.why, name = coalesce(excluded.name, old.name)`
}

/** A settled run stays as it was settled. */
function updateRuns(patches: readonly PatchRow[]) {
  // One statement takes one change per run: later ones win over earlier ones, column by column, but never over its end.
  const merged = new Map<string, PatchRow>()
  for (const patch of patches) {
    const before = merged.get(patch.id)
    const isLate = before !== undefined && before.finished_ms !== null && patch.finished_ms === null
    if (!before) merged.set(patch.id, patch)
    else merged.set(patch.id, isLate ? { ...patch, ...setOf(before) } : { ...before, ...setOf(patch) })
  }
  return sql`
    update runs set
      status = new.status,
      started_ms = coalesce(new.started_ms, runs.started_ms),
      finished_ms = coalesce(new.finished_ms, runs.finished_ms),
      progress = coalesce(new.progress::jsonb, runs.progress),
      outcome = coalesce(new.outcome::jsonb, runs.outcome),
      item_counts = coalesce(new.item_counts::jsonb, runs.item_counts),
      error_code = coalesce(new.error_code, runs.error_code),
      error_message = coalesce(new.error_message, runs.error_message)
    from jsonb_to_recordset(${JSON.stringify([...merged.values()])}::jsonb) as new(
      id uuid, status text, started_ms bigint, finished_ms bigint, progress text, outcome text, item_counts text, error_code text, error_message text)
    where runs.id = new.id and runs.status in ('queued', 'running')`
}

function setOf(patch: PatchRow): Partial<PatchRow> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null))
}
