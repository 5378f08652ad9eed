import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Why the tests that read PDFs with poppler are skipped; undefined runs them. In CI they run, and fail without it. */
export const noPoppler =
  process.env.CI || spawnSync('pdftotext', ['-v']).status === 0
    ? undefined
    : 'pdftotext is missing: install poppler-utils'

export async function pdfText(path: string): Promise<string> {
  return (await execute('pdftotext', [path, '-'], { maxBuffer: 64 * 1024 * 1024 })).stdout.normalize('NFC')
}

export interface Word {
  readonly page: number
  readonly text: string
  readonly xMin: number
  readonly yMin: number
  readonly xMax: number
  readonly yMax: number
}

/** Every word with the place where it stands, in points from the top left. */
export async function pdfWords(path: string): Promise<Word[]> {
  const { stdout } = await execute('pdftotext', ['-bbox', path, '-'], { maxBuffer: 64 * 1024 * 1024 })
  let page = 0
  return Array.from(
    stdout.matchAll(/<page |<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)<\/word>/g),
  ).flatMap(([, xMin, yMin, xMax, yMax, text]) => {
    if (text === undefined) {
      page += 1
      return []
    }
    return [{ page, text, xMin: Number(xMin), yMin: Number(yMin), xMax: Number(xMax), yMax: Number(yMax) }]
  })
}

/** How many pictures its pages show. */
export async function pdfImageCount(path: string): Promise<number> {
  const { stdout } = await execute('pdfimages', ['-list', path], { maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim().split('\n').length - 2
}

/** Size of its pages in points, such as `612 x 792`. */
export async function pdfPageSize(path: string): Promise<string | undefined> {
  const { stdout } = await execute('pdfinfo', [path])
  return /Page size:\s+([\d.]+ x [\d.]+)/.exec(stdout)?.[1]
}

/** A path in a new folder of its own. */
export async function temporaryPdf(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'amiable-report-')), 'report.pdf')
}
