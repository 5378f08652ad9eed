import type { Sheet } from '../page/sheet.ts'
import { step, type } from '../page/theme.ts'
import { isVisible } from '../text/clean.ts'
import { type Line, layoutLine, layoutText } from '../text/layout.ts'

/** One labelled value. An empty value is printed as a dash. */
export interface Fact {
  readonly label: string
  readonly value: string | undefined
  /** Address that the value leads to. */
  readonly link?: string
  /** Part of the width, relative to the other columns; the first row decides. Default 1. */
  readonly share?: number
}

/** Facts set in columns, measured before they are drawn. */
export interface FactGrid {
  readonly height: number
  draw(x: number, top: number): void
}

const GAP = step.m

/** @param columns  how many facts stand side by side; long values wrap to two lines */
export async function layoutFacts(
  sheet: Sheet,
  facts: readonly Fact[],
  width: number,
  columns: number,
): Promise<FactGrid> {
  const spans = columnSpans(facts, width, columns)
  const cells: { label: Line; value: Line[]; link?: string }[] = []
  for (const [index, { label, value, link }] of facts.entries()) {
    const room = spans[index % columns]?.width ?? 0
    cells.push({
      label: await layoutLine(label, type.label, room, sheet.setting),
      value: await layoutText(isVisible(value) ? value : '–', type.body, room, { ...sheet.setting, maxLines: 2 }),
      ...(link && isVisible(value) ? { link } : {}),
    })
  }
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) => {
    const inRow = cells.slice(row * columns, (row + 1) * columns)
    const lines = Math.max(1, ...inRow.map((cell) => cell.value.length))
    return { cells: inRow, height: type.label.lineHeight + lines * type.body.lineHeight }
  })
  const height = rows.reduce((sum, row) => sum + row.height, 0) + step.s * Math.max(0, rows.length - 1)
  return {
    height,
    draw(x, top) {
      let y = top
      for (const row of rows) {
        for (const [column, cell] of row.cells.entries()) {
          const left = x + (spans[column]?.left ?? 0)
          const valueTop = y + type.label.lineHeight
          sheet.pen.drawLine(cell.label, left, y, type.label)
          for (const [index, line] of cell.value.entries()) {
            sheet.pen.drawLine(line, left, valueTop + index * type.body.lineHeight, type.body)
          }
          if (cell.link) {
            const widest = Math.max(...cell.value.map((line) => line.width))
            sheet.link(left, valueTop, widest, cell.value.length * type.body.lineHeight, cell.link)
          }
        }
        y += row.height + step.s
      }
    },
  }
}

function columnSpans(facts: readonly Fact[], width: number, columns: number): { left: number; width: number }[] {
  const shares = Array.from({ length: columns }, (_, column) => facts[column]?.share ?? 1)
  const unit = (width - GAP * (columns - 1)) / shares.reduce((sum, share) => sum + share, 0)
  let left = 0
  return shares.map((share) => {
    const span = { left, width: share * unit }
    left += span.width + GAP
    return span
  })
}
