import type { Kysely } from 'kysely'
import { z } from 'zod'
import { RunWrite } from '../handlers/events.ts'
import type { Tables } from '../store/tables.ts'

const Fields = RunWrite.shape.fields

/** What a run changed on the site, in order. */
export async function listWrites(db: Kysely<Tables>, runId: string, limit: number): Promise<RunWrite[]> {
  const rows = await db
    .selectFrom('run_writes')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(({ at_ms, operation, entity_type, entity_id, name, outcome, why, fields }) => ({
    atMs: at_ms,
    operation,
    type: entity_type,
    outcome,
    fields: Fields.safeParse(fields).data ?? [],
    ...(entity_id === null ? {} : { id: entity_id }),
    ...(name === null ? {} : { name }),
    ...(why === null ? {} : { why }),
  }))
}

export async function countWrites(db: Kysely<Tables>, runId: string): Promise<number> {
  const row = await db
    .selectFrom('run_writes')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('run_id', '=', runId)
    .executeTakeFirst()
  return z.coerce.number().parse(row?.count ?? 0)
}
