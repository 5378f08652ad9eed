import type { Sheet } from '../page/sheet.ts'
import { type } from '../page/theme.ts'
import { type Badge, tones } from '../status.ts'
import { type Line, layoutLine, type TextStyle } from '../text/layout.ts'

/** A badge that was measured. */
export interface SetBadge {
  readonly width: number
  /** @param right  where it ends */
  draw(right: number, top: number): void
}

const HEIGHT = 16
const PAD = 7
const DOT = 2.25
const DOT_ROOM = 9

export async function layoutBadge(sheet: Sheet, { label, tone }: Badge, maxWidth: number): Promise<SetBadge> {
  const { ink, tint } = tones[tone]
  const line = await layoutLine(label, type.badge, maxWidth - 2 * PAD - DOT_ROOM, sheet.setting)
  const width = line.width + 2 * PAD + DOT_ROOM
  return {
    width,
    draw(right, top) {
      const left = right - width
      sheet.doc
        .roundedRect(left, top, width, HEIGHT, HEIGHT / 2)
        .fillColor(tint)
        .fill()
      drawDot(sheet, left + PAD, top + HEIGHT / 2, ink)
      sheet.pen.drawLine(line, left + PAD + DOT_ROOM, top + (HEIGHT - type.badge.lineHeight) / 2, type.badge, ink)
    },
  }
}

/** Where there is no room for a badge: the same without its ground, on one line of text from `x` on. */
export async function drawMark(
  sheet: Sheet,
  { label, tone }: Badge,
  x: number,
  top: number,
  maxWidth: number,
  style: TextStyle,
): Promise<void> {
  const { ink } = tones[tone]
  const room = DOT_ROOM * (style.size / type.badge.size)
  const line: Line = await layoutLine(label, style, maxWidth - room, sheet.setting)
  drawDot(sheet, x, top + style.lineHeight / 2, ink)
  sheet.pen.drawLine(line, x + room, top, style, ink)
}

function drawDot(sheet: Sheet, left: number, middle: number, color: string): void {
  sheet.doc
    .circle(left + DOT, middle, DOT)
    .fillColor(color)
    .fill()
}
