import { LRUCache } from 'lru-cache'
import type { OpenFont } from '../fonts/open.ts'
import type { Line, TextStyle } from '../text/layout.ts'
import { type EmbeddedFont, embedFont } from './embedded-font.ts'
import { fillOperator, type PlacedText, placeText, showText } from './show-text.ts'

const CAP_HALF = 0.364 // half of Inter's cap height, in ems: capitals stand in the middle of their line
const MAX_PLACED = 400 // labels, statuses and names come again and again

/** Draws lines of text and knows which fonts the document has. */
export class Pen {
  readonly #doc: PDFKit.PDFDocument
  readonly #fonts = new Map<string, EmbeddedFont>()
  readonly #placed = new LRUCache<string, PlacedText>({ max: MAX_PLACED })

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc
  }

  /** Draw one line with its top left corner at `x`, `top`. */
  drawLine(line: Line, x: number, top: number, style: TextStyle, color: string = style.color): void {
    if (line.runs.length === 0) return
    const baseline = baselineOf(top, style)
    let left = x
    let operators = fillOperator(color)
    for (const { text, font } of line.runs) {
      const embedded = this.fontOf(font)
      this.#doc.page.fonts[embedded.id] ??= embedded.ref()
      operators += showText(embedded.id, this.#place(text, font, embedded), left, baseline, style.size)
      left += font.widthOf(text) * style.size
    }
    // One piece for the whole line: pdfkit's own `text` shapes every run twice more and keeps a dozen pieces of each.
    this.#doc.addContent(Buffer.from(operators, 'latin1'))
  }

  /**
   * Draw lines below each other. Returns the height.
   *
   * @param align  `start` puts right-to-left text at the right edge, as prose wants it; names stay `left`
   */
  drawLines(
    lines: readonly Line[],
    x: number,
    top: number,
    width: number,
    style: TextStyle,
    align: 'left' | 'start' = 'left',
  ): number {
    for (const [index, line] of lines.entries()) {
      const left = align === 'start' && line.direction === 'rtl' ? x + width - line.width : x
      this.drawLine(line, left, top + index * style.lineHeight, style)
    }
    return lines.length * style.lineHeight
  }

  /** The document's own of a font. */
  fontOf(font: OpenFont): EmbeddedFont {
    const known = this.#fonts.get(font.key)
    if (known) return known
    const embedded = embedFont(this.#doc, font.key, font.font)
    this.#fonts.set(font.key, embedded)
    return embedded
  }

  #place(text: string, font: OpenFont, embedded: EmbeddedFont): PlacedText {
    const key = `${font.key} ${text}`
    const known = this.#placed.get(key)
    if (known) return known
    const placed = placeText(embedded, text)
    this.#placed.set(key, placed)
    return placed
  }
}

/** Where a line's letters stand, whose top is at `top`. */
export function baselineOf(top: number, { size, lineHeight }: TextStyle): number {
  return top + lineHeight / 2 + size * CAP_HALF
}
