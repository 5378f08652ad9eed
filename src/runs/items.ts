import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { z } from 'zod'
import type { RunItem } from '../handlers/events.ts'
import type { Tables } from '../store/tables.ts'

/** How many entities of a run ended how. */
export const ItemCounts = z.object({ done: z.number(), failed: z.number(), skipped: z.number() })
export type ItemCounts = z.infer<typeof ItemCounts>

/** Counts entities while they are told; told again, an entity counts as it was told last. */
export interface ItemTally {
  add(items: readonly RunItem[]): void
  /** Undefined when nothing was told. */
  readonly counts: ItemCounts | undefined
}

export function createItemTally(): ItemTally {
  const fates = new Map<string, RunItem['status']>()
  const counts = { done: 0, failed: 0, skipped: 0 }
  return {
    add(items) {
      for (const { type, id, status } of items) {
        const key = `${type} ${id}`
        const before = fates.get(key)
        if (before) counts[before] -= 1
        counts[status] += 1
        fates.set(key, status)
      }
    },
    get counts() {
      return fates.size > 0 ? { ...counts } : undefined
    },
  }
}

/** What became of the entities of a run: failures first, then what was skipped, then what is done. */
export async function listItems(db: Kysely<Tables>, runId: string, limit: number): Promise<RunItem[]> {
  const rows = await db
    .selectFrom('run_items')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy(sql`case status when 'failed' then 0 when 'skipped' then 1 else 2 end`)
    .orderBy('entity_type')
    .orderBy('entity_id')
    .limit(limit)
    .execute()
  return rows.map(({ entity_type, entity_id, name, status, why }) => ({
    type: entity_type,
    id: entity_id,
    status,
    ...(name === null ? {} : { name }),
    ...(why === null ? {} : { why }),
  }))
}
