import type { ReportOptions } from '../options.ts'
import { cleanText } from '../text/clean.ts'
import { type LayoutOptions, type Line, layoutLine, type TextStyle } from '../text/layout.ts'
import { Pen } from './draw-line.ts'
import { ink, type } from './theme.ts'
import { TotalPages } from './total-pages.ts'

/** Margins in points: room to hold a page and to write beside it. */
const margin = { top: 48, right: 48, bottom: 64, left: 48 } as const
const FOOTER_RISE = 40 // of the footer's top above the paper's edge

/** The page that is being filled, from top to bottom, and its footer. */
export class Sheet {
  readonly doc: PDFKit.PDFDocument
  readonly pen: Pen
  readonly language: string
  readonly signal: AbortSignal | undefined
  readonly left: number = margin.left
  readonly top: number = margin.top
  /** Where the next block begins. */
  y: number = margin.top
  pages = 0
  readonly #total: TotalPages
  readonly #footer: Line
  readonly #flush: () => Promise<void>
  #heading: { readonly height: number; readonly draw: () => void } | undefined

  private constructor(doc: PDFKit.PDFDocument, footer: Line, options: ReportOptions, flush: () => Promise<void>) {
    this.doc = doc
    this.pen = new Pen(doc)
    this.language = options.language ?? 'en'
    this.signal = options.signal
    this.#total = new TotalPages(doc, type.footer)
    this.#footer = footer
    this.#flush = flush
  }

  /** @param flush  waits until what was drawn has gone to the file */
  static async open(doc: PDFKit.PDFDocument, options: ReportOptions, flush: () => Promise<void>): Promise<Sheet> {
    const { language = 'en', title = 'Report', footer = title } = options
    const room = (doc.page.width - margin.left - margin.right) * 0.75
    const sheet = new Sheet(doc, await layoutLine(footer, type.footer, room, language), options, flush)
    await sheet.#beginPage()
    return sheet
  }

  /** For the layout of texts of any length. */
  get setting(): LayoutOptions {
    return { language: this.language, ...(this.signal ? { signal: this.signal } : {}) }
  }

  /** Printable width. */
  get width(): number {
    return this.doc.page.width - margin.left - margin.right
  }

  /** Lowest printable point. */
  get bottom(): number {
    return this.doc.page.height - margin.bottom
  }

  /** Height of a page's printable area. */
  get pageHeight(): number {
    return this.bottom - margin.top
  }

  /** Height left on this page. */
  get room(): number {
    return this.bottom - this.y
  }

  /** Begin a block: below the heading that waits for it, on a new page unless `height` points are left on this one. */
  async ensure(height: number): Promise<void> {
    const heading = this.#heading
    this.#heading = undefined
    if (height + (heading?.height ?? 0) > this.room && this.y > margin.top) await this.newPage()
    heading?.draw()
  }

  /** Keep a heading until the block below it begins, so that it never stands alone. */
  hold(height: number, draw: () => void): void {
    this.#heading = { height, draw }
  }

  async newPage(): Promise<void> {
    const { dictionary } = this.doc.page
    this.doc.addPage()
    // The page is written; pdfkit keeps its number, and with it all its links, until the end.
    dictionary.data = { Pattern: undefined, Annots: undefined }
    await this.#beginPage()
    await this.settle()
  }

  /** Between blocks: give the file time to take what was drawn. */
  async settle(): Promise<void> {
    this.signal?.throwIfAborted()
    await this.#flush()
  }

  /** A hairline across the printable width. */
  rule(y: number, color: string = ink.line, x = this.left, width = this.width): void {
    this.doc
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineWidth(0.75)
      .strokeColor(color)
      .stroke()
  }

  /** An entry of the viewer's outline that leads to this page. */
  bookmark(text: string): void {
    this.doc.outline.addItem(cleanText(text).replace(/\s+/gu, ' ').trim())
  }

  /** Make an area clickable. */
  link(x: number, y: number, width: number, height: number, url: string): void {
    this.doc.link(x, y, width, height, url)
  }

  /** After the last block. */
  finish(): void {
    this.#total.write(this.pages, 'inter-regular')
  }

  async #beginPage(): Promise<void> {
    this.pages += 1
    this.y = margin.top
    const top = this.doc.page.height - FOOTER_RISE
    this.rule(top - 8)
    const style: TextStyle = type.footer
    const number = await layoutLine(`Page ${this.pages} of`, style)
    const space = style.size * 0.28
    this.pen.drawLine(number, this.left, top, style)
    this.#total.show(this.left + number.width + space, top + style.lineHeight / 2 + style.size * 0.364)
    this.pen.drawLine(this.#footer, this.left + this.width - this.#footer.width, top, style)
  }
}
