import type { Sheet } from '../page/sheet.ts'
import { ink, step, type } from '../page/theme.ts'
import { isVisible } from '../text/clean.ts'
import { type Line, layoutLine, layoutText } from '../text/layout.ts'

/** A column of a table. */
export interface Column {
  readonly label: string
  /** Part of the width, relative to the other columns. Default 1. */
  readonly share?: number
  readonly align?: 'left' | 'right'
}

export type Cell = string | number | null | undefined

const GAP = 12
const MAX_CELL_LINES = 4

/** A table with a head that repeats on every page. Takes any iterable, so that long lists need not be in memory. */
export async function drawTable(
  sheet: Sheet,
  columns: readonly Column[],
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>,
): Promise<void> {
  const shares = columns.reduce((sum, column) => sum + (column.share ?? 1), 0)
  const unit = (sheet.width - GAP * (columns.length - 1)) / shares
  const widths = columns.map((column) => (column.share ?? 1) * unit)
  const heads = await Promise.all(
    columns.map((column, index) => layoutLine(column.label, type.label, widths[index], sheet.setting)),
  )
  const drawHead = () => {
    drawCells(
      sheet,
      columns,
      widths,
      heads.map((line) => [line]),
      type.label,
    )
    sheet.y += type.label.lineHeight + step.xs
    sheet.rule(sheet.y, ink.lineStrong)
  }

  await sheet.ensure(type.label.lineHeight + 3 * (type.body.lineHeight + step.s))
  drawHead()
  for await (const row of rows) {
    const cells = await Promise.all(
      columns.map((_, index) =>
        layoutText(cellText(row[index]), type.body, widths[index] ?? 0, {
          maxLines: MAX_CELL_LINES,
          language: sheet.language,
        }),
      ),
    )
    const height = Math.max(1, ...cells.map((lines) => lines.length)) * type.body.lineHeight + step.s
    if (height > sheet.room) {
      await sheet.newPage()
      drawHead()
    }
    sheet.y += step.xs
    drawCells(sheet, columns, widths, cells, type.body)
    sheet.y += height - step.xs
    sheet.rule(sheet.y)
    await sheet.settle()
  }
  sheet.y += step.l
}

function drawCells(
  sheet: Sheet,
  columns: readonly Column[],
  widths: readonly number[],
  cells: readonly (readonly Line[])[],
  style: typeof type.body | typeof type.label,
): void {
  let x = sheet.left
  for (const [index, column] of columns.entries()) {
    const width = widths[index] ?? 0
    for (const [row, line] of (cells[index] ?? []).entries()) {
      const left = column.align === 'right' ? x + width - line.width : x
      sheet.pen.drawLine(line, left, sheet.y + row * style.lineHeight, style)
    }
    x += width + GAP
  }
}

function cellText(cell: Cell): string {
  const text = String(cell ?? '')
  return isVisible(text) ? text : '–'
}
