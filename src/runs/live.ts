import { EventEmitter } from 'node:events'
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
  /** Resolves when the run is settled and recorded. */
  readonly settled: Promise<void>
  /** Called at every change, once more when it is settled. @returns stops it */
  watch(onChange: () => void): () => void
}

export interface LiveRunControl extends LiveRun {
  change(to: { status?: RunStatus; startedMs?: number; progress?: Progress }): void
  tellItems(items: readonly RunItem[]): void
  /** The number of the next log line, from 1. */
  nextSeq(): number
  settle(status: RunStatus): void
}

export function createLiveRun(id: string): LiveRunControl {
  const changes = new EventEmitter().setMaxListeners(0)
  const { promise: settled, resolve } = Promise.withResolvers<void>()
  let state: { status: RunStatus; startedMs?: number; progress?: Progress } = { status: 'queued' }
  let lines = 0
  const tally = createItemTally()
  return {
    id,
    settled,
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
