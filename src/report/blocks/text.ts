import type { Sheet } from '../page/sheet.ts'
import { ink, step, type } from '../page/theme.ts'
import { type Line, layoutText, type TextStyle } from '../text/layout.ts'

const LEAST_BELOW = 96 // a heading with less below it looks lost

/** A heading that stays with what follows it, and a bookmark for the viewer's outline. */
export async function drawHeading(sheet: Sheet, text: string): Promise<void> {
  const lines = await layoutText(text, type.heading, sheet.width, { maxLines: 3, language: sheet.language })
  const height = lines.length * type.heading.lineHeight
  await sheet.ensure(step.l + height + step.s + LEAST_BELOW)
  sheet.hold(step.l + height + step.s, () => {
    if (sheet.y > sheet.top) sheet.y += step.l
    sheet.bookmark(text)
    sheet.pen.drawLines(lines, sheet.left, sheet.y, sheet.width, type.heading)
    sheet.y += height + step.s
  })
}

/** A paragraph across the page; what does not fit goes on, on the next page. */
export async function drawParagraph(
  sheet: Sheet,
  text: string,
  options: { maxLines?: number; muted?: boolean } = {},
): Promise<void> {
  const style = options.muted ? { ...type.body, color: ink.muted } : type.body
  const { maxLines } = options
  const lines = await layoutText(text, style, sheet.width, {
    ...sheet.setting,
    ...(maxLines === undefined ? {} : { maxLines }),
  })
  await sheet.ensure(Math.min(2, lines.length) * style.lineHeight)
  await flowLines(sheet, lines, sheet.left, sheet.width, style)
  sheet.y += step.m
  await sheet.settle()
}

/**
 * Draw lines from the sheet's `y` on over as many pages as they take, never leaving a single line behind or alone.
 *
 * @param onPage  called at the top of each further page
 */
export async function flowLines(
  sheet: Sheet,
  lines: readonly Line[],
  x: number,
  width: number,
  style: TextStyle,
  onPage: () => Promise<void> | void = () => {},
): Promise<void> {
  let rest = lines
  while (rest.length > 0) {
    let count = Math.min(rest.length, Math.floor((sheet.room + 0.01) / style.lineHeight))
    if (rest.length - count === 1 && count > 2) count -= 1 // two lines go over, not one
    if (count < Math.min(2, rest.length)) {
      await sheet.newPage()
      await onPage()
      count = Math.max(1, Math.min(rest.length, Math.floor(sheet.room / style.lineHeight)))
    }
    sheet.y += sheet.pen.drawLines(rest.slice(0, count), x, sheet.y, width, style, 'start')
    rest = rest.slice(count)
    if (rest.length > 0) {
      await sheet.newPage()
      await onPage()
    }
  }
}
