import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { toError } from '../errors.ts'
import { isAboutData, takeWhere, type Waiting } from './group-limits.ts'
import type { NewRun } from './rows.ts'

/** Groups on their way at one time: while the store writes one, the next clicks are read and sent after it. */
const IN_FLIGHT = 4
/** So many make a group worth sending while another is on its way. */
const ENOUGH = 12

/** New runs on their way into the store. They wait for nothing but each other, for a person waits for them. */
export interface InsertLane {
  /** False when a run of the same click is there already. Resolves when the run is durable. */
  insert(run: NewRun): Promise<boolean>
  /** Resolves when no new run waits to be recorded, or after so many milliseconds. */
  calm(maxMs: number): Promise<void>
  /** Resolves when everything has been written or refused. */
  done(): Promise<void>
  /** Refuse what still waits. @returns how many that were */
  giveUp(reason: Error): number
}

/** @param write  a group, all of it or nothing; answers the ids of those that were not there before */
export function createInsertLane(write: (runs: readonly NewRun[]) => Promise<Set<string>>, log: Logger): InsertLane {
  const waiting: Waiting<NewRun, boolean>[] = []
  let inFlight = 0
  let gathering = false
  const calmWaiters: (() => void)[] = []

  const isCalm = (): boolean => waiting.length + inFlight === 0

  const send = (): void => {
    while (waiting.length >= (inFlight === 0 ? 1 : ENOUGH) && inFlight < IN_FLIGHT) {
      inFlight += 1
      void writeGroup(takeWhere(waiting, ({ item }) => sizeOf(item))).finally(() => {
        inFlight -= 1
        send()
        if (isCalm()) for (const resolve of calmWaiters.splice(0)) resolve()
      })
    }
  }

  const writeGroup = async (group: Waiting<NewRun, boolean>[]): Promise<void> => {
    try {
      const taken = await write(group.map(({ item }) => item))
      for (const { item, resolve } of group) resolve(taken.has(item.id))
    } catch (thrown) {
      const error = toError(thrown)
      log.error({ err: error, runs: group.length }, 'a group of new runs could not be recorded')
      // The store is away: a run that is not recorded must not start.
      if (!isAboutData(error)) for (const { reject } of group) reject(error)
      else for (const one of group) await writeAlone(one)
    }
  }

  const writeAlone = ({ item, resolve, reject }: Waiting<NewRun, boolean>): Promise<void> =>
    write([item]).then((taken) => resolve(taken.has(item.id)), reject)

  const calm = (): Promise<void> =>
    isCalm() ? Promise.resolve() : new Promise<void>((resolve) => calmWaiters.push(resolve))

  return {
    insert(run) {
      const { promise, resolve, reject } = Promise.withResolvers<boolean>()
      waiting.push({ item: run, resolve, reject })
      if (inFlight > 0) send()
      else if (!gathering) {
        gathering = true
        // Everything of this tick joins the group.
        queueMicrotask(() => {
          gathering = false
          send()
        })
      }
      return promise
    },
    async calm(maxMs) {
      if (isCalm()) return
      const over = new AbortController()
      await Promise.race([calm(), delay(maxMs, undefined, { signal: over.signal }).catch(() => {})])
      over.abort()
    },
    done: calm,
    giveUp(reason) {
      const lost = waiting.splice(0)
      for (const { reject } of lost) reject(reason)
      return lost.length
    },
  }
}

function sizeOf({ context, params }: NewRun): number {
  return context.length + (params?.length ?? 0)
}
