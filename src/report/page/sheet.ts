import type { ReportOptions } from '../options.ts'
import { cleanText } from '../text/clean.ts'
import { type LayoutOptions, type Line, layoutLine, type TextStyle } from '../text/layout.ts'
import { baselineOf, Pen } from './draw-line.ts'
import { ink, type } from './theme.ts'
import { TotalPages } from './total-pages.ts'

/** Margins in points: room to hold a page and to write beside it. */
const margin = { top: 48, topBelowHeader: 60, right: 48, bottom: 60, left: 48 } as const
const HEADER_TOP = 28 // of the header's text below the paper's edge
const FOOTER_RISE = 40 // of the footer's top above the paper's edge
const RULE_GAP = 8 // between the text of header or footer and its rule

/** What stands on every page beside its blocks, measured. */
interface Frame {
  readonly header: { readonly left: Line; readonly right: Line } | undefined
  readonly footer: Line
}

/** The page that is being filled, from top to bottom, with its header and footer. */
export class Sheet {
  readonly doc: PDFKit.PDFDocument
  readonly pen: Pen
  readonly language: string
  readonly signal: AbortSignal | undefined
  readonly left: number = margin.left
  /** Where the next block begins. */
  y: number = margin.top
  pages = 0
  readonly #total: TotalPages
  readonly #frame: Frame
  readonly #flush: () => Promise<void>
  #heading: { readonly height: number; readonly draw: () => void } | undefined

  private constructor(doc: PDFKit.PDFDocument, frame: Frame, options: ReportOptions, flush: () => Promise<void>) {
    this.doc = doc
    this.pen = new Pen(doc)
    this.language = options.language ?? 'en'
    this.signal = options.signal
    this.#total = new TotalPages(doc, type.footer)
    this.#frame = frame
    this.#flush = flush
  }

  /** @param flush  waits until what was drawn has gone to the file */
  static async open(doc: PDFKit.PDFDocument, options: ReportOptions, flush: () => Promise<void>): Promise<Sheet> {
    const { language = 'en', title = 'Report', footer = title, header } = options
    const width = doc.page.width - margin.left - margin.right
    const line = (text: string, share: number) => layoutLine(text, type.footer, width * share, { language })
    const frame: Frame = {
      header: header && { left: await line(header.left ?? '', 0.6), right: await line(header.right ?? '', 0.36) },
      footer: await line(footer, 0.75),
    }
    const sheet = new Sheet(doc, frame, options, flush)
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

  /** Highest printable point. */
  get top(): number {
    return this.pages > 1 ? this.#topBelowHeader : margin.top
  }

  /** Height of the printable area of pages after the first. */
  get pageHeight(): number {
    return this.bottom - this.#topBelowHeader
  }

  /** Height left on this page. */
  get room(): number {
    return this.bottom - this.y
  }

  /** Begin a block: below the heading that waits for it, on a new page unless `height` points are left on this one. */
  async ensure(height: number): Promise<void> {
    const heading = this.#heading
    this.#heading = undefined
    this.y = Math.min(this.y, this.bottom) // the space below the last block may end with the page
    if (height + (heading?.height ?? 0) > this.room && this.y > this.top) await this.newPage()
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
  async finish(): Promise<void> {
    this.#total.write(await layoutLine(String(this.pages), type.footer), this.pen)
  }

  get #topBelowHeader(): number {
    return this.#frame.header ? margin.topBelowHeader : margin.top
  }

  async #beginPage(): Promise<void> {
    this.pages += 1
    this.y = this.top
    const { header, footer } = this.#frame
    const right = this.left + this.width
    const style: TextStyle = type.footer
    if (header && this.pages > 1) {
      this.pen.drawLine(header.left, this.left, HEADER_TOP, style)
      this.pen.drawLine(header.right, right - header.right.width, HEADER_TOP, style)
      this.rule(HEADER_TOP + style.lineHeight + RULE_GAP)
    }
    const top = this.doc.page.height - FOOTER_RISE
    this.rule(top - RULE_GAP)
    const number = await layoutLine(`Page ${this.pages} of`, style)
    const space = style.size * 0.28
    this.pen.drawLine(number, this.left, top, style)
    this.#total.show(this.left + number.width + space, baselineOf(top, style))
    this.pen.drawLine(footer, right - footer.width, top, style)
  }
}
