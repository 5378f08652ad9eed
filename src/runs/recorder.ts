import { setTimeout as delay } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import { toError } from '../errors.ts'
import type { LogLine, RunItem, RunWrite } from '../handlers/events.ts'
import type { Tables } from '../store/tables.ts'
import { isAboutData, takeWhere, type Waiting } from './group-limits.ts'
import { createInsertLane } from './insert-lane.ts'
import { createRowQueue } from './row-queue.ts'
import {
  type Group,
  type ItemRow,
  itemToRow,
  type LineRow,
  lineToRow,
  type NewRun,
  type PatchRow,
  patchToRow,
  type RunPatch,
  type WriteRow,
  writeGroup,
  writeToRow,
} from './rows.ts'

const LINES_BATCH = 2000
const LINES_BATCH_CHARS = 1_000_000
/** Lines wait this long for company. */
const LINES_MS = 250
/** What waits while the store is away or slow; later lines are dropped rather than memory filled. */
const MAX_WAITING_LINES = 50_000
const MAX_WAITING_CHARS = 50_000_000
const ITEMS_BATCH = 2000
const MAX_WAITING_ITEMS = 500_000
/** More ends of runs than this in one group are a crowd; then fewer than enough wait so long for more of them. */
const CROWD = 2
const ENOUGH = 20
const GATHER_MS = 4
const RETRY_MS = 1000
/** A store that is there but has refused a group so often does not take something of it. */
const MAX_FAILURES = 3
/** What is not written by then, when the server stops, never will be. */
const CLOSE_MS = 5000

/** Writes runs in groups: while one group is being committed the next one gathers, so recording stays cheap under load. */
export interface Recorder {
  /** False when a run of the same click is there already. Resolves when the run is durable. */
  insert(run: NewRun): Promise<boolean>
  /** Resolves when it is durable, after all lines that were logged before it; a store that is away is waited for. */
  patch(patch: RunPatch): Promise<void>
  log(runId: string, seq: number, line: LogLine): void
  /** Resolves when no new run waits to be recorded, or after so many milliseconds. */
  calm(maxMs: number): Promise<void>
  /** What became of entities; like log lines, written before the run's end is. */
  items(runId: string, items: readonly RunItem[]): void
  /** What it changed on the site; written as its items are. @param from  number of the first, from 1 */
  writes(runId: string, from: number, writes: readonly RunWrite[]): void
  /** Write what has gathered, within five seconds, then stop. */
  close(): Promise<void>
}

interface Batch {
  readonly lines: LineRow[]
  readonly items: ItemRow[]
  readonly writes: WriteRow[]
  readonly changes: Waiting<PatchRow, void>[]
}

export function createRecorder(db: Kysely<Tables>, log: Logger): Recorder {
  const patches: Waiting<PatchRow, void>[] = []
  const lines = createRowQueue(sizeOfLine)
  const items = createRowQueue(sizeOfItem)
  const writes = createRowQueue(sizeOfWrite)
  const waitingRows = (): number => lines.length + items.length + writes.length
  /** Runs of which items were dropped, until they end. */
  const overflown = new Set<string>()
  /** Groups in a row that could not be written. */
  let failures = 0
  let writing: Promise<void> | undefined
  let linesTimer: NodeJS.Timeout | undefined
  let crowded = false
  const closing = new AbortController()

  const kick = (): void => {
    clearTimeout(linesTimer)
    linesTimer = undefined
    writing ??= drain().finally(() => {
      writing = undefined
      if (patches.length > 0 && !closing.signal.aborted) kick()
    })
  }

  const drain = async (): Promise<void> => {
    await null // let everything of this tick join the group
    while (patches.length + waitingRows() > 0 && !closing.signal.aborted) {
      // A trip to the store costs as much as several rows.
      if (crowded && patches.length < ENOUGH) await pause(GATHER_MS)
      crowded = patches.length > CROWD
      await writeNext()
    }
  }

  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal: closing.signal }).catch(() => {})

  const write = (group: Partial<Group>): Promise<Set<string>> =>
    writeGroup(db, { runs: [], lines: [], items: [], writes: [], patches: [], ...group })

  const inserts = createInsertLane((runs) => write({ runs }), log)

  /** A run is settled after its own lines and items are there; those of others do not hold it back. */
  const takePatches = (): Waiting<PatchRow, void>[] => {
    const isBehind = (runId: string): boolean => lines.has(runId) || items.has(runId) || writes.has(runId)
    return takeWhere(patches, ({ item }) => (isBehind(item.id) ? undefined : sizeOfPatch(item)))
  }

  const writeNext = async (): Promise<void> => {
    const urgent = patches.map(({ item }) => item.id)
    const text = lines.take({ rows: LINES_BATCH, chars: LINES_BATCH_CHARS }, urgent)
    const fates = items.take({ rows: ITEMS_BATCH, chars: LINES_BATCH_CHARS }, urgent)
    const made = writes.take({ rows: ITEMS_BATCH, chars: LINES_BATCH_CHARS }, urgent)
    const error = await writeBatch({ lines: text, items: fates, writes: made, changes: takePatches() })
    failures = error ? failures + 1 : 0
    if (error) await pause(RETRY_MS)
  }

  /** @returns why it was put back, if it was */
  const writeBatch = async (batch: Batch): Promise<Error | undefined> => {
    try {
      await write({
        lines: batch.lines,
        items: batch.items,
        writes: batch.writes,
        patches: batch.changes.map(({ item }) => item),
      })
      for (const { resolve } of batch.changes) resolve()
    } catch (thrown) {
      const error = toError(thrown)
      const { lines: text, items: fates, writes: made, changes } = batch
      log.error(
        { err: error, changes: changes.length, lines: text.length, items: fates.length, writes: made.length },
        'a group of runs could not be recorded',
      )
      const isStuck = failures + 1 >= MAX_FAILURES && (await answers())
      if (!isStuck && !isAboutData(error)) return putBack(batch, error)
      await writeOneByOne(batch, async (each) => isAboutData(each) || (isStuck && (await answers())))
    }
    return undefined
  }

  /** Whether the store is there at all. */
  const answers = (): Promise<boolean> =>
    sql`select 1`.execute(db).then(
      () => true,
      () => false,
    )

  /** The store is there but does not take something of the group: find out what, and let the others through. */
  const writeOneByOne = async (batch: Batch, isHopeless: (error: Error) => Promise<boolean>): Promise<void> => {
    for (const line of batch.lines) {
      await write({ lines: [line] }).catch((error: unknown) =>
        log.warn({ err: toError(error), run: line.run_id }, 'a line could not be recorded'),
      )
    }
    for (const item of batch.items) {
      await write({ items: [item] }).catch((error: unknown) =>
        log.warn({ err: toError(error), run: item.run_id }, 'an item could not be recorded'),
      )
    }
    for (const one of batch.writes) {
      await write({ writes: [one] }).catch((error: unknown) =>
        log.warn({ err: toError(error), run: one.run_id }, 'a change could not be recorded'),
      )
    }
    const again: Waiting<PatchRow, void>[] = []
    for (const waiting of batch.changes) {
      try {
        await write({ patches: [waiting.item] }).catch(async (thrown: unknown) => {
          const error = toError(thrown)
          if (waiting.item.finished_ms === null || !(await isHopeless(error))) throw error
          await write({ patches: [bare(waiting.item)] })
        })
        waiting.resolve()
      } catch (error) {
        if (closing.signal.aborted || (await isHopeless(toError(error)))) waiting.reject(toError(error))
        else again.push(waiting)
      }
    }
    patches.unshift(...again)
  }

  /** The store is away. A run that has ended must be recorded. */
  const putBack = (batch: Batch, error: Error): Error => {
    if (closing.signal.aborted) {
      for (const { reject } of batch.changes) reject(error)
      return error
    }
    lines.putBack(batch.lines)
    items.putBack(batch.items)
    writes.putBack(batch.writes)
    patches.unshift(...batch.changes)
    return error
  }

  const closed = (): Promise<never> => Promise.reject(new Error('The recorder is closed.'))

  return {
    insert: (run) => (closing.signal.aborted ? closed() : inserts.insert(run)),
    calm: inserts.calm,
    patch: async (patch) => {
      if (patch.finishedMs !== undefined) overflown.delete(patch.id)
      const item = patchToRow(patch)
      if (closing.signal.aborted) return closed()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      patches.push({ item, resolve, reject })
      kick()
      return promise
    },
    log(runId, seq, line) {
      if (lines.length >= MAX_WAITING_LINES || lines.chars >= MAX_WAITING_CHARS) return
      lines.push(lineToRow(runId, seq, line))
      linesTimer ??= setTimeout(kick, LINES_MS)
    },
    items(runId, told) {
      if (items.length + told.length > MAX_WAITING_ITEMS) {
        if (!overflown.has(runId)) log.warn({ run: runId }, 'items are not recorded: too many wait for the store')
        overflown.add(runId)
        return
      }
      for (const item of told) items.push(itemToRow(runId, item))
      linesTimer ??= setTimeout(kick, LINES_MS)
    },
    writes(runId, from, told) {
      if (writes.length + told.length > MAX_WAITING_ITEMS) return
      for (const [at, one] of told.entries()) writes.push(writeToRow(runId, from + at, one))
      linesTimer ??= setTimeout(kick, LINES_MS)
    },
    async close() {
      kick()
      const late = new AbortController()
      const written = Promise.all([inserts.done(), writing])
      await Promise.race([written, delay(CLOSE_MS, undefined, { signal: late.signal }).catch(() => {})])
      late.abort()
      closing.abort()
      clearTimeout(linesTimer)
      const away = new Error('The store was away when the server stopped.')
      const lost = patches.splice(0)
      const changes = lost.length + inserts.giveUp(away)
      if (changes + waitingRows() > 0) log.error({ changes, lines: waitingRows() }, 'not recorded: the store was away')
      for (const { reject } of lost) reject(away)
    },
  }
}

/** Whatever it is that cannot be written of a run's end, that it has ended must be. */
function bare(row: PatchRow): PatchRow {
  return {
    ...row,
    started_ms: null,
    progress: null,
    outcome: null,
    item_counts: null,
    status: 'failed',
    error_code: 'INTERNAL',
    error_message: 'Its result could not be recorded.',
  }
}

function sizeOfLine({ text, fields }: LineRow): number {
  return text.length + (fields?.length ?? 0)
}

function sizeOfItem({ name, why }: ItemRow): number {
  return 100 + (name?.length ?? 0) + (why?.length ?? 0)
}

function sizeOfWrite({ name, why, fields }: WriteRow): number {
  return 150 + (name?.length ?? 0) + (why?.length ?? 0) + fields.length
}

function sizeOfPatch({ outcome, error_message }: PatchRow): number {
  return (outcome?.length ?? 0) + (error_message?.length ?? 0)
}
