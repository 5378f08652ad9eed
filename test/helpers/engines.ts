import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** Found by the global set-up; empty where there is none. */
export const postgresUrl = process.env.AMIABLE_TEST_POSTGRES ?? ''

export type Engine = 'embedded' | 'postgres'
/** The engines that can be tested on this machine. */
export const engines: readonly Engine[] = postgresUrl ? ['embedded', 'postgres'] : ['embedded']

export interface TestStorage extends AsyncDisposable {
  readonly dataDir: string
  readonly databaseUrl: string | undefined
}

/** A data folder of its own, and on PostgreSQL a database of its own; both are gone afterwards. */
export async function openTestStorage(engine: Engine): Promise<TestStorage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'amiable-data-'))
  const database = engine === 'postgres' ? await createDatabase() : undefined
  return {
    dataDir,
    databaseUrl: database?.url,
    async [Symbol.asyncDispose]() {
      await database?.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `amiable_test_${randomBytes(6).toString('hex')}`
  const admin = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: postgresUrl })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await admin(`create database ${name}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => admin(`drop database ${name} with (force)`) }
}
