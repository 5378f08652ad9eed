/*
 * What the report is compared with: pdfkit as it is, drawing the same images and the same lines of text in the same fonts,
 * and undici as it is, fetching the same bytes. It draws no shapes, links or bookmarks.
 */
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { finished } from 'node:stream/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import PDFDocument from 'pdfkit'
import { Pool } from 'undici'
import workerpool from 'workerpool'
import { z } from 'zod'

const Link = z.object({ type: z.string(), id: z.number(), name: z.string().optional() })
const Row = z.object({
  id: z.number(),
  code: z.string(),
  description: z.string(),
  sg_status_list: z.string(),
  image: z.string(),
  entity: Link,
  sg_task: Link,
  user: Link,
  created_at: z.string(),
})
const Answer = z.object({ results: z.object({ entities: z.array(Row) }) })
type Row = z.infer<typeof Row>

const FIELDS = ['code', 'description', 'entity', 'sg_task', 'user', 'sg_status_list', 'image', 'created_at', 'project']
const IDS_PER_CALL = 500
const PARALLEL = 8

const resolvePath = createRequire(import.meta.url).resolve
const regular = resolvePath('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')
const semibold = resolvePath('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf')

/** Points: the measures of the report. */
const PAGE = { left: 48, top: 48, right: 547, bottom: 778, header: 24, footer: 802 }
const PICTURE = { width: 128, height: 72 }
const TEXT_X = PAGE.left + PICTURE.width + 16
const TEXT_WIDTH = PAGE.right - TEXT_X
const PAD = 12
const MAX_WAITING_BYTES = 256 * 1024

/** Texts of one Version, broken into lines before the clock runs. */
interface Entry {
  readonly title: string
  readonly badge: string
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly lines: readonly string[]
}

let entries: readonly Entry[] = []

/** Read the Versions, fetch their thumbnails. @returns milliseconds and bytes of pictures */
async function fetchAll(siteUrl: string, ids: readonly number[]): Promise<{ tookMs: number; bytes: number }> {
  await using pool = Object.assign(new Pool(siteUrl, { connections: PARALLEL }), {
    [Symbol.asyncDispose]: () => pool.destroy(),
  })
  const beganMs = performance.now()
  const rows = (await Promise.all(chunksOf(ids, IDS_PER_CALL).map((some) => readVersions(pool, some)))).flat()
  const waiting = rows[Symbol.iterator]()
  let bytes = 0
  const fetchNext = async (): Promise<void> => {
    for (const { image } of waiting) {
      const path = new URL(image).pathname
      const { body, statusCode } = await pool.request({ path, method: 'GET' })
      if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}`)
      bytes += (await body.bytes()).length
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, fetchNext))
  const tookMs = performance.now() - beganMs
  entries = toEntries(rows)
  return { tookMs, bytes }
}

async function readVersions(pool: Pool, ids: readonly number[]): Promise<Row[]> {
  const argument = {
    type: 'Version',
    return_fields: FIELDS,
    filters: { logical_operator: 'and', conditions: [{ path: 'id', relation: 'in', values: ids }] },
    paging: { entities_per_page: IDS_PER_CALL, current_page: 1 },
  }
  const { body } = await pool.request({
    path: '/api3/json',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      method_name: 'read',
      params: [{ script_name: 'amiable', script_key: 'sandbox-script-key' }, argument],
    }),
  })
  return Answer.parse(await body.json()).results.entities
}

/**
 * Draw what was fetched last.
 *
 * @param images  a file with all pictures, one after the other, and where each begins and ends
 * @param sampleEvery  entries between two collections after which memory is looked at; 0 for never
 */
async function draw(
  path: string,
  images: { path: string; ranges: readonly (readonly [start: number, end: number])[] },
  sampleEvery: number,
): Promise<{ tookMs: number; pages: number; peakBytes: number }> {
  let peakBytes = 0
  let pages = 1
  await using file = await open(images.path)
  const beganMs = performance.now()
  const doc = new PDFDocument({ size: 'A4', margin: 0, pdfVersion: '1.7' })
  const out = createWriteStream(path)
  const written = finished(out)
  doc.pipe(out)
  doc.registerFont('regular', regular).registerFont('semibold', semibold)
  drawFrame(doc, pages)
  let y = drawHead(doc, entries.length)
  for (const [at, entry] of entries.entries()) {
    const height = PAD + Math.max(PICTURE.height, 54 + entry.lines.length * 14) + PAD
    if (y + height > PAGE.bottom) {
      doc.addPage()
      pages += 1
      drawFrame(doc, pages)
      y = PAGE.top
      // pdfkit does not wait for the file by itself; without this all of it would stay in memory.
      while (doc.readableLength > MAX_WAITING_BYTES) await nextTurn()
    }
    const [start, end] = images.ranges[at] ?? [0, 0]
    const picture = Buffer.allocUnsafe(end - start)
    await file.read(picture, 0, end - start, start)
    doc.image(picture, PAGE.left, y + PAD, PICTURE)
    drawTexts(doc, entry, y + PAD)
    y += height
    if (sampleEvery > 0 && at % sampleEvery === 0) peakBytes = Math.max(peakBytes, collectedBytes())
  }
  doc.end()
  await written
  if (sampleEvery > 0) peakBytes = Math.max(peakBytes, collectedBytes())
  return { tookMs: performance.now() - beganMs, pages, peakBytes }
}

const line = { lineBreak: false } as const

function drawHead(doc: PDFKit.PDFDocument, count: number): number {
  doc.font('regular').fontSize(10.5).fillColor('#6b7280').text('Harbour', PAGE.left, PAGE.top, line)
  doc
    .font('semibold')
    .fontSize(26)
    .fillColor('#111827')
    .text('Version report', PAGE.left, PAGE.top + 16, line)
  doc
    .font('regular')
    .fontSize(9)
    .text(`${count} Versions`, PAGE.left, PAGE.top + 60, line)
  return PAGE.top + 180
}

function drawTexts(doc: PDFKit.PDFDocument, { title, badge, facts, lines }: Entry, top: number): void {
  doc.font('semibold').fontSize(10.5).fillColor('#111827').text(title, TEXT_X, top, line)
  doc
    .font('semibold')
    .fontSize(7.5)
    .fillColor('#92400e')
    .text(badge, PAGE.right - 70, top + 2, line)
  for (const [at, [label, value]] of facts.entries()) {
    const x = TEXT_X + (at * TEXT_WIDTH) / facts.length
    doc
      .font('regular')
      .fontSize(7.5)
      .fillColor('#6b7280')
      .text(label, x, top + 20, line)
    doc
      .font('regular')
      .fontSize(9)
      .fillColor('#1f2937')
      .text(value, x, top + 32, line)
  }
  for (const [at, text] of lines.entries()) {
    doc
      .font('regular')
      .fontSize(9)
      .fillColor('#1f2937')
      .text(text, TEXT_X, top + 54 + at * 14, line)
  }
}

function drawFrame(doc: PDFKit.PDFDocument, page: number): void {
  doc.font('regular').fontSize(7.5).fillColor('#6b7280')
  if (page > 1) {
    doc.text('Harbour', PAGE.left, PAGE.header, line)
    doc.text('Version report', PAGE.right - 60, PAGE.header, line)
  }
  doc.text(`Page ${page} of`, PAGE.left, PAGE.footer, line)
  doc.text('Harbour  ·  Version report  ·  4 Mar 2026', PAGE.right - 150, PAGE.footer, line)
}

const statusNames: Readonly<Record<string, string>> = {
  ip: 'In Progress',
  rev: 'Pending Review',
  rrq: 'Revision Requested',
  apr: 'Approved',
  fin: 'Final',
}

function toEntries(rows: readonly Row[]): Entry[] {
  const ruler = new PDFDocument({ margin: 0 }).registerFont('regular', regular).font('regular').fontSize(9)
  return rows.map((row) => ({
    title: row.code,
    badge: statusNames[row.sg_status_list] ?? row.sg_status_list,
    facts: [
      [row.entity.type, row.entity.name ?? ''],
      ['Task', row.sg_task.name ?? ''],
      ['Artist', row.user.name ?? ''],
      ['Created', '4 Mar 2026'],
    ],
    lines: breakLines(row.description, (text) => ruler.widthOfString(text)),
  }))
}

function breakLines(text: string, widthOf: (text: string) => number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.length > 0 && widthOf(longer) <= TEXT_WIDTH) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** What is held after a collection. */
function collectedBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const methods = { fetchAll, draw }
export type Bare = typeof methods

workerpool.worker(methods)
