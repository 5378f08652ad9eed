import type { Sheet } from '../page/sheet.ts'
import { ink, step, type } from '../page/theme.ts'
import { type Share, tones } from '../status.ts'
import { layoutLine } from '../text/layout.ts'

const BAR = 8
const ROW = 20
const GAP = 1.5

/** A whole split by status: one bar, and below it each status by name, with its count and its part in per cent. */
export async function drawShareBar(sheet: Sheet, shares: readonly Share[]): Promise<void> {
  const shown = shares.filter((share) => share.count > 0)
  const total = shown.reduce((sum, share) => sum + share.count, 0)
  if (total === 0) return
  await sheet.ensure(BAR + step.m + ROW * Math.min(4, Math.ceil(shown.length / 2)))
  drawBar(sheet, shown, total)
  sheet.y += BAR + step.s

  const columns = shown.length > 3 ? 2 : 1
  const gutter = step.xl
  const columnWidth = columns === 1 ? sheet.width / 2 - gutter / 2 : (sheet.width - gutter) / 2
  const rows = Math.ceil(shown.length / columns)
  for (let row = 0; row < rows; row++) {
    await sheet.ensure(ROW)
    for (let column = 0; column < columns; column++) {
      const share = shown[row + column * rows]
      if (share) await drawShare(sheet, share, total, sheet.left + column * (columnWidth + gutter), columnWidth)
    }
    sheet.y += ROW
  }
  await sheet.settle()
}

function drawBar(sheet: Sheet, shares: readonly Share[], total: number): void {
  const { doc, left, width, y } = sheet
  doc
    .save()
    .roundedRect(left, y, width, BAR, BAR / 2)
    .clip()
  let x = left
  for (const [index, share] of shares.entries()) {
    const part = (share.count / total) * width
    const gap = index === shares.length - 1 ? 0 : Math.min(GAP, part / 2)
    doc
      .rect(x, y, part - gap, BAR)
      .fillColor(tones[share.tone].ink)
      .fill()
    x += part
  }
  doc.restore()
}

async function drawShare(sheet: Sheet, share: Share, total: number, x: number, width: number): Promise<void> {
  const top = sheet.y + (ROW - type.body.lineHeight) / 2
  const middle = sheet.y + ROW / 2
  const percentWidth = 40
  const percent = await layoutLine(percentOf(share.count, total), type.body)
  const count = await layoutLine(share.count.toLocaleString('en'), type.strong)
  const label = await layoutLine(
    share.label,
    type.body,
    width - 14 - percentWidth - count.width - step.m,
    sheet.setting,
  )
  sheet.doc
    .circle(x + 3, middle, 3)
    .fillColor(tones[share.tone].ink)
    .fill()
  sheet.pen.drawLine(label, x + 14, top, type.body)
  sheet.pen.drawLine(count, x + width - percentWidth - count.width, top, type.strong)
  sheet.pen.drawLine(percent, x + width - percent.width, top, type.body, ink.muted)
  sheet.rule(sheet.y + ROW, ink.line, x, width)
}

/** Never "0 %" for something that is there, nor "100 %" where something is missing. */
function percentOf(count: number, total: number): string {
  const percent = (count / total) * 100
  if (percent < 1) return '< 1 %'
  if (percent > 99 && count < total) return '> 99 %'
  return `${Math.round(percent)} %`
}
