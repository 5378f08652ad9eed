import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/*
 * Making a cluster takes seconds (initdb in WebAssembly), copying the files of one that was made before a moment. The bare
 * cluster is kept in the checkout's cache, keyed by PGlite's version, for every later store: other data folders, tests.
 * Without promises, which copy a thousand small files several times slower: whoever calls has a thread of its own.
 */
const root = join(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)

/**
 * Put the files of a bare cluster there.
 *
 * @param folder  is not there yet
 * @returns false where no cluster was kept, or it cannot be copied: nothing is there then
 */
export function copyImage(folder: string): boolean {
  try {
    cpSync(imagePath(), folder, { recursive: true })
    return true
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return false
  }
}

/**
 * Keep a bare cluster. A cache that cannot be written is no failure.
 *
 * @param folder  of a cluster that is closed
 */
export function keepImage(folder: string): void {
  const path = imagePath()
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    cpSync(folder, draft, { recursive: true })
    renameSync(draft, path)
  } catch {
    rmSync(draft, { recursive: true, force: true }) // read-only checkout, or somebody else was faster
  }
}

function imagePath(): string {
  const { version } = require(join(dirname(require.resolve('@electric-sql/pglite')), '../package.json')) as {
    version: string
  }
  return join(root, 'node_modules/.cache/amiable', `pglite-${version}`)
}
