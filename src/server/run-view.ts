import type { RunRecord } from '../runs/find.ts'
import { words } from '../words.ts'
import { formatCount, formatDuration, formatMoment, type Moment } from './format.ts'
import { isSettled } from './run-state.ts'

/** A run as the dashboard's templates show it. */
export interface RunView extends RunRecord {
  readonly href: string
  /** The runs of the same person. */
  readonly personHref: string
  readonly selected: string
  readonly when: Moment
  /** ISO 8601: it works since then. */
  readonly since: string | undefined
  readonly took: string | undefined
  readonly settled: boolean
  /** Its status in words, or how many of its entities failed. */
  readonly outcomeText: string
}

export function viewRun(run: RunRecord, { nowMs, timeZone }: { nowMs: number; timeZone: string }): RunView {
  const settled = isSettled(run.status)
  const untilMs = settled ? run.finishedMs : nowMs
  return {
    ...run,
    href: `/runs/${run.id}`,
    personHref: `/runs?${new URLSearchParams({ person: run.userLogin })}`,
    selected: formatCount(run.selectedCount, run.entityType),
    when: formatMoment(run.createdMs, nowMs, timeZone),
    since: !settled && run.startedMs ? new Date(run.startedMs).toISOString() : undefined,
    took: run.startedMs && untilMs ? formatDuration(untilMs - run.startedMs) : undefined,
    settled,
    outcomeText:
      run.status === 'succeeded' && run.itemCounts && run.itemCounts.failed > 0
        ? words.items.failedOf(run.itemCounts)
        : words.status[run.status],
  }
}
