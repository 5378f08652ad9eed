import type { Picture, PictureSize } from '../image/thumbnail.ts'
import type { Sheet } from '../page/sheet.ts'
import { ink, type } from '../page/theme.ts'
import type { Badge } from '../status.ts'
import { isVisible } from '../text/clean.ts'
import { layoutLine, type TextStyle } from '../text/layout.ts'
import { drawMark, layoutBadge } from './badge.ts'
import { columnWidth, type GridPlan, planGrid } from './grid-plan.ts'
import { drawPicture } from './picture.ts'

/** One entity of a contact sheet: picture, name, status and a line or two, each cut to the width of the picture. */
export interface ContactCell {
  /** Cut in the middle, so that the version at its end can be read. */
  readonly title: string
  /** Address that picture and title lead to. */
  readonly link?: string
  readonly badge?: Badge
  /** Such as shot and artist; two at most. An empty one keeps its place. */
  readonly lines?: readonly string[]
  /** As `report.pictures` gives it for so many columns; nothing draws a quiet placeholder. */
  readonly picture?: Picture
  /** Words of the placeholder. Default "No thumbnail". */
  readonly pictureMissing?: string
}

interface CellStyle {
  readonly title: TextStyle
  readonly line: TextStyle
  /** Wide enough for the status beside the name, and for the lines beside each other. */
  readonly isWide: boolean
}

const MAX_LINES = 2
const BETWEEN_LINES = '  ·  '
const BADGE_SHARE = 0.4 // most of a wide cell that a badge may take
const BELOW_PICTURE = 6
const BELOW_TEXT = 2
const MIN_COLUMNS = 1
const MAX_COLUMNS = 12

/**
 * Draw cells in rows of so many columns. A row is never parted, and rows are spread so that they fill their pages.
 *
 * @param cells  may be endless: one row is in memory
 */
export async function drawContactSheet(
  sheet: Sheet,
  cells: Iterable<ContactCell> | AsyncIterable<ContactCell>,
  columns: number,
): Promise<void> {
  const count = countOf(columns)
  const style = styleFor(columnWidth(sheet.width, count))
  let plan: GridPlan | undefined
  const drawRow = async (row: readonly ContactCell[]): Promise<void> => {
    const textHeight = Math.max(...row.map((cell) => textHeightOf(cell, style)))
    plan ??= planGrid({ width: sheet.width, height: sheet.pageHeight }, count, textHeight)
    await sheet.ensure(plan.pictureHeight + textHeight)
    for (const [column, cell] of row.entries()) await drawCell(sheet, cell, column, plan, style)
    sheet.y += plan.pictureHeight + textHeight + plan.rowGap
    await sheet.settle()
  }
  let row: ContactCell[] = []
  for await (const cell of cells) {
    row.push(cell)
    if (row.length < count) continue
    await drawRow(row)
    row = []
  }
  if (row.length > 0) await drawRow(row)
}

/** Largest printed size of a picture. */
export function contactPicture(width: number, columns: number): PictureSize {
  const pictureWidth = columnWidth(width, countOf(columns))
  return { width: pictureWidth, height: (pictureWidth * 9) / 16 }
}

function countOf(columns: number): number {
  if (Number.isInteger(columns) && columns >= MIN_COLUMNS && columns <= MAX_COLUMNS) return columns
  throw new Error(
    `A contact sheet of ${columns} columns: expected a whole number from ${MIN_COLUMNS} to ${MAX_COLUMNS}.`,
  )
}

function styleFor(width: number): CellStyle {
  if (width >= 240) return { title: type.subheading, line: type.body, isWide: true }
  if (width >= 200) return { title: type.subheading, line: type.body, isWide: false }
  if (width >= 110) return { title: type.strong, line: type.label, isWide: false }
  return { title: type.smallStrong, line: type.small, isWide: false }
}

function linesOf(cell: ContactCell, style: CellStyle): readonly string[] {
  const lines = cell.lines?.slice(0, MAX_LINES) ?? []
  return style.isWide && lines.length > 0 ? [lines.filter(isVisible).join(BETWEEN_LINES)] : lines
}

function textHeightOf(cell: ContactCell, style: CellStyle): number {
  const lines = linesOf(cell, style).length + (cell.badge && !style.isWide ? 1 : 0)
  return BELOW_PICTURE + style.title.lineHeight + lines * style.line.lineHeight + BELOW_TEXT
}

async function drawCell(
  sheet: Sheet,
  cell: ContactCell,
  column: number,
  plan: GridPlan,
  style: CellStyle,
): Promise<void> {
  const { pictureWidth: width, pictureHeight: height } = plan
  const [x, top] = [sheet.left + column * plan.columnStep, sheet.y]
  await drawPicture(sheet, cell.picture, { x, y: top, width, height }, cell.pictureMissing)
  let y = top + height + BELOW_PICTURE
  const badge = style.isWide && cell.badge ? await layoutBadge(sheet, cell.badge, width * BADGE_SHARE) : undefined
  badge?.draw(x + width, y)
  const titleWidth = width - (badge ? badge.width + BELOW_PICTURE : 0)
  const name = isVisible(cell.title) ? cell.title : '–'
  const title = await layoutLine(name, style.title, titleWidth, { language: sheet.language, cut: 'middle' })
  sheet.pen.drawLine(title, x, y, style.title)
  y += style.title.lineHeight
  if (cell.link) sheet.link(x, top, width, y - top, cell.link)
  if (cell.badge && !style.isWide) {
    await drawMark(sheet, cell.badge, x, y, width, style.line)
    y += style.line.lineHeight
  }
  for (const text of linesOf(cell, style)) {
    const line = await layoutLine(text, style.line, width, sheet.setting)
    sheet.pen.drawLine(line, x, y, style.line, ink.muted)
    y += style.line.lineHeight
  }
}
