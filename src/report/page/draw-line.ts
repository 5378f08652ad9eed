import type { Line, TextStyle } from '../text/layout.ts'
import './embedded-font.ts'

const CAP_HALF = 0.364 // half of Inter's cap height, in ems: capitals stand in the middle of their line

/** Draws lines of text and knows which fonts the document has. */
export class Pen {
  readonly #doc: PDFKit.PDFDocument
  readonly #registered = new Set<string>()

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc
  }

  /** Draw one line with its top left corner at `x`, `top`. */
  drawLine(line: Line, x: number, top: number, style: TextStyle, color: string = style.color): void {
    const doc = this.#doc
    const baseline = top + style.lineHeight / 2 + style.size * CAP_HALF
    let left = x
    doc.fillColor(color)
    for (const { text, font } of line.runs) {
      this.#use(font.key, () => doc.registerFont(font.key, font.font))
      doc.font(font.key, style.size)
      doc.text(text, left, baseline, { lineBreak: false, baseline: 'alphabetic', features: ['kern'] })
      left += font.widthOf(text) * style.size
    }
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

  #use(key: string, register: () => void): void {
    if (this.#registered.has(key)) return
    register()
    this.#registered.add(key)
  }
}
