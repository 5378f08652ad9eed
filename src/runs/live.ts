import { EventEmitter } from 'node:events'
import { AppError } from '../errors.ts'
import { CANCELLED_EARLY_TEXT } from '../handlers/cancel.ts'
import type { RunItem } from '../handlers/events.ts'
import type { Progress } from '../handlers/outcome.ts'
import type { RunStatus } from '../store/tables.ts'
import { createItemTally, type ItemCounts } from './items.ts'

/** A run that this process is working on, as it stands this moment. */
export interface LiveRun {
  readonly id: string
  readonly status: RunStatus
  readonly startedMs: number | undefined
  readonly progress: Progress | undefined
  readonly itemCounts: ItemCounts | undefined
  /** Somebody wants it to stop. */
  readonly isCancelled: boolean
  /** Resolves when the run is settled and recorded. */
  readonly settled: Promise<void>
  /** Called at every change, once more when it is settled. @returns stops it */
  watch(onChange: () => void): () => void
}

export interface LiveRunControl extends LiveRun {
  /** Aborts when it shall stop. */
  readonly signal: AbortSignal
  cancel(): void
  change(to: { status?: RunStatus; startedMs?: number; progress?: Progress }): void
  tellItems(items: readonly RunItem[]): void
  /** The number of the first of so many writes, from 1. */
  takeWriteSeqs(count: number): number
  /** The number of the next log line, from 1. */
  nextSeq(): number
  settle(status: RunStatus): void
}

export function createLiveRun(id: string): LiveRunControl {
  const changes = new EventEmitter().setMaxListeners(0)
  const { promise: settled, resolve } = Promise.withResolvers<void>()
  let state: { status: RunStatus; startedMs?: number; progress?: Progress } = { status: 'queued' }
  let lines = 0
  let writes = 0
  const cancelling = new AbortController()
  const tally = createItemTally()
  return {
    id,
    settled,
    signal: cancelling.signal,
    get isCancelled() {
      return cancelling.signal.aborted
    },
    cancel() {
      if (cancelling.signal.aborted) return
      cancelling.abort(new AppError('RUN_CANCELLED', CANCELLED_EARLY_TEXT))
      changes.emit('change')
    },
    get status() {
      return state.status
    },
    get startedMs() {
      return state.startedMs
    },
    get progress() {
      return state.progress
    },
    get itemCounts() {
      return tally.counts
    },
    watch(onChange) {
      changes.on('change', onChange)
      return () => changes.off('change', onChange)
    },
    change(to) {
      state = { ...state, ...to }
      changes.emit('change')
    },
    tellItems(items) {
      tally.add(items)
      changes.emit('change')
    },
    takeWriteSeqs(count) {
      const first = writes + 1
      writes += count
      return first
    },
    nextSeq() {
      lines += 1
      return lines
    },
    settle(status) {
      state = { ...state, status }
      resolve()
      changes.emit('change')
    },
  }
}
