import { execFile } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atExit } from './parts/at-exit.ts'
import { type CpuTimes, readCpuTimes } from './parts/cpu.ts'
import { temporaryFolder } from './parts/folder.ts'
import { freePort, root, startServer } from './parts/processes.ts'
import type { BenchResult, BreakdownTable } from './parts/result.ts'
import { median } from './parts/statistics.ts'

const STARTS = 7
const FIRST_STARTS = 5

/** Where a bare cluster is kept for new stores, by the installation or else by the first start. */
const clusters = join(root, 'node_modules/.cache/amiable')
const compiled = join(root, '.cache/compiled')

/** From `npm start` to a server that takes clicks, its sandbox site and all. */
export async function bench(): Promise<BenchResult> {
  await keepCluster()
  const bare: Start[] = []
  const first: Start[] = []
  const again: Start[] = []
  const another: Start[] = []
  for (let at = 0; at < FIRST_STARTS; at += 1) {
    using bareFolder = temporaryFolder()
    using firstFolder = temporaryFolder()
    using _noCode = moveAside(compiled)
    {
      using _noCluster = moveAside(clusters)
      bare.push(await measureStart(bareFolder.path))
    }
    rmSync(compiled, { recursive: true, force: true })
    first.push(await measureStart(firstFolder.path))
  }
  for (let at = 0; at < STARTS; at += 1) {
    using folder = temporaryFolder()
    another.push(await measureStart(folder.path))
    again.push(await measureStart(folder.path))
  }
  const secondsOf = (starts: readonly Start[]): number[] => starts.map(({ seconds }) => seconds)
  return {
    title: 'Start',
    claims: [
      {
        claim: 'npm start to ready, on a store that exists',
        figure: median(secondsOf(again)),
        unit: 's',
        target: { most: 3 },
      },
      {
        claim: 'npm start to ready, the first time ever',
        figure: median(secondsOf(first)),
        unit: 's',
        target: { most: 6 },
      },
      {
        claim: 'npm start to ready, the first time ever, where npm ran no install scripts',
        figure: median(secondsOf(bare)),
        unit: 's',
      },
      { claim: 'npm start to ready, on a further new store', figure: median(secondsOf(another)), unit: 's' },
    ],
    breakdown: [
      cpuTable('Processor time until ready, on a store that exists', again),
      cpuTable('Processor time until ready, the first time ever', first),
      cpuTable('Processor time until ready, the first time ever, where npm ran no install scripts', bare),
    ],
    notes: [
      `Medians of ${STARTS} starts; of ${FIRST_STARTS} the first time ever: no store, no compiled code; without install scripts no cluster to copy either.`,
      `On a store that exists from ${Math.min(...secondsOf(again)).toFixed(2)} to ${Math.max(...secondsOf(again)).toFixed(2)} s.`,
    ],
  }
}

/** As the installation leaves it. */
async function keepCluster(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'bin/prepare-store.js')])
}

interface Start {
  readonly seconds: number
  readonly cpu: CpuTimes
}

function cpuTable(title: string, starts: readonly Start[]): BreakdownTable {
  const parts = [...new Set(starts.flatMap(({ cpu }) => [...cpu.keys()]))]
  const rows = parts.map((what) => ({
    what,
    figure: median(starts.map(({ cpu }) => cpu.get(what) ?? 0)),
    unit: 's' as const,
  }))
  return { title, rows: rows.toSorted((a, b) => b.figure - a.figure) }
}

async function measureStart(folder: string): Promise<Start> {
  const [port, sandboxPort] = await Promise.all([freePort(), freePort()])
  await using server = await startServer(['npm', 'start'], {
    env: { PORT: String(port), SANDBOX_PORT: String(sandboxPort), AMIABLE_DATA: join(folder, 'data') },
    port,
    logFile: join(folder, 'log'),
  })
  return { seconds: server.readyMs / 1000, cpu: readCpuTimes(server.pid) }
}

/** Take a folder away, and put it back afterwards; what stands there by then goes. */
function moveAside(folder: string): Disposable {
  if (!existsSync(folder)) return { [Symbol.dispose]: () => {} }
  const aside = `${folder}.aside-${process.pid}`
  renameSync(folder, aside)
  return atExit(() => {
    rmSync(folder, { recursive: true, force: true })
    renameSync(aside, folder)
  })
}
