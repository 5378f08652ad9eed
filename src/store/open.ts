import { join } from 'node:path'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { AppError } from '../errors.ts'
import { lockFolder } from './lock.ts'
import { migrationProvider } from './migrations.ts'
import { openPGlite } from './pglite.ts'
import type { Tables } from './tables.ts'

export interface Store {
  readonly db: Kysely<Tables>
  /** `embedded`: this process is the only one that uses it. */
  readonly kind: 'embedded' | 'postgres'
  close(): Promise<void>
}

/** A query that has not answered by then never will; milliseconds. */
const QUERY_TIMEOUT_MS = 30_000

/**
 * Open the store and bring its tables up to date. The data folder is this process's from the first moment until the store is
 * closed, wherever the tables are: menus, versions of handlers and files of runs are kept there too.
 *
 * @param onLost  told when the embedded store has died under us; by default that ends the process
 * @throws {AppError} `STORE_LOCKED`, `STORE_UNREACHABLE`
 */
export async function openStore({
  dataDir,
  databaseUrl,
  onLost = endProcess,
}: {
  dataDir: string
  databaseUrl?: string | undefined
  onLost?: (error: AppError) => void
}): Promise<Store> {
  const lock = lockFolder(dataDir)
  try {
    const store = databaseUrl === undefined ? await openEmbedded(dataDir, onLost) : openPostgres(databaseUrl)
    await migrate(store, databaseUrl)
    return {
      ...store,
      async close() {
        using _lock = lock // given back last
        await store.close()
      },
    }
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}

/** Closes the store if that fails. */
async function migrate(store: Store, databaseUrl: string | undefined): Promise<void> {
  try {
    const { error } = await new Migrator({ db: store.db, provider: migrationProvider }).migrateToLatest()
    if (error) throw error
  } catch (error) {
    await store.close()
    if (store.kind === 'embedded') throw error
    throw new AppError(
      'STORE_UNREACHABLE',
      `PostgreSQL at ${withoutPassword(databaseUrl ?? '')} cannot be used: ${String(error)}`,
      { cause: error },
    )
  }
}

async function openEmbedded(dataDir: string, onLost: (error: AppError) => void): Promise<Store> {
  const pglite = await openPGlite(join(dataDir, 'store'), (cause) =>
    onLost(
      new AppError('STORE_LOST', 'The embedded store has died, and the server cannot go on without it.', { cause }),
    ),
  )
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) })
  return {
    db,
    kind: 'embedded',
    async close() {
      await db.destroy()
      await pglite.close()
    },
  }
}

function endProcess({ code, message, hint, cause }: AppError): never {
  process.stderr.write(`\nfatal: ${message}\n  next  ${hint}\n  code  ${code}\n${String(cause)}\n`)
  process.exit(1)
}

function openPostgres(databaseUrl: string): Store {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    types,
    connectionTimeoutMillis: 10_000,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: 'amiable',
  })
  pool.on('error', () => {}) // an idle connection was cut: the next query opens another and says so if it cannot
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return { db, kind: 'postgres', close: () => db.destroy() }
}

function withoutPassword(databaseUrl: string): string {
  const url = URL.parse(databaseUrl)
  return url ? `${url.host}${url.pathname}` : 'DATABASE_URL'
}
