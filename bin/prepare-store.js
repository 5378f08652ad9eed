// After installing: makes the bare cluster that new stores are copied from, so that the first start need not wait for it.
// Plain JavaScript for old Nodes. It never fails an installation: without it the first start does the same, some seconds slower.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST = 24
const LIMIT_MS = 60_000
const ownFile = fileURLToPath(import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  const folder = mkdtempSync(join(tmpdir(), 'amiable-prepare-'))
  setTimeout(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(0)
  }, LIMIT_MS).unref()
  try {
    const { openPGlite } = await import(
      pathToFileURL(fileURLToPath(new URL('../src/store/pglite.ts', import.meta.url))).href
    )
    const store = await openPGlite(join(folder, 'store'), () => {})
    await store.close()
  } catch {
    // a platform that PGlite does not know, or development files that are missing: the first start will say so
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
} else {
  const shipped = fileURLToPath(new URL(`../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url))
  if (process.platform === 'linux' && existsSync(shipped))
    spawnSync(shipped, [ownFile], { stdio: 'ignore', timeout: LIMIT_MS })
}
