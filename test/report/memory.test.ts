import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { temporaryPdf } from './poppler.ts'

const program = join(import.meta.dirname, '../fixtures/report/many-entries.ts')
/** As an executor of 96 MB is started. */
const smallHeap = ['--max-old-space-size=96', '--max-semi-space-size=6']

async function print(count: number, ...pictures: readonly string[]) {
  const path = await temporaryPdf()
  const { stdout } = await promisify(execFile)(process.execPath, [...smallHeap, program, path, `${count}`, ...pictures])
  const summary: { pages: number; bytes: number; peakMb: number } = JSON.parse(stdout)
  return summary
}

test('5,000 Versions with thumbnails fit into a heap of 96 MB', { timeout: 300_000 }, async () => {
  const { pages, bytes, peakMb } = await print(5_000)
  expect(pages).toBeGreaterThan(600)
  expect(bytes).toBeGreaterThan(5_000_000)
  expect(peakMb).toBeLessThan(320)
})

test('thumbnails of 6000 × 4000 stay small in the file, and are not in memory all at once', {
  timeout: 300_000,
}, async () => {
  const picture = join(dirname(await temporaryPdf()), 'still.jpg')
  // A progressive picture is whole in memory while it is read: 72 MB.
  await sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#264' } })
    .jpeg({ progressive: true, quality: 60 })
    .toFile(picture)
  const { bytes, peakMb } = await print(10, picture)
  expect(bytes).toBeLessThan(10 * 20_000)
  expect(peakMb).toBeLessThan(420)
})
