import type { RunRecord } from '../runs/find.ts'
import type { Runs } from '../runs/runs.ts'
import { viewWrites } from './write-view.ts'

/** Entities listed on a run's page; the counts tell of all. */
const MAX_ROWS = 1000
const MAX_WRITES = 500

/** What a run's page shows beside the result: what was filled in, what became of each entity, what was changed on the site. */
export async function runDetails({ id, asked, itemCounts: counts }: RunRecord, runs: Runs) {
  const [rows, { writes, total }] = await Promise.all([
    counts ? runs.listItems(id, MAX_ROWS) : [],
    runs.listWrites(id, MAX_WRITES),
  ])
  return {
    asked,
    ...(counts ? { items: { counts, rows, more: counts.done + counts.failed + counts.skipped - rows.length } } : {}),
    ...(total > 0 ? { writes: { rows: viewWrites(writes), more: total - writes.length } } : {}),
  }
}
