import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { startRunner } from '../src/handlers/runner/runner.ts'
import { temporaryFolder } from './parts/folder.ts'
import { freePort, openHelper, startServer } from './parts/processes.ts'
import type { BenchResult } from './parts/result.ts'
import { median } from './parts/statistics.ts'
import type { Bare } from './report/bare.ts'
import { readEmbeddedImages } from './report/embedded-images.ts'
import { runReport, writeHandlers } from './report/executor.ts'
import { writeSeed } from './report/seed.ts'

const FEW = 500
const MANY = 5000
/** The version report's own. */
const TIMEOUT_MS = 600_000
const ROUNDS = 7
/** Entries between two collections. */
const SAMPLE_EVERY = 50
const MB = 1024 * 1024

/** The version report, thumbnails and all, against bare pdfkit and bare fetching; and how much memory it needs. */
export async function bench(): Promise<BenchResult> {
  await using stack = new AsyncDisposableStack()
  const { path: folder } = stack.use(temporaryFolder())
  await writeSeed(join(folder, 'seed.json'), MANY)
  const port = await freePort()
  const sandbox = stack.use(
    await startServer(
      [
        process.execPath,
        'bin/amiable.js',
        'sandbox',
        '--port',
        String(port),
        '--empty',
        '--seed',
        join(folder, 'seed.json'),
      ],
      { env: {}, port, readyPath: '/', logFile: join(folder, 'log') },
    ),
  )
  const { methods: bare } = stack.use(await openHelper<Bare>(new URL('./report/bare.ts', import.meta.url)))
  await writeHandlers(join(folder, 'handlers'))
  const runner = await startRunner({ handlersDir: join(folder, 'handlers'), slots: 1 })
  stack.defer(() => runner.close())
  const report = (handler: string, ids: readonly number[]) =>
    runReport(runner, { handler, ids, siteUrl: sandbox.url, folder })
  const target = join(folder, 'bare.pdf')

  // The first of each draws the sandbox's pictures, loads fonts and warms up; its images are what bare pdfkit draws.
  const few = idsUpTo(FEW)
  await bare.fetchAll(sandbox.url, few)
  const first = await report('version-report', few)
  const images = await saveImages(first.pdf, join(folder, 'images'))
  await bare.draw(target, images, 0)

  const failures: string[] = []
  const rounds: { report: number; fetch: number; draw: number }[] = []
  for (let at = 0; at < ROUNDS; at += 1) {
    const { tookMs: fetchMs } = await bare.fetchAll(sandbox.url, few)
    const { tookMs: drawMs } = await bare.draw(target, images, 0)
    const { tookMs } = await report('version-report', few)
    rounds.push({ report: tookMs, fetch: fetchMs, draw: drawMs })
  }

  const many = idsUpTo(MANY)
  const capped = []
  for (const ids of [few, many]) {
    // A run that its executor did not survive has no figure.
    const run = await report('capped', ids).catch((error: unknown) => ({ tookMs: Number.NaN, error }))
    if ('error' in run) failures.push(String(run.error))
    capped.push({ count: ids.length, seconds: run.tookMs / 1000 })
  }
  const peaks = []
  for (const ids of [few, many]) {
    const sampled = await report('sampled', ids).catch((error: unknown) => void failures.push(String(error)))
    if (!sampled) continue
    await using alone = await openHelper<Bare>(new URL('./report/bare.ts', import.meta.url))
    await alone.methods.fetchAll(sandbox.url, ids)
    const drawn = await alone.methods.draw(target, await saveImages(sampled.pdf, join(folder, 'images')), SAMPLE_EVERY)
    peaks.push({ count: ids.length, report: await readPeak(sampled.scratch), bare: drawn.peakBytes })
  }

  return {
    title: 'Report',
    claims: [
      {
        claim: `The version report on ${FEW} Versions, against bare pdfkit and bare fetching`,
        figure: median(rounds.map(({ report, fetch, draw }) => report / (fetch + draw))),
        unit: '×',
        target: { most: 1.5 },
      },
      { claim: '  the report', figure: median(rounds.map(({ report }) => report)), unit: 'ms' },
      { claim: '  bare fetching', figure: median(rounds.map(({ fetch }) => fetch)), unit: 'ms' },
      { claim: '  bare pdfkit', figure: median(rounds.map(({ draw }) => draw)), unit: 'ms' },
      ...capped.map(({ count, seconds }) => ({
        claim: `${count} Versions in an executor with a heap of 96 MB`,
        figure: seconds,
        unit: 's' as const,
        target: { most: TIMEOUT_MS / 1000 },
      })),
      ...peaks.flatMap(({ count, report, bare }) => [
        {
          claim: `Peak memory after collection, ${count} Versions, against bare pdfkit`,
          figure: report / bare,
          unit: '×' as const,
          target: { most: 1.5 },
        },
        { claim: '  the report', figure: report / MB, unit: 'MB' as const },
        { claim: '  bare pdfkit', figure: bare / MB, unit: 'MB' as const },
      ]),
    ],
    breakdown: [],
    notes: [
      `${ROUNDS} rounds in turns; medians. ${images.ranges.length} images of ${Math.round((images.bytes / images.ranges.length / 1024) * 10) / 10} kB are drawn by both.`,
      ...failures,
    ],
  }
}

async function readPeak(scratch: string): Promise<number> {
  return z.object({ peakBytes: z.number() }).parse(JSON.parse(await readFile(join(scratch, 'peak.json'), 'utf8')))
    .peakBytes
}

async function saveImages(pdf: string, path: string) {
  const images = readEmbeddedImages(await readFile(pdf))
  await writeFile(path, Buffer.concat(images))
  let start = 0
  const ranges = images.map(({ length }): [number, number] => {
    start += length
    return [start - length, start]
  })
  return { path, ranges, bytes: start }
}

function idsUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1)
}
