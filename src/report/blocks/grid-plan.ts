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
const LEAST_PART = 0.85 // of a picture's full size that is left when it gives room to one row more

const HAIR = 0.02 // rows must fit although their sums are rounded

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
  const fullHeight = columnWidth(page.width, columns) * RATIO
  const roomFor = (rows: number): number => (page.height + LEAST_GAP - HAIR) / rows - LEAST_GAP - textHeight
  const fit = Math.max(1, Math.floor((page.height + LEAST_GAP) / (fullHeight + textHeight + LEAST_GAP)))
  const rows = roomFor(fit + 1) >= fullHeight * LEAST_PART ? fit + 1 : fit
  const pictureHeight = Math.min(fullHeight, Math.max(roomFor(rows), fullHeight / 2))
  const pictureWidth = pictureHeight / RATIO
  const left = Math.max(0, page.height - rows * (pictureHeight + textHeight))
  return {
    pictureWidth,
    pictureHeight,
    columnStep: columns === 1 ? page.width : pictureWidth + (page.width - columns * pictureWidth) / (columns - 1),
    rowGap: rows === 1 ? LEAST_GAP : Math.min(MAX_ROW_GAP, (left - HAIR / 2) / (rows - 1)),
  }
}
