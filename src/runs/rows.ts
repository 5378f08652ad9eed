import { type Insertable, type Kysely, sql } from 'kysely'
import type { ErrorCode } from '../errors.ts'
import type { LogLine, RunItem } from '../handlers/events.ts'
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

/** The last word on each entity counts. */
export async function writeItems(db: Kysely<Tables>, items: readonly ItemRow[]): Promise<void> {
  if (items.length === 0) return
  const last = new Map(items.map((item) => [`${item.run_id} ${item.entity_type} ${item.entity_id}`, item]))
  await db
    .insertInto('run_items')
    .values([...last.values()])
    .onConflict((on) =>
      on.columns(['run_id', 'entity_type', 'entity_id']).doUpdateSet((row) => ({
        status: row.ref('excluded.status'),
        why: row.ref('excluded.why'),
        name: row.fn.coalesce('excluded.name', 'run_items.name'),
      })),
    )
    .execute()
}

/** @returns ids of those that were not there before */
export async function insertRuns(db: Kysely<Tables>, runs: NewRun[]): Promise<Set<string>> {
  if (runs.length === 0) return new Set()
  const rows = await db
    .insertInto('runs')
    .values(runs)
    .onConflict((on) => on.doNothing())
    .returning('id')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

export async function insertLines(db: Kysely<Tables>, lines: LineRow[]): Promise<void> {
  if (lines.length === 0) return
  await db
    .insertInto('run_log')
    .values(lines)
    .onConflict((on) => on.doNothing())
    .execute()
}

/** A settled run stays as it was settled. */
export async function patchRuns(db: Kysely<Tables>, patches: readonly PatchRow[]): Promise<void> {
  if (patches.length === 0) return
  // One statement takes one change per run; later ones win over earlier ones, column by column.
  const merged = new Map<string, PatchRow>()
  for (const patch of patches) {
    const set = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null)) as PatchRow
    merged.set(patch.id, { ...(merged.get(patch.id) ?? patch), ...set })
  }
  await sql`
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
    where runs.id = new.id and runs.status in ('queued', 'running')`.execute(db)
}
