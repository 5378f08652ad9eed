/* PGlite in a thread of its own: a long query there must not stall the event loop that answers people. */
import { PGlite, types } from '@electric-sql/pglite'
import workerpool from 'workerpool'

let database: PGlite | undefined

const parsers = { [types.INT8]: Number }

async function open(folder: string | undefined): Promise<void> {
  database = await PGlite.create(folder ? { dataDir: folder, parsers } : { parsers })
}

async function query(
  sql: string,
  parameters: unknown[],
): Promise<{ rows: unknown[]; affectedRows: number | undefined }> {
  if (!database) throw new Error('PGlite is not open.')
  const { rows, affectedRows } = await database.query(sql, parameters)
  return { rows, affectedRows }
}

async function close(): Promise<void> {
  await database?.close()
  database = undefined
}

workerpool.worker({ open, query, close })
