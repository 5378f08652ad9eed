import type { RunRecord } from '../runs/find.ts'
import type { Runs } from '../runs/runs.ts'

/** Entities listed on a run's page; the counts tell of all. */
const MAX_ROWS = 1000

/** What a run's page shows beside the result: what was filled in, and what became of each entity. */
export async function runDetails({ id, asked, itemCounts: counts }: RunRecord, runs: Runs) {
  if (!counts) return { asked }
  const rows = await runs.listItems(id, MAX_ROWS)
  return { asked, items: { counts, rows, more: counts.done + counts.failed + counts.skipped - rows.length } }
}
