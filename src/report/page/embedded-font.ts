/// <reference types="pdfkit" />
import type { Font } from 'fontkit'

/** What pdfkit keeps of a font in one document. Not part of its types; checked where it is used. */
export interface EmbeddedFont {
  readonly id: string
  ref(): unknown
  /** Glyph numbers as hex, four digits each; includes the glyphs in the document. */
  encode(text: string, features: readonly string[]): [string[], unknown]
}

/** The font that is current in a document. */
export function currentFont(doc: PDFKit.PDFDocument): EmbeddedFont {
  const font: unknown = Reflect.get(doc, '_font')
  if (!isEmbeddedFont(font))
    throw new Error('pdfkit keeps its current font elsewhere: expected `_font` as in version 0.20.')
  return font
}

function isEmbeddedFont(value: unknown): value is EmbeddedFont {
  return typeof value === 'object' && value !== null && 'id' in value && 'ref' in value && 'encode' in value
}

declare global {
  namespace PDFKit.Mixins {
    interface PDFFont {
      /** pdfkit also takes a font that fontkit has opened; its types know only files and bytes. */
      registerFont(name: string, font: Font): this
    }
  }
}
