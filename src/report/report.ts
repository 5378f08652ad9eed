import { type ContactCell, contactPicture, drawContactSheet } from './blocks/contact-sheet.ts'
import { drawEntry, type Entry, entryPicture } from './blocks/entry.ts'
import { type Fact, layoutFacts } from './blocks/facts.ts'
import { drawMasthead, type Masthead } from './blocks/masthead.ts'
import { drawShareBar } from './blocks/share-bar.ts'
import { type Cell, type Column, drawTable } from './blocks/table.ts'
import { drawHeading, drawParagraph } from './blocks/text.ts'
import { type FetchOptions, type LoadedPicture, loadPictures } from './image/load-pictures.ts'
import type { Sheet } from './page/sheet.ts'
import { ink, step } from './page/theme.ts'
import type { Share } from './status.ts'

/**
 * What a handler draws on: blocks, from top to bottom. Pages turn by themselves. Await every block: it waits until the
 * file has taken what was drawn, so that memory stays flat however long the report is.
 *
 * @example
 * await report.masthead({ eyebrow: 'Open World', title: 'Shots', facts: [{ label: 'Shots', value: '12' }] })
 * await report.entry({ title: 'ow_010', facts: [{ label: 'Cut in', value: '1001' }] })
 */
export interface Report {
  /** Printable width in points. */
  readonly width: number
  /** Title, project and the facts about the whole. */
  masthead(masthead: Masthead): Promise<void>
  /** A heading; it stays with what follows and becomes a bookmark. */
  heading(text: string): Promise<void>
  /** A paragraph of any length. Line feeds are kept. */
  paragraph(text: string, options?: { maxLines?: number; muted?: boolean }): Promise<void>
  /** Labelled values side by side. Default four columns. */
  facts(facts: readonly Fact[], options?: { columns?: number }): Promise<void>
  /** A whole split by status: a bar, and each status with its count. */
  shares(shares: readonly Share[]): Promise<void>
  /** A table whose head repeats on every page. */
  table(columns: readonly Column[], rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>): Promise<void>
  /** One entity: picture, name, status, facts, description. */
  entry(entry: Entry): Promise<void>
  /**
   * Fetch and scale the pictures of entries or of a contact sheet, some ahead of the drawing, in order. A picture that
   * is missing, broken or late comes as undefined; `failure` says why, unless there is none.
   *
   * @param fetchBytes  resolves to undefined when there is no picture
   * @example
   * for await (const { item, picture } of report.pictures(rows, fetchBytes)) await report.entry({ …, ...(picture ? { picture } : {}) })
   */
  pictures<T>(
    items: Iterable<T>,
    fetchBytes: (item: T, signal: AbortSignal) => Promise<Uint8Array | undefined>,
    options?: PictureOptions,
  ): AsyncGenerator<LoadedPicture<T>, void, undefined>
  /**
   * Entities side by side, in so many columns (default 4). Give the same number to {@link Report.pictures}.
   *
   * @param cells  any iterable, also one that comes to its pictures while it is drawn
   */
  contactSheet(cells: Iterable<ContactCell> | AsyncIterable<ContactCell>, options?: { columns?: number }): Promise<void>
  /** A hairline across the page. */
  rule(): Promise<void>
  /** Empty height in points. Default 16. */
  space(points?: number): Promise<void>
  pageBreak(): Promise<void>
}

/** How pictures are fetched, and for what. */
export interface PictureOptions extends FetchOptions {
  /** Columns of the contact sheet that they are for. Left out: for entries. */
  readonly columns?: number
}

/** @param signal  heard before and within every block */
export function createReport(sheet: Sheet, signal?: AbortSignal): Report {
  const block = async (draw: () => Promise<void> | void, height?: number): Promise<void> => {
    signal?.throwIfAborted()
    if (height !== undefined) await sheet.ensure(height)
    await draw()
  }
  return {
    get width() {
      return sheet.width
    },
    masthead: (masthead) => block(() => drawMasthead(sheet, masthead), 0),
    heading: (text) => block(() => drawHeading(sheet, text)),
    paragraph: (text, options) => block(() => drawParagraph(sheet, text, options)),
    facts: (facts, { columns = 4 } = {}) =>
      block(async () => {
        const grid = await layoutFacts(sheet, facts, sheet.width, columns)
        await sheet.ensure(grid.height)
        grid.draw(sheet.left, sheet.y)
        sheet.y += grid.height + step.l
        await sheet.settle()
      }),
    shares: (shares) => block(() => drawShareBar(sheet, shares)),
    table: (columns, rows) => block(() => drawTable(sheet, columns, rows)),
    entry: (entry) => block(() => drawEntry(sheet, entry)),
    contactSheet: (cells, { columns = 4 } = {}) => block(() => drawContactSheet(sheet, cells, columns)),
    pictures: (items, fetchBytes, { columns, ...options } = {}) => {
      const size = columns === undefined ? entryPicture : contactPicture(sheet.width, columns)
      return loadPictures(items, fetchBytes, { ...size, ...(signal ? { signal } : {}), ...options })
    },
    rule: () => block(() => sheet.rule(sheet.y, ink.line), 0),
    space: (points = step.l) =>
      block(() => {
        sheet.y = Math.min(sheet.bottom, sheet.y + points)
      }, 0),
    pageBreak: () => block(() => sheet.newPage(), 0),
  }
}
