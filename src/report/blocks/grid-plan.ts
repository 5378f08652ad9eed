/** Where the cells of a contact sheet stand. Lengths in points. */
export interface GridPlan {
  readonly pictureWidth: number
  readonly pictureHeight: number
  /** From the left edge of a column to that of the next. */
  readonly columnStep: number
  /** Between rows. */
  readonly rowGap: number
}

const RATIO = 9 / 16
const LEAST_GAP = 12
const MAX_ROW_GAP = 28
const SHRINK_FROM = 0.7 // of a further row that there is room for: then pictures are made smaller to have it whole

/** Width of a column's picture when nothing has to be made smaller. */
export function columnWidth(width: number, columns: number): number {
  const gap = columns > 4 ? LEAST_GAP : LEAST_GAP + 4
  return (width - gap * (columns - 1)) / columns
}

/**
 * Spread rows so that they fill a page: a little less picture for one row more, or a little more air between them.
 *
 * @param page        printable size of a page
 * @param textHeight  of what stands below each picture
 */
export function planGrid(
  page: { readonly width: number; readonly height: number },
  columns: number,
  textHeight: number,
): GridPlan {
  const fullWidth = columnWidth(page.width, columns)
  const fit = (page.height + LEAST_GAP) / (fullWidth * RATIO + textHeight + LEAST_GAP)
  const rows = Math.max(1, Math.floor(fit) + (fit % 1 >= SHRINK_FROM ? 1 : 0))
  const mostHeight = (page.height + LEAST_GAP) / rows - LEAST_GAP - textHeight
  const pictureHeight = Math.max(textHeight / 2, Math.min(fullWidth * RATIO, mostHeight))
  const pictureWidth = pictureHeight / RATIO
  const left = page.height - rows * (pictureHeight + textHeight)
  return {
    pictureWidth,
    pictureHeight,
    columnStep: columns === 1 ? page.width : pictureWidth + (page.width - columns * pictureWidth) / (columns - 1),
    rowGap: rows === 1 ? LEAST_GAP : Math.min(MAX_ROW_GAP, left / (rows - 1)),
  }
}
