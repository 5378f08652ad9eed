import { createWriteStream } from 'node:fs'
import { constants, copyFile, stat, writeFile } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { inspect } from 'node:util'
import { AppError } from '../../errors.ts'
import type { Envelope } from '../envelope.ts'
import type { Outcome, ScratchFile } from '../outcome.ts'
import type { FileResult, MessageResult, PdfResult, Result } from '../results.ts'
import { defaultFileName, safeFileName, typeOf } from './file-name.ts'
import { renderResultPage } from './result-page.ts'
import type { Scratch } from './scratch.ts'

/** Files that results are written to begin with this, apart from what handlers call theirs. */
const RESULT_PREFIX = '.result-'
const MAX_MESSAGE_ROWS = 5000
const MAX_MESSAGE_COLUMNS = 200
/** Letters of a message's table in all: it is recorded with its run, in one piece. */
const MAX_TABLE_CHARS = 2_000_000
const MAX_LINKS = 1000
const MAX_URL_CHARS = 10_000
const SHORT_HTML_CHARS = 32_000

/**
 * Turn what a handler returned into plain data, its files written to the run's scratch folder.
 *
 * @throws {AppError} `RESULT_INVALID` when it is nothing that can be shown
 */
export async function settleResult(
  result: unknown,
  envelope: Envelope,
  {
    title,
    handlersDir,
    scratch,
    signal,
  }: { title: string; handlersDir: string; scratch: Scratch; signal: AbortSignal },
): Promise<Outcome> {
  if (result === undefined || result === null) return { kind: 'nothing' }
  if (!isResult(result)) throw unusable(result)
  switch (result.kind) {
    case 'html':
      return settleHtml(result.html, scratch)
    case 'page':
      return settleHtml(await renderResultPage(result, { title, handlersDir, envelope }), scratch)
    case 'message':
      return settleMessage(result)
    case 'redirect':
      return { kind: 'redirect', url: redirectTarget(result.url, envelope.site.url) }
    case 'file':
      return { kind: 'file', file: await writeSource(result, envelope, { scratch, signal }) }
    case 'pdf':
      return { kind: 'file', file: await writePdf(result, envelope, { title, scratch, signal }) }
  }
}

type Candidate = Readonly<Partial<Record<string, unknown>>>

/** What each kind of result has to hold. */
const fits: ReadonlyMap<unknown, (candidate: Candidate) => boolean> = new Map([
  ['html', (candidate: Candidate) => typeof candidate.html === 'string'],
  ['page', (candidate: Candidate) => typeof candidate.template === 'string' && typeof candidate.data === 'object'],
  ['message', (candidate: Candidate) => typeof candidate.text === 'string'],
  ['redirect', (candidate: Candidate) => typeof candidate.url === 'string'],
  ['file', (candidate: Candidate) => isSource(candidate.source)],
  ['pdf', (candidate: Candidate) => typeof candidate.draw === 'function'],
])

function isResult(value: unknown): value is Result {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  return fits.get(value.kind)?.(value as Candidate) ?? false
}

function isSource(source: unknown): boolean {
  return (
    typeof source === 'string' ||
    source instanceof Uint8Array ||
    (typeof source === 'object' && source !== null && Symbol.asyncIterator in source)
  )
}

function unusable(result: unknown): AppError {
  const shown = inspect(result, { depth: 1, maxStringLength: 80, maxArrayLength: 5, breakLength: 100 }).slice(0, 200)
  return new AppError('RESULT_INVALID', `The handler returned ${shown}, which cannot be shown.`)
}

function settleMessage(result: MessageResult): Outcome {
  const links = (result.links ?? [])
    .filter((link) => isWebAddress(link.url) && link.url.length <= MAX_URL_CHARS)
    .slice(0, MAX_LINKS)
    .map((link) => ({ text: String(link.text).slice(0, 500), url: String(link.url) }))
  const text = result.text.slice(0, 20_000)
  if (!result.table) return { kind: 'message', text, links }
  return { kind: 'message', text, links, table: settleTable(result.table) }
}

type Cell = string | number | boolean | null

/** What does not fit is left out, and the last row says so. */
function settleTable(table: NonNullable<MessageResult['table']>): { columns: string[]; rows: Cell[][] } {
  const columns = table.columns.slice(0, MAX_MESSAGE_COLUMNS).map((column) => String(column).slice(0, 500))
  const rows: Cell[][] = []
  let chars = 0
  for (const given of table.rows.slice(0, MAX_MESSAGE_ROWS)) {
    const row = given.slice(0, MAX_MESSAGE_COLUMNS).map((cell) => plainCell(cell))
    chars += row.reduce<number>((sum, cell) => sum + String(cell).length, 0)
    if (chars > MAX_TABLE_CHARS) break
    rows.push(row)
  }
  const left = table.rows.length - rows.length
  if (left > 0) rows.push([`… ${left.toLocaleString('en')} more rows are not shown.`])
  return { columns, rows }
}

function plainCell(cell: unknown): Cell {
  if (cell === null || cell === undefined) return null
  return Number.isFinite(cell) || typeof cell === 'boolean' ? (cell as number | boolean) : String(cell).slice(0, 5000)
}

function isWebAddress(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '')
}

function redirectTarget(url: string, siteUrl: string): string {
  const target = URL.parse(url, `${siteUrl}/`)
  if (target?.protocol === 'http:' || target?.protocol === 'https:') return target.href
  throw new AppError(
    'RESULT_INVALID',
    `The handler sent the browser to "${url.slice(0, 200)}": expected an http(s) address or a path on the site.`,
  )
}

/** A short page travels and is recorded as it is, unless the store could not hold it letter by letter. */
async function settleHtml(html: string, scratch: Scratch): Promise<Outcome> {
  if (html.length <= SHORT_HTML_CHARS && html.isWellFormed() && !html.includes('\u0000'))
    return { kind: 'short-html', html }
  const path = `${RESULT_PREFIX}page.html`
  const bytes = Buffer.from(html)
  await writeFile(join(scratch.folder, path), bytes)
  const type = 'text/html; charset=utf-8'
  return { kind: 'html', file: { path, name: 'result.html', type, bytes: bytes.length, inline: true } }
}

async function writeSource(
  result: FileResult,
  envelope: Envelope,
  { scratch, signal }: { scratch: Scratch; signal: AbortSignal },
): Promise<ScratchFile> {
  const path = `${RESULT_PREFIX}file`
  const target = join(scratch.folder, path)
  const givenName = result.name ?? (typeof result.source === 'string' ? basename(result.source) : undefined)
  const type = result.type ?? typeOf(givenName ?? '')
  if (!/^[\w.+-]+\/[\w.+-]+(;[\x20-\x7e]*)?$/.test(type)) {
    throw new AppError(
      'RESULT_INVALID',
      `The handler returned a file of the type ${JSON.stringify(type.slice(0, 100))}: expected a MIME type such as text/plain.`,
    )
  }
  await copySource(result.source, target, scratch.folder, signal)
  const { size } = await stat(target)
  return {
    path,
    name: givenName ? safeFileName(givenName) : nameFor(envelope, type),
    type,
    bytes: size,
    inline: result.inline === true,
  }
}

async function copySource(
  source: FileResult['source'],
  target: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  if (source instanceof Uint8Array) return writeFile(target, source)
  if (typeof source !== 'string') return pipeline(Readable.from(source), createWriteStream(target), { signal })
  const from = isAbsolute(source) ? source : resolve(scratch, source)
  try {
    const found = await stat(from)
    if (!found.isFile())
      throw new AppError('RESULT_INVALID', `The handler returned the file ${from}, which is not a file.`)
    await copyFile(from, target, constants.COPYFILE_FICLONE)
  } catch (error) {
    if (error instanceof AppError) throw error
    const inScratch = from.startsWith(scratch + sep)
    throw new AppError(
      'RESULT_INVALID',
      `The handler returned the file ${inScratch ? source : from}, which cannot be read.`,
      { cause: error },
    )
  }
}

async function writePdf(
  result: PdfResult,
  envelope: Envelope,
  { scratch, ...defaults }: { title: string; scratch: Scratch; signal: AbortSignal },
): Promise<ScratchFile> {
  const { writeReport } = await import('../../report/index.ts') // fonts and pdfkit are loaded by those who draw
  const { name, inline = true, ...options } = result.options ?? {}
  const path = `${RESULT_PREFIX}report.pdf`
  const { bytes } = await writeReport(join(scratch.folder, path), result.draw, { ...defaults, ...options })
  const type = 'application/pdf'
  return { path, name: name ? safeFileName(name) : nameFor(envelope, type), type, bytes, inline }
}

function nameFor(envelope: Envelope, type: string): string {
  const { handler, nowMs, timeZone } = envelope
  return defaultFileName({ project: envelope.context.project?.name, handler, nowMs, timeZone, type })
}
