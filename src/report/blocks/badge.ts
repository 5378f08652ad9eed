import type { Sheet } from '../page/sheet.ts'
import { type } from '../page/theme.ts'
import { type Tone, tones } from '../status.ts'
import { layoutLine } from '../text/layout.ts'

/** A status: its name and what it means. */
export interface Badge {
  readonly label: string
  readonly tone: Tone
}

const HEIGHT = 16
const PAD = 7
const DOT = 2.25
const DOT_ROOM = 9

/** Draw a badge that ends at `right`. Returns its width. */
export async function drawBadge(
  sheet: Sheet,
  badge: Badge,
  right: number,
  top: number,
  maxWidth: number,
): Promise<number> {
  const { ink, tint } = tones[badge.tone]
  const line = await layoutLine(badge.label, type.badge, maxWidth - 2 * PAD - DOT_ROOM, sheet.language)
  const width = line.width + 2 * PAD + DOT_ROOM
  const left = right - width
  sheet.doc
    .roundedRect(left, top, width, HEIGHT, HEIGHT / 2)
    .fillColor(tint)
    .fill()
  sheet.doc
    .circle(left + PAD + DOT, top + HEIGHT / 2, DOT)
    .fillColor(ink)
    .fill()
  sheet.pen.drawLine(line, left + PAD + DOT_ROOM, top + (HEIGHT - type.badge.lineHeight) / 2, type.badge, ink)
  return width
}
