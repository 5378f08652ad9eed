import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/*
 * Making a cluster takes seconds (initdb in WebAssembly), unpacking one that was made before a fraction of that. The bare
 * cluster is kept in the checkout's cache, keyed by PGlite's version, for every later store: other data folders, tests.
 */
const root = join(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)

/** A bare cluster, or undefined where none was kept. */
export async function readImage(): Promise<Blob | undefined> {
  const bytes = await readFile(imagePath()).catch(() => undefined)
  return bytes && new Blob([new Uint8Array(bytes)])
}

/** Keep a bare cluster. A cache that cannot be written is no failure. */
export async function writeImage(image: Blob): Promise<void> {
  const path = imagePath()
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.${process.pid}`, Buffer.from(await image.arrayBuffer()))
    await rename(`${path}.${process.pid}`, path)
  } catch {
    // read-only checkout
  }
}

function imagePath(): string {
  const { version } = require(join(dirname(require.resolve('@electric-sql/pglite')), '../package.json')) as {
    version: string
  }
  return join(root, 'node_modules/.cache/amiable', `pglite-${version}.tar.gz`)
}
