/// <reference types="pdfkit" />
import type { Font } from 'fontkit'

/** What pdfkit keeps of a font in one document. Not part of its types; checked where it is used. */
export interface EmbeddedFont {
  readonly id: string
  ref(): PDFKit.PDFKitReference
  /** Glyph numbers as hex, four digits each, and where they stand; includes the glyphs in the document. */
  encode(text: string, features: readonly string[]): [glyphs: string[], positions: GlyphPlace[]]
}

/** Advances and offsets of one glyph in thousandths of the type size. */
export interface GlyphPlace {
  readonly xAdvance: number
  readonly xOffset: number
  readonly yOffset: number
  /** The advance that the font itself gives the glyph. */
  readonly advanceWidth: number
}

/** Put a font into a document, or find it there. It is current then. */
export function embedFont(doc: PDFKit.PDFDocument, key: string, font: Font): EmbeddedFont {
  doc.registerFont(key, font)
  doc.font(key)
  return currentFont(doc)
}

function currentFont(doc: PDFKit.PDFDocument): EmbeddedFont {
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
