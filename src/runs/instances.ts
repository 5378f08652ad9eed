import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { toError } from '../errors.ts'
import type { Tables } from '../store/tables.ts'

const HEARTBEAT_MS = 5_000
/** Silent for this long is dead; its runs end as interrupted. */
const DEAD_AFTER_MS = 30_000

/** A run of this process that is unsettled for longer than this and not under way is forgotten. */
const FORGOTTEN_AFTER_MS = 60_000

export const INTERRUPTED_TEXT = 'The server was stopped while it worked.'

/** This process among all that use the store. */
export interface Instance {
  readonly id: string
  /** Say that nothing of this process is under way any more. */
  close(): Promise<void>
}

/**
 * Sign this process in, and settle the runs of processes that are gone, now and from then on.
 *
 * @param alone  nobody else can use this store, so every other process in it is gone
 * @param isLive  whether a run of this very process is under way
 */
export async function joinInstances(
  db: Kysely<Tables>,
  { alone, isLive, log }: { alone: boolean; isLive: (runId: string) => boolean; log: Logger },
): Promise<Instance> {
  const id = randomUUID()
  const beat = async (): Promise<void> => {
    // By the database's clock, for machines differ; written anew if others took this process for dead meanwhile.
    await db
      .insertInto('instances')
      .values({ id, started_ms: databaseNowMs, seen_ms: databaseNowMs, description: `${hostname()} ${process.pid}` })
      .onConflict((on) => on.column('id').doUpdateSet({ seen_ms: databaseNowMs }))
      .execute()
  }
  await beat()
  await settleOrphans(db, { not: id, deadAfterMs: alone ? undefined : DEAD_AFTER_MS, log })

  let beating: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    beating = beating
      .then(async () => {
        await beat()
        if (!alone) await settleOrphans(db, { not: id, deadAfterMs: DEAD_AFTER_MS, log })
        await settleForgotten(db, { id, isLive, log })
      })
      .catch((error: unknown) => log.warn({ err: toError(error) }, 'the store does not take the sign of life'))
  }, HEARTBEAT_MS)
  timer.unref()

  return {
    id,
    async close() {
      clearInterval(timer)
      await beating
      // With the store away, another process or the next start does it.
      await settleOrphans(db, { only: id, deadAfterMs: undefined, log }).catch((error: unknown) =>
        log.warn({ err: toError(error) }, 'this process could not sign out of the store'),
      )
    },
  }
}

/** Milliseconds since 1970, by the clock of the database. */
const databaseNowMs = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

async function settleOrphans(
  db: Kysely<Tables>,
  { not, only, deadAfterMs, log }: { not?: string; only?: string; deadAfterMs: number | undefined; log: Logger },
): Promise<void> {
  const dead = await db
    .selectFrom('instances')
    .select('id')
    .$if(deadAfterMs !== undefined, (query) =>
      query.where('seen_ms', '<', sql<number>`${databaseNowMs} - ${deadAfterMs ?? 0}::bigint`),
    )
    .$if(not !== undefined, (query) => query.where('id', '!=', not ?? ''))
    .$if(only !== undefined, (query) => query.where('id', '=', only ?? ''))
    .limit(1000)
    .execute()
  if (dead.length === 0) return
  const ids = dead.map((row) => row.id)
  const settled = await db
    .updateTable('runs')
    .set({
      status: 'interrupted',
      finished_ms: databaseNowMs,
      error_code: 'RUN_INTERRUPTED',
      error_message: INTERRUPTED_TEXT,
    })
    .where('instance_id', 'in', ids)
    .where('status', 'in', ['queued', 'running'])
    .returning('id')
    .execute()
  await db.deleteFrom('instances').where('id', 'in', ids).execute()
  if (settled.length > 0)
    log.warn({ runs: settled.map((row) => row.id) }, 'runs that were cut off ended as interrupted')
}

/** A store that loses its answer, or takes a run after its click was refused, leaves runs behind that nobody works on. */
async function settleForgotten(
  db: Kysely<Tables>,
  { id, isLive, log }: { id: string; isLive: (runId: string) => boolean; log: Logger },
): Promise<void> {
  const unsettled = await db
    .selectFrom('runs')
    .select('id')
    .where('instance_id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .where('created_ms', '<', Date.now() - FORGOTTEN_AFTER_MS) // both by the clock of this process
    .execute()
  const forgotten = unsettled.map((row) => row.id).filter((runId) => !isLive(runId))
  if (forgotten.length === 0) return
  await db
    .updateTable('runs')
    .set({
      status: 'failed',
      finished_ms: databaseNowMs,
      error_code: 'INTERNAL',
      error_message: 'The store was away: it was not started, or its end could not be recorded.',
    })
    .where('id', 'in', forgotten.slice(0, 1000))
    .where('status', 'in', ['queued', 'running'])
    .execute()
  log.warn({ runs: forgotten.slice(0, 1000) }, 'runs that nobody works on ended as failed')
}
