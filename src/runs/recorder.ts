import { type Insertable, type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { ErrorCode } from '../errors.ts'
import { toError } from '../errors.ts'
import type { LogLine } from '../handlers/envelope.ts'
import type { Outcome, Progress } from '../handlers/outcome.ts'
import type { RunStatus, RunsTable, Tables } from '../store/tables.ts'
import { storableJson, storableText } from './storable.ts'

/** Rows written in one statement: far below the 65,535 parameters that PostgreSQL allows. */
const BATCH = 500
const RETRY_MS = 1000

export type NewRun = Insertable<RunsTable>

/** How a run stands now; what is left out stays as it is. */
export interface RunPatch {
  readonly id: string
  readonly status: RunStatus
  readonly startedMs?: number
  readonly finishedMs?: number
  readonly progress?: Progress
  readonly outcome?: Outcome
  readonly errorCode?: ErrorCode
  readonly errorMessage?: string
}

/** Writes runs in groups: while one group is being committed the next one gathers, so recording stays cheap under load. */
export interface Recorder {
  /** False when a run of the same click is there already. Resolves when the run is durable. */
  insert(run: NewRun): Promise<boolean>
  /** Resolves when it is durable; a store that is away is waited for. */
  patch(patch: RunPatch): Promise<void>
  /** Lines go with the next group. */
  log(runId: string, seq: number, line: LogLine): void
  /** Write what has gathered, then stop. */
  close(): Promise<void>
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: Error) => void
}

export function createRecorder(db: Kysely<Tables>, log: Logger): Recorder {
  const inserts: Waiting<NewRun, boolean>[] = []
  const patches: Waiting<RunPatch, void>[] = []
  const lines: { run_id: string; seq: number; line: LogLine }[] = []
  let writing: Promise<void> | undefined
  let closing = false

  const kick = (): void => {
    writing ??= drain().finally(() => {
      writing = undefined
      if (inserts.length + patches.length > 0) kick()
    })
  }

  const drain = async (): Promise<void> => {
    await null // let everything of this tick join the group
    while (inserts.length + patches.length > 0 || (closing && lines.length > 0)) await writeGroup()
  }

  const writeGroup = async (): Promise<void> => {
    const newRuns = inserts.splice(0, BATCH)
    const changes = patches.splice(0, BATCH)
    const text = lines.splice(0, BATCH * 4)
    try {
      const taken = await db.transaction().execute(async (trx) => {
        const written =
          newRuns.length > 0
            ? await insertRuns(
                trx,
                newRuns.map(({ item }) => item),
              )
            : new Set<string>()
        if (text.length > 0) await insertLines(trx, text)
        if (changes.length > 0)
          await patchRuns(
            trx,
            changes.map(({ item }) => item),
          )
        return written
      })
      for (const { item, resolve } of newRuns) resolve(taken.has(item.id))
      for (const { resolve } of changes) resolve()
    } catch (thrown) {
      // Nothing of the group is written. A run that is not recorded must not start; one that has ended must be recorded.
      const error = toError(thrown)
      log.error({ err: error, runs: newRuns.length, changes: changes.length }, 'runs could not be recorded')
      for (const { reject } of newRuns) reject(error)
      if (closing) for (const { reject } of changes) reject(error)
      else {
        patches.unshift(...changes)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  return {
    insert(item) {
      return new Promise((resolve, reject) => {
        inserts.push({ item, resolve, reject })
        kick()
      })
    },
    patch(item) {
      return new Promise((resolve, reject) => {
        patches.push({ item, resolve, reject })
        kick()
      })
    },
    log(runId, seq, line) {
      lines.push({ run_id: runId, seq, line })
    },
    async close() {
      closing = true
      kick()
      await writing
    },
  }
}

async function insertRuns(db: Kysely<Tables>, runs: NewRun[]): Promise<Set<string>> {
  const rows = await db
    .insertInto('runs')
    .values(runs)
    .onConflict((on) => on.doNothing())
    .returning('id')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

async function patchRuns(db: Kysely<Tables>, patches: RunPatch[]): Promise<void> {
  // One statement takes one change per run, so the last one of each wins over the others merged under it.
  const merged = new Map<string, RunPatch>()
  for (const patch of patches) merged.set(patch.id, { ...merged.get(patch.id), ...patch })
  const rows = [...merged.values()].map((patch) => ({
    id: patch.id,
    status: patch.status,
    started_ms: patch.startedMs ?? null,
    finished_ms: patch.finishedMs ?? null,
    progress: patch.progress ?? null,
    outcome: patch.outcome ?? null,
    error_code: patch.errorCode ?? null,
    error_message: patch.errorMessage ?? null,
  }))
  await sql`
    update runs set
      status = new.status,
      started_ms = coalesce(new.started_ms, runs.started_ms),
      finished_ms = coalesce(new.finished_ms, runs.finished_ms),
      progress = coalesce(new.progress, runs.progress),
      outcome = coalesce(new.outcome, runs.outcome),
      error_code = coalesce(new.error_code, runs.error_code),
      error_message = coalesce(new.error_message, runs.error_message)
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as new(
      id uuid, status text, started_ms bigint, finished_ms bigint, progress jsonb, outcome jsonb, error_code text, error_message text)
    where runs.id = new.id and runs.status in ('queued', 'running')`.execute(db)
}

async function insertLines(db: Kysely<Tables>, lines: { run_id: string; seq: number; line: LogLine }[]): Promise<void> {
  await db
    .insertInto('run_log')
    .values(
      lines.map(({ run_id, seq, line }) => ({
        run_id,
        seq,
        at_ms: line.atMs,
        level: line.level,
        text: storableText(line.text),
        fields: line.fields ? storableJson(line.fields) : null,
      })),
    )
    .onConflict((on) => on.doNothing())
    .execute()
}
