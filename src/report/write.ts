import { open } from 'node:fs/promises'
import PDFDocument from 'pdfkit'
import type { ReportOptions, ReportSummary } from './options.ts'
import { startPump } from './page/pump.ts'
import { Sheet } from './page/sheet.ts'
import { createReport, type Report } from './report.ts'
import { cleanText } from './text/clean.ts'

/**
 * Draw a report into a file. Pages are written as they fill up; what is in memory does not grow with the pictures.
 *
 * @param path  an existing file is replaced; after an error a part of it may be left
 * @example
 * await writeReport('shots.pdf', async (report) => { await report.heading('Shots') }, { title: 'Shots' })
 */
export async function writeReport(
  path: string,
  draw: (report: Report) => Promise<void> | void,
  options: ReportOptions = {},
): Promise<ReportSummary> {
  const {
    title = 'Report',
    author,
    language = 'en',
    size = 'A4',
    layout = 'portrait',
    compress = true,
    signal,
  } = options
  const date = new Date(options.date ?? Date.now())
  signal?.throwIfAborted()

  await using file = await open(path, 'w')
  const doc = new PDFDocument({
    size,
    layout,
    compress,
    margin: 0, // blocks keep to the sheet's own margins; pdfkit must never turn a page by itself
    lang: language,
    displayTitle: true,
    pdfVersion: '1.7',
    fontLayoutCache: false, // it never forgets
    info: {
      Title: cleanText(title),
      ...(author ? { Author: author } : {}),
      Creator: 'Amiable',
      Producer: 'Amiable (PDFKit)',
      CreationDate: date,
      ModDate: date,
    },
  })
  const pump = startPump(doc, file)
  try {
    const sheet = await Sheet.open(doc, options, pump.flush)
    await draw(createReport(sheet, signal))
    await sheet.ensure(0) // a heading may still wait for a block
    signal?.throwIfAborted()
    await sheet.finish()
    doc.end()
    return { bytes: await pump.done, pages: sheet.pages }
  } catch (error) {
    doc.destroy()
    await pump.done.catch(() => {}) // the error that is thrown says more than the stream's
    throw error
  }
}
