import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { toError } from '../errors.ts'
import type { Tables } from '../store/tables.ts'
import type { LiveRunControl } from './live.ts'

const LOOK_EVERY_MS = 1000

/** Ask a run to stop: here if this process works on it, else through the store. */
export async function requestCancel(
  db: Kysely<Tables>,
  runId: string,
  live: LiveRunControl | undefined,
): Promise<void> {
  if (live) return live.cancel()
  await db
    .updateTable('runs')
    .set({ cancel_asked: true })
    .where('id', '=', runId)
    .where('status', 'in', ['queued', 'running'])
    .execute()
}

/** Hear what other processes ask of the runs that this one works on. */
export function heedCancels(
  db: Kysely<Tables>,
  { instanceId, live, log }: { instanceId: string; live: ReadonlyMap<string, LiveRunControl>; log: Logger },
): Disposable {
  let isLooking = false
  const look = async (): Promise<void> => {
    const asked = await db
      .selectFrom('runs')
      .select('id')
      .where('instance_id', '=', instanceId)
      .where('status', 'in', ['queued', 'running'])
      .where('cancel_asked', '=', true)
      .execute()
    for (const { id } of asked) live.get(id)?.cancel()
  }
  const timer = setInterval(() => {
    if (live.size === 0 || isLooking) return
    isLooking = true
    void look()
      .catch((error: unknown) => log.warn({ err: toError(error) }, 'who wants to cancel a run is not heard'))
      .finally(() => {
        isLooking = false
      })
  }, LOOK_EVERY_MS)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
