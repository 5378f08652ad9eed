import { join } from 'node:path'
import { temporaryFolder } from './parts/folder.ts'
import { freePort, openHelper, startServer } from './parts/processes.ts'
import type { BenchResult } from './parts/result.ts'
import { median } from './parts/statistics.ts'
import type { SiteCalls } from './site/calls.ts'
import { writeShow } from './site/seed.ts'

const RECORDS = 20_000
const CREATES = 200
const ROUNDS = 7
const WARM_UP_ROUNDS = 2
const AT_ONCE = 64
const CONCURRENCY = 8

/** The site client against undici with JSON.parse, asking the same sandbox for the same. */
export async function bench(): Promise<BenchResult> {
  await using stack = new AsyncDisposableStack()
  const { path: folder } = stack.use(temporaryFolder())
  const seed = join(folder, 'seed.json')
  await writeShow(seed, RECORDS)
  const port = await freePort()
  const { url } = stack.use(
    await startServer(
      [process.execPath, 'bin/amiable.js', 'sandbox', '--port', String(port), '--empty', '--seed', seed],
      { env: {}, port, readyPath: '/', logFile: join(folder, 'log') },
    ),
  )
  const { methods } = stack.use(await openHelper<SiteCalls>(new URL('./site/calls.ts', import.meta.url)))

  const rounds = []
  for (let at = 0; at < WARM_UP_ROUNDS + ROUNDS; at += 1) {
    const bare = await methods.findBare(url)
    const ours = await methods.findBySite(url)
    for (const { rows } of [bare, ours]) if (rows !== RECORDS) throw new Error(`${rows} of ${RECORDS} were found`)
    const createBare = await methods.createBare(url, CREATES)
    const createOurs = await methods.createBySite(url, CREATES)
    if (at >= WARM_UP_ROUNDS) rounds.push({ findBare: bare.tookMs, findOurs: ours.tookMs, createBare, createOurs })
  }
  const whole = await methods.findAtOnce(url, AT_ONCE, CONCURRENCY)
  return {
    title: 'Site client',
    claims: [
      {
        claim: `find of ${RECORDS.toLocaleString('en')} records × 6 fields, one dotted: its speed against bare undici with JSON.parse`,
        figure: median(rounds.map(({ findBare, findOurs }) => findBare / findOurs)),
        unit: '×',
        target: { least: 0.6 },
      },
      { claim: '  the client', figure: median(rounds.map(({ findOurs }) => findOurs)), unit: 'ms' },
      { claim: '  bare', figure: median(rounds.map(({ findBare }) => findBare)), unit: 'ms' },
      {
        claim: `${CREATES} creates, one after the other: time against bare undici`,
        figure: median(rounds.map(({ createBare, createOurs }) => createOurs / createBare)),
        unit: '×',
        target: { most: 1.3 },
      },
      { claim: '  the client', figure: median(rounds.map(({ createOurs }) => createOurs)), unit: 'ms' },
      { claim: '  bare', figure: median(rounds.map(({ createBare }) => createBare)), unit: 'ms' },
      {
        claim: `${AT_ONCE} finds at once over ${CONCURRENCY} connections: how many came back whole`,
        figure: whole,
        unit: '',
        target: { least: AT_ONCE },
      },
    ],
    breakdown: [],
    notes: [
      `${ROUNDS} rounds in turns after ${WARM_UP_ROUNDS} to warm up; medians. The sandbox is a process of its own.`,
    ],
  }
}
