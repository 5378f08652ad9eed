import type { Line, TextStyle } from '../text/layout.ts'
import type { Pen } from './draw-line.ts'
import { fillOperator, placeText, showText } from './show-text.ts'

const NAME = 'TotalPages'

/**
 * The number of pages, shown on pages that were written before it is known: every page draws one small form, and the
 * form is written last. So no page has to wait in memory.
 */
export class TotalPages {
  readonly #doc: PDFKit.PDFDocument
  readonly #form: PDFKit.PDFKitReference
  readonly #style: TextStyle

  constructor(doc: PDFKit.PDFDocument, style: TextStyle) {
    this.#doc = doc
    this.#style = style
    this.#form = doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, -style.size, style.size * 8, style.size] })
  }

  /** Show the number at `x` on the current page. */
  show(x: number, baseline: number): void {
    this.#doc.page.xobjects[NAME] = this.#form
    this.#doc.addContent(`q 1 0 0 1 ${x.toFixed(3)} ${baseline.toFixed(3)} cm /${NAME} Do Q`)
  }

  /** @param total  the number, set in the style of the form */
  write(total: Line, pen: Pen): void {
    const fonts: Record<string, PDFKit.PDFKitReference> = {}
    let operators = fillOperator(this.#style.color)
    let x = 0
    for (const { text, font } of total.runs) {
      const embedded = pen.fontOf(font)
      fonts[embedded.id] = embedded.ref()
      operators += showText(embedded.id, placeText(embedded, text), x, 0, this.#style.size)
      x += font.widthOf(text) * this.#style.size
    }
    Object.assign(this.#form.data, { Resources: { Font: fonts } })
    this.#form.end(Buffer.from(operators))
  }
}
