import type { EmbeddedFont } from './embedded-font.ts'

/** The glyphs of a text in stretches; each begins where it stands, in thousandths of the type size. */
export type PlacedText = readonly { readonly x: number; readonly y: number; readonly glyphs: string }[]

/** Include a text's glyphs in the document and put them in their places. */
export function placeText(font: EmbeddedFont, text: string): PlacedText {
  const [glyphs, places] = font.encode(text, ['kern'])
  const stretches: { x: number; y: number; glyphs: string }[] = []
  let open: { x: number; y: number; glyphs: string } | undefined
  let hex = ''
  let x = 0
  const endHex = (gap = 0): void => {
    if (open && hex !== '') open.glyphs += `<${hex}>${gap === 0 ? '' : shortNumber(gap)}`
    hex = ''
  }
  for (const [index, glyph] of glyphs.entries()) {
    const place = places[index]
    if (place === undefined) continue
    const isMoved = place.xOffset !== 0 || place.yOffset !== 0 // a mark on its letter
    if (open === undefined || isMoved) {
      endHex()
      open = { x: x + place.xOffset, y: place.yOffset, glyphs: '' }
      stretches.push(open)
    }
    hex += glyph
    x += place.xAdvance
    const gap = place.advanceWidth - place.xAdvance
    if (isMoved || gap !== 0) endHex(isMoved ? 0 : gap)
    if (isMoved) open = undefined
  }
  endHex()
  return stretches
}

/** Operators that show a text. Pages are drawn from the top down: letters are turned upright again. */
export function showText(fontId: string, text: PlacedText, x: number, baseline: number, size: number): string {
  const scale = size / 1000
  const shown = text.map(
    (stretch) =>
      `1 0 0 -1 ${shortNumber(x + stretch.x * scale)} ${shortNumber(baseline - stretch.y * scale)} Tm[${stretch.glyphs}]TJ`,
  )
  return `BT/${fontId} ${size} Tf ${shown.join(' ')} ET\n`
}

/** @param hex  such as `#1f2937` */
export function fillOperator(hex: string): string {
  const rgb = [1, 3, 5].map((at) => shortNumber(Number.parseInt(hex.slice(at, at + 2), 16) / 255))
  return `${rgb.join(' ')} rg\n`
}

function shortNumber(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}
