import { EventEmitter } from 'node:events'
import type { Kysely } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { LiveRun } from './live.ts'

/** How often the store is asked what other processes did, while somebody watches. */
const POLL_MS = 2000
/** Runs begun between two looks, by processes whose clocks differ a little. */
const NEWEST = 50
const UNSETTLED = 5000

/** Tells that runs have begun, started or been settled. Which ones is found in the store. */
export interface Changes {
  /** Another number after every change. */
  readonly version: number
  /** @returns stops it */
  watch(onChange: () => void): () => void
}

export interface ChangesControl extends Changes {
  /** A run that was just recorded: tell that, and every further change of its status. */
  follow(run: LiveRun): void
}

/** @param shared  other processes use the store too, so it is asked from time to time while somebody watches */
export function createChanges(db: Kysely<Tables>, { shared }: { shared: boolean }): ChangesControl {
  const changes = new EventEmitter().setMaxListeners(0)
  let version = 0
  let polling = false
  let seen: string | undefined

  const tell = (): void => {
    version += 1
    changes.emit('change')
  }

  const poll = async (): Promise<void> => {
    // A store that is away is asked again later; whoever looks at a page is told there.
    const found = await lookAround(db).catch(() => seen)
    if (found !== seen) tell()
    seen = found
    polling = changes.listenerCount('change') > 0
    if (polling) setTimeout(poll, POLL_MS).unref()
  }

  return {
    get version() {
      return version
    },
    watch(onChange) {
      const listener = (): void => onChange() // one of its own for each, also when two watch with the same function
      changes.on('change', listener)
      if (shared && !polling) {
        polling = true
        void poll()
      }
      return () => changes.off('change', listener)
    },
    follow(run) {
      let { status } = run
      run.watch(() => {
        if (run.status === status) return
        status = run.status
        tell()
      })
      tell()
    },
  }
}

/** A text that is another one when a run has begun, started or been settled since. */
async function lookAround(db: Kysely<Tables>): Promise<string> {
  const [newest, unsettled] = await Promise.all([
    db.selectFrom('runs').select('id').orderBy('created_ms', 'desc').orderBy('id').limit(NEWEST).execute(),
    db
      .selectFrom('runs')
      .select(['id', 'status'])
      .where('status', 'in', ['queued', 'running'])
      .limit(UNSETTLED)
      .execute(),
  ])
  const rows = [...newest.map(({ id }) => id), ...unsettled.map(({ id, status }) => `${id} ${status}`).sort()]
  return rows.join('\n')
}
