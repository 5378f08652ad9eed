import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryPdf } from './poppler.ts'

const program = join(import.meta.dirname, '../fixtures/report/many-entries.ts')

test('2,000 Versions with thumbnails fit into a heap of 96 MB', { timeout: 180_000 }, async () => {
  const path = await temporaryPdf()
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=96', program, path, '2000'])
  const { pages, bytes } = JSON.parse(stdout)
  expect(pages).toBeGreaterThan(250)
  expect(bytes).toBeGreaterThan(2_000_000)
})
