import type { TextStyle } from '../text/layout.ts'
import { currentFont } from './embedded-font.ts'

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
    this.#form = doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, -style.size, style.size * 8, style.size * 2] })
  }

  /** Show the number at `x` on the current page. */
  show(x: number, baseline: number): void {
    this.#doc.page.xobjects[NAME] = this.#form
    // Pages are drawn from the top down: turn the form upright again.
    this.#doc.addContent(`q 1 0 0 -1 ${x.toFixed(3)} ${baseline.toFixed(3)} cm /${NAME} Do Q`)
  }

  /** @param fontKey  a font that the document has already */
  write(total: number, fontKey: string): void {
    this.#doc.font(fontKey, this.#style.size)
    const font = currentFont(this.#doc)
    const [glyphs] = font.encode(String(total), ['kern'])
    Object.assign(this.#form.data, { Resources: { Font: { [font.id]: font.ref() } } })
    const fill = rgb(this.#style.color)
    this.#form.end(Buffer.from(`${fill} rg BT /${font.id} ${this.#style.size} Tf <${glyphs.join('')}> Tj ET\n`))
  }
}

function rgb(hex: string): string {
  return [1, 3, 5].map((at) => (Number.parseInt(hex.slice(at, at + 2), 16) / 255).toFixed(4)).join(' ')
}
