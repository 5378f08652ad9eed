import { join } from 'node:path'
import type { BareServer } from './clicks/bare-server.ts'
import type { Generator, Target } from './clicks/generator.ts'
import type { Stages } from './clicks/stages.ts'
import type { SteadyResult } from './clicks/steady.ts'
import { cpuPerUnit, readCpuTimes } from './parts/cpu.ts'
import { temporaryFolder } from './parts/folder.ts'
import { freePort, openHelper, root, startServer } from './parts/processes.ts'
import type { BenchResult, BreakdownTable, Claim } from './parts/result.ts'
import { median, quantile, sumOf } from './parts/statistics.ts'

const HANDLER = 'one-line'
const SECRET = 'a-secret-for-benches-only'
/** Browsers at one time. */
const CONCURRENCY = 50
const ROUNDS = 7
/** So many runs may wait at one time; beyond it clicks are refused. */
const CLICKS = 1000
const BARE_CLICKS = 10_000
const WARM_UP_ROUNDS = 3
const STEADY_PER_SECOND = 50
const STEADY_SECONDS = 30

interface Round {
  /** Per second. */
  readonly bare: number
  readonly answered: number
  readonly settled: number
  readonly refused: number
  /** Processor time of one click, milliseconds, by what it was used for. */
  readonly cpuMs: ReadonlyMap<string, number>
}

/** Signed clicks, recorded and answered, against a bare Fastify route that parses the same form. */
export async function bench(): Promise<BenchResult> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const server = stack.use(await startAmiable(folder.path))
  const { methods: bareServer } = stack.use(
    await openHelper<BareServer>(new URL('./clicks/bare-server.ts', import.meta.url)),
  )
  const { methods: generator } = stack.use(
    await openHelper<Generator>(new URL('./clicks/generator.ts', import.meta.url)),
  )
  const amiable: Target = { url: server.url, handler: HANDLER, secret: SECRET }
  const bare: Target = { ...amiable, url: await bareServer.listen() }

  const measureBare = async (): Promise<number> => {
    const { locations, refused, tookMs } = await generator.burst(bare, BARE_CLICKS, CONCURRENCY)
    if (locations.length < BARE_CLICKS) throw new Error(`the bare route refused: ${JSON.stringify(refused)}`)
    return (locations.length / tookMs) * 1000
  }
  const measureClicks = async (): Promise<Omit<Round, 'bare'>> => {
    const before = readCpuTimes(server.pid)
    const { locations, tookMs, settledMs } = await generator.burstToEnd(amiable, CLICKS, CONCURRENCY)
    const cpuMs = cpuPerUnit(before, readCpuTimes(server.pid), locations.length)
    const answered = locations.length
    const succeeded = await generator.countSucceeded(amiable, locations)
    if (succeeded < answered)
      throw new Error(`${answered - succeeded} of ${answered} clicks led to no run that succeeded`)
    return {
      answered: (answered / tookMs) * 1000,
      settled: (answered / settledMs) * 1000,
      refused: CLICKS - answered,
      cpuMs,
    }
  }

  await measureBare()
  for (let at = 0; at < WARM_UP_ROUNDS; at += 1) await measureClicks()
  const rounds: Round[] = []
  for (let at = 0; at < ROUNDS; at += 1) rounds.push({ bare: await measureBare(), ...(await measureClicks()) })
  const steady = await generator.steady(amiable, STEADY_PER_SECOND, STEADY_SECONDS)

  const refused = sumOf(rounds.map((round) => round.refused))
  return {
    title: 'Clicks',
    claims: [...rateClaims(rounds), ...latencyClaims(steady)],
    breakdown: [...cpuTable(rounds), await stageTable(folder.path)],
    notes: [
      `${ROUNDS} rounds of ${CLICKS} clicks, ${CONCURRENCY} at a time, in turns with ${BARE_CLICKS} on the bare route; medians.`,
      ...(refused > 0 ? [`${refused} clicks were refused: more than may wait.`] : []),
      ...(steady.failed > 0 ? [`${steady.failed} of the steady clicks failed.`] : []),
    ],
  }
}

/** The server as `amiable start` starts it, with its sandbox site, on a store of its own. */
async function startAmiable(folder: string) {
  const [port, sandboxPort] = await Promise.all([freePort(), freePort()])
  return await startServer([process.execPath, 'bin/amiable.js', 'start'], {
    env: {
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      AMIABLE_DATA: join(folder, 'data'),
      AMIABLE_HANDLERS: join(root, 'bench/handlers'),
      AMIABLE_SECRET: SECRET,
      AMIABLE_RATE_LIMIT: '0', // all clicks come from one address here
    },
    port,
    logFile: join(folder, 'log'),
  })
}

function rateClaims(rounds: readonly Round[]): Claim[] {
  return [
    {
      claim: 'Clicks recorded and answered (303), against a bare Fastify route that parses the same form',
      figure: median(rounds.map(({ answered, bare }) => answered / bare)),
      unit: '×',
      target: { least: 0.15 },
    },
    {
      claim: 'The same until the run is settled, result and all',
      figure: median(rounds.map(({ settled, bare }) => settled / bare)),
      unit: '×',
    },
    { claim: '  recorded and answered', figure: median(rounds.map(({ answered }) => answered)), unit: '/s' },
    { claim: '  settled', figure: median(rounds.map(({ settled }) => settled)), unit: '/s' },
    { claim: '  the bare route', figure: median(rounds.map(({ bare }) => bare)), unit: '/s' },
  ]
}

function latencyClaims({ toAnswerMs, toPageMs }: SteadyResult): Claim[] {
  const claims = (what: string, values: readonly number[]): Claim[] => [
    { claim: `At ${STEADY_PER_SECOND} clicks/s, ${what}: p50`, figure: quantile(values, 0.5), unit: 'ms' },
    {
      claim: `At ${STEADY_PER_SECOND} clicks/s, ${what}: p99`,
      figure: quantile(values, 0.99),
      unit: 'ms',
      target: { most: 50 },
    },
  ]
  return [...claims('POST to 303', toAnswerMs), ...claims('POST to the page of the result', toPageMs)]
}

/** Each stage measured alone, for what the threads of a busy server do cannot be told apart. */
async function stageTable(folder: string): Promise<BreakdownTable> {
  await using stages = await openHelper<Stages>(new URL('./clicks/stages.ts', import.meta.url))
  const measured = await stages.methods.measureStages(join(folder, 'stages'), SECRET, CONCURRENCY)
  return {
    title: 'Processor time of the stages of one click, each measured alone, all threads',
    rows: measured.map(({ what, ms }) => ({ what, figure: ms, unit: 'ms' })),
  }
}

function cpuTable(rounds: readonly Round[]): BreakdownTable[] {
  const kinds = [...new Set(rounds.flatMap(({ cpuMs }) => [...cpuMs.keys()]))]
  if (kinds.length === 0) return []
  const rows = kinds.map((what) => ({
    what,
    figure: median(rounds.map(({ cpuMs }) => cpuMs.get(what) ?? 0)),
    unit: 'ms' as const,
  }))
  const all = { what: 'all of it', figure: sumOf(rows.map(({ figure }) => figure)), unit: 'ms' as const }
  return [
    {
      title: 'Processor time of one click, from the POST to the settled run',
      rows: [...rows.toSorted((a, b) => b.figure - a.figure), all],
    },
  ]
}
