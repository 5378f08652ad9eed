import type { PGlite, PGliteQueryResults, PGliteTransaction } from 'kysely'
import workerpool from 'workerpool'

const thread = new URL('./pglite-thread.ts', import.meta.url).pathname

/**
 * PGlite behind a thread, in the shape that kysely's PGlite dialect takes.
 * One statement at a time, in order; while a transaction is open, everybody else waits.
 *
 * @param folder  where the data lives; made when it is not there
 * @param onLost  told once if the thread dies, which it notices at the next query; nothing can be read or written after
 */
export async function openPGlite(folder: string, onLost: (error: Error) => void): Promise<PGlite> {
  const pool = workerpool.pool(thread, {
    workerType: 'thread',
    maxWorkers: 1,
    workerThreadOpts: { execArgv: ['--disable-warning=ExperimentalWarning'] },
  })
  await pool.exec('open', [folder])
  let closed = false
  let lost: Error | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => {})
    return mine
  }
  const query = async <T>(sql: string, parameters: unknown[] = []): Promise<PGliteQueryResults<T>> => {
    if (closed) throw new Error('The store is closed.')
    if (lost) throw lost // the pool would begin a new thread, where nothing is open
    try {
      const { rows, affectedRows } = await pool.exec('query', [sql, parameters])
      return { rows, fields: [], ...(affectedRows === undefined ? {} : { affectedRows }) }
    } catch (error) {
      if (error instanceof workerpool.TerminateError && !lost) {
        lost = error
        onLost(error)
      }
      throw error
    }
  }

  return {
    get closed() {
      return closed
    },
    ready: true,
    waitReady: Promise.resolve(),
    query: (sql, parameters) => inTurn(() => query(sql, parameters)),
    transaction: (callback) =>
      inTurn(async () => {
        let open = true
        const rollback = async (): Promise<void> => {
          if (open) await query('rollback')
          open = false
        }
        const transaction: PGliteTransaction = { query, rollback }
        await query('begin')
        try {
          const result = await callback(transaction)
          if (open) await query('commit')
          open = false
          return result
        } catch (error) {
          await rollback()
          throw error
        }
      }),
    async close() {
      if (closed) return
      await turn
      closed = true
      if (!lost) await pool.exec('close', [])
      await pool.terminate()
    },
  }
}
