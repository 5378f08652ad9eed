import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { type Report, type ReportOptions, writeReport } from '../../src/report/index.ts'
import { drawEverything } from './everything.ts'
import { temporaryPdf } from './poppler.ts'

const program = join(import.meta.dirname, '../fixtures/report/everything.ts')

async function write(draw: (report: Report) => Promise<void>, options: ReportOptions = {}): Promise<Buffer> {
  const path = await temporaryPdf()
  await writeReport(path, draw, { date: Date.UTC(2026, 2, 4), ...options })
  return await readFile(path)
}

test('the same input gives the same file, also in a process that has printed something else before', async () => {
  await write(async (report) => {
    // Letters of another order, digits as figures and not, and marks on their own.
    await report.paragraph('11 : zyxwvutsrqponmlkjihgfedcba 9876543210 … –')
    await report.paragraph('дом סוף नमस्ते ภาษาไทย 最終 마지막 ö ̈')
  })
  const path = await temporaryPdf()
  await promisify(execFile)(process.execPath, [program, path])
  expect((await write(drawEverything)).equals(await readFile(path))).toBe(true)
})

test.each([{ columns: 4 }, {}])('in whatever order the pictures come: %j', async (options) => {
  const pictures = await Promise.all(
    ['#a33', '#3a3', '#33a', '#aa3'].map((background, at) =>
      sharp({ create: { width: at === 3 ? 3000 : 300, height: at === 3 ? 2000 : 200, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  const items = Array.from({ length: 40 }, (_, at) => at)
  const draw = (turnsOf: (item: number) => number) => async (report: Report) => {
    const fetchBytes = async (item: number) => {
      for (let turn = turnsOf(item); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve))
      return pictures[item % pictures.length]
    }
    for await (const { item, picture } of report.pictures(items, fetchBytes, options)) {
      await report.entry({ title: `lh_${item}`, facts: [], ...(picture ? { picture } : {}) })
    }
  }
  const first = await write(draw(() => 0))
  const second = await write(draw((item) => (item * 37) % 60))
  const third = await write(draw((item) => 60 - item))
  expect(first.equals(second)).toBe(true)
  expect(first.equals(third)).toBe(true)
})
