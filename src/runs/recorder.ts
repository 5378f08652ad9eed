import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { toError } from '../errors.ts'
import type { LogLine, RunItem } from '../handlers/events.ts'
import type { Tables } from '../store/tables.ts'
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
  writeGroup,
} from './rows.ts'

/** Rows written in one statement: far below the 65,535 parameters that PostgreSQL allows. */
const BATCH = 500
const LINES_BATCH = 2000
const LINES_BATCH_CHARS = 1_000_000
/** Lines wait this long for company. */
const LINES_MS = 250
/** What waits while the store is away or slow; later lines are dropped rather than memory filled. */
const MAX_WAITING_LINES = 50_000
const MAX_WAITING_CHARS = 50_000_000
const ITEMS_BATCH = 2000
const MAX_WAITING_ITEMS = 500_000
/** More runs than this in one group are a crowd; then the next group gathers for so long. */
const CROWD = 4
const GATHER_MS = 5
const RETRY_MS = 1000
/** What is not written by then, when the server stops, never will be. */
const CLOSE_MS = 5000

/** Writes runs in groups: while one group is being committed the next one gathers, so recording stays cheap under load. */
export interface Recorder {
  /** False when a run of the same click is there already. Resolves when the run is durable. */
  insert(run: NewRun): Promise<boolean>
  /** Resolves when it is durable, after all lines that were logged before it; a store that is away is waited for. */
  patch(patch: RunPatch): Promise<void>
  log(runId: string, seq: number, line: LogLine): void
  /** What became of entities; like log lines, written before the run's end is. */
  items(runId: string, items: readonly RunItem[]): void
  /** Write what has gathered, within five seconds, then stop. */
  close(): Promise<void>
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: Error) => void
}

export function createRecorder(db: Kysely<Tables>, log: Logger): Recorder {
  const inserts: Waiting<NewRun, boolean>[] = []
  const patches: Waiting<PatchRow, void>[] = []
  const lines: LineRow[] = []
  const items: ItemRow[] = []
  let waitingChars = 0
  let writing: Promise<void> | undefined
  let linesTimer: NodeJS.Timeout | undefined
  const closing = new AbortController()

  const kick = (): void => {
    clearTimeout(linesTimer)
    linesTimer = undefined
    writing ??= drain().finally(() => {
      writing = undefined
      if (inserts.length + patches.length > 0 && !closing.signal.aborted) kick()
    })
  }

  const drain = async (): Promise<void> => {
    await null // let everything of this tick join the group
    while (inserts.length + patches.length + lines.length + items.length > 0 && !closing.signal.aborted) {
      const many = inserts.length + patches.length > CROWD
      await writeNext()
      // In a crowd the next ones are on their way: a trip to the store costs as much as several rows do.
      if (many) await delay(GATHER_MS, undefined, { signal: closing.signal }).catch(() => {})
    }
  }

  const takeLines = (): LineRow[] => {
    let count = 0
    for (let chars = 0; count < Math.min(lines.length, LINES_BATCH) && chars < LINES_BATCH_CHARS; count += 1)
      chars += sizeOf(lines[count])
    const taken = lines.splice(0, count)
    waitingChars -= taken.reduce((sum, line) => sum + sizeOf(line), 0)
    return taken
  }

  const write = (group: Partial<Group>): Promise<Set<string>> =>
    writeGroup(db, { runs: [], lines: [], items: [], patches: [], ...group })

  /** A run is settled after its own lines and items are there; those of others do not hold it back. */
  const takePatches = (): Waiting<PatchRow, void>[] => {
    const behind = new Set([...lines, ...items].map((row) => row.run_id))
    const taken: Waiting<PatchRow, void>[] = []
    for (let at = 0; at < patches.length && taken.length < BATCH; ) {
      const patch = patches[at]
      if (patch && !behind.has(patch.item.id)) taken.push(...patches.splice(at, 1))
      else at += 1
    }
    return taken
  }

  const writeNext = async (): Promise<void> => {
    const newRuns = inserts.splice(0, BATCH)
    const text = takeLines()
    const fates = items.splice(0, ITEMS_BATCH)
    const changes = takePatches()
    try {
      const taken = await write({
        runs: newRuns.map(({ item }) => item),
        lines: text,
        items: fates,
        patches: changes.map(({ item }) => item),
      })
      for (const { item, resolve } of newRuns) resolve(taken.has(item.id))
      for (const { resolve } of changes) resolve()
    } catch (thrown) {
      const error = toError(thrown)
      log.error(
        { err: error, runs: newRuns.length, changes: changes.length, lines: text.length },
        'a group of runs could not be recorded',
      )
      if (isAboutData(error)) await writeOneByOne(newRuns, text, fates, changes)
      else await putBack(newRuns, text, fates, changes, error)
    }
  }

  /** The store is there but does not take something of the group: find out what, and let the others through. */
  const writeOneByOne = async (
    newRuns: Waiting<NewRun, boolean>[],
    text: LineRow[],
    fates: ItemRow[],
    changes: Waiting<PatchRow, void>[],
  ): Promise<void> => {
    for (const { item, resolve, reject } of newRuns)
      await write({ runs: [item] }).then((taken) => resolve(taken.has(item.id)), reject)
    for (const line of text) {
      await write({ lines: [line] }).catch((error: unknown) =>
        log.warn({ err: toError(error), run: line.run_id }, 'a line could not be recorded'),
      )
    }
    for (const item of fates) {
      await write({ items: [item] }).catch((error: unknown) =>
        log.warn({ err: toError(error), run: item.run_id }, 'an item could not be recorded'),
      )
    }
    for (const waiting of changes) {
      try {
        await write({ patches: [waiting.item] }).catch((error: unknown) => patchBarely(waiting.item, toError(error)))
        waiting.resolve()
      } catch (error) {
        if (isAboutData(toError(error)) || closing.signal.aborted) waiting.reject(toError(error))
        else patches.unshift(waiting)
      }
    }
  }

  /** Whatever it is that cannot be written of a run's end, that it has ended must be. */
  const patchBarely = async (row: PatchRow, error: Error): Promise<void> => {
    if (!isAboutData(error) || row.finished_ms === null) throw error
    const code = 'INTERNAL'
    const text = 'Its result could not be recorded.'
    await write({
      patches: [
        {
          ...row,
          started_ms: null,
          progress: null,
          outcome: null,
          item_counts: null,
          status: 'failed',
          error_code: code,
          error_message: text,
        },
      ],
    })
  }

  /** The store is away. A run that is not recorded must not start; one that has ended must be recorded. */
  const putBack = async (
    newRuns: Waiting<NewRun, boolean>[],
    text: LineRow[],
    fates: ItemRow[],
    changes: Waiting<PatchRow, void>[],
    error: Error,
  ): Promise<void> => {
    for (const { reject } of newRuns) reject(error)
    if (closing.signal.aborted) {
      for (const { reject } of changes) reject(error)
      return
    }
    lines.unshift(...text)
    items.unshift(...fates)
    waitingChars += text.reduce((sum, line) => sum + sizeOf(line), 0)
    patches.unshift(...changes)
    await delay(RETRY_MS, undefined, { signal: closing.signal }).catch(() => {})
  }

  const push = <T, R>(queue: Waiting<T, R>[], item: T): Promise<R> => {
    if (closing.signal.aborted) return Promise.reject(new Error('The recorder is closed.'))
    const { promise, resolve, reject } = Promise.withResolvers<R>()
    queue.push({ item, resolve, reject })
    kick()
    return promise
  }

  return {
    insert: (run) => push(inserts, run),
    patch: async (patch) => push(patches, patchToRow(patch)),
    log(runId, seq, line) {
      if (lines.length >= MAX_WAITING_LINES || waitingChars >= MAX_WAITING_CHARS) return
      const row = lineToRow(runId, seq, line)
      waitingChars += sizeOf(row)
      lines.push(row)
      linesTimer ??= setTimeout(kick, LINES_MS)
    },
    items(runId, told) {
      if (items.length + told.length > MAX_WAITING_ITEMS) return
      for (const item of told) items.push(itemToRow(runId, item))
      linesTimer ??= setTimeout(kick, LINES_MS)
    },
    async close() {
      kick()
      const late = new AbortController()
      await Promise.race([writing, delay(CLOSE_MS, undefined, { signal: late.signal }).catch(() => {})])
      late.abort()
      closing.abort()
      clearTimeout(linesTimer)
      const lost = [...inserts.splice(0), ...patches.splice(0)]
      if (lost.length + lines.length + items.length > 0)
        log.error({ changes: lost.length, lines: lines.length + items.length }, 'not recorded: the store was away')
      for (const { reject } of lost) reject(new Error('The store was away when the server stopped.'))
    },
  }
}

function sizeOf(line: LineRow | undefined): number {
  return (line?.text.length ?? 0) + (line?.fields?.length ?? 0)
}

/** SQLSTATE classes 21 to 23 and 42: the statement's own fault, which trying again does not mend. */
function isAboutData(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && /^(2[123]|42)/.test(error.code)
}
