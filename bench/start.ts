import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './parts/folder.ts'
import { freePort, root, startServer } from './parts/processes.ts'
import type { BenchResult } from './parts/result.ts'
import { median } from './parts/statistics.ts'

const STARTS = 7
const FIRST_STARTS = 5

/** Where src/store keeps a bare cluster for every later store. */
const cache = join(root, 'node_modules/.cache/amiable')

/** From `npm start` to a server that takes clicks, its sandbox site and all. */
export async function bench(): Promise<BenchResult> {
  const first: number[] = []
  const again: number[] = []
  const another: number[] = []
  for (let at = 0; at < FIRST_STARTS; at += 1) {
    await using folder = await temporaryFolder()
    await using _moved = await moveAside(cache)
    first.push(await measureStart(folder.path))
  }
  for (let at = 0; at < STARTS; at += 1) {
    await using folder = await temporaryFolder()
    another.push(await measureStart(folder.path))
    again.push(await measureStart(folder.path))
  }
  return {
    title: 'Start',
    claims: [
      { claim: 'npm start to ready, on a store that exists', figure: median(again), unit: 's', target: { most: 3 } },
      { claim: 'npm start to ready, the first time ever', figure: median(first), unit: 's', target: { most: 6 } },
      { claim: 'npm start to ready, on a further new store', figure: median(another), unit: 's' },
    ],
    breakdown: [
      {
        title: 'Slowest and fastest',
        rows: [
          { what: 'on a store that exists, slowest', figure: Math.max(...again), unit: 's' },
          { what: 'on a store that exists, fastest', figure: Math.min(...again), unit: 's' },
          { what: 'the first time ever, slowest', figure: Math.max(...first), unit: 's' },
          { what: 'the first time ever, fastest', figure: Math.min(...first), unit: 's' },
        ],
      },
    ],
    notes: [
      `Medians of ${STARTS} starts, ${FIRST_STARTS} of them the first ever: no store, and no cluster kept in node_modules/.cache.`,
    ],
  }
}

async function measureStart(folder: string): Promise<number> {
  const [port, sandboxPort] = await Promise.all([freePort(), freePort()])
  await using server = await startServer(['npm', 'start'], {
    env: { PORT: String(port), SANDBOX_PORT: String(sandboxPort), AMIABLE_DATA: join(folder, 'data') },
    port,
    logFile: join(folder, 'log'),
  })
  return server.readyMs / 1000
}

/** Take a folder away, and put it back afterwards, also when the bench is interrupted; what stands there by then goes. */
async function moveAside(folder: string): Promise<AsyncDisposable> {
  const aside = `${folder}.aside-${process.pid}`
  const there = existsSync(folder)
  const putBack = async (): Promise<void> => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    if (!there) return
    await rm(folder, { recursive: true, force: true })
    await rename(aside, folder)
  }
  const onSignal = (): void => void putBack().then(() => process.exit(1))
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  if (there) await rename(folder, aside)
  return { [Symbol.asyncDispose]: putBack }
}
