/* PGlite in a thread of its own: a long query there must not stall the event loop that answers people. */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { PGlite, types } from '@electric-sql/pglite'
import workerpool from 'workerpool'
import { copyImage, keepImage } from './pglite-image.ts'

let database: PGlite | undefined

const parsers = { [types.INT8]: Number }

async function open(folder: string): Promise<void> {
  if (!existsSync(folder)) await create(folder)
  database = await PGlite.create({ dataDir: folder, parsers })
}

/** Under another name until it is whole, so that a process killed meanwhile leaves no half of a store. */
async function create(folder: string): Promise<void> {
  const unfinished = `${folder}.new`
  await rm(unfinished, { recursive: true, force: true })
  if (!copyImage(unfinished)) {
    const cluster = await PGlite.create({ dataDir: unfinished })
    await cluster.close()
    keepImage(unfinished)
  }
  await rename(unfinished, folder)
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
