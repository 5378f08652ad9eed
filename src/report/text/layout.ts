import type { Weight } from '../fonts/catalog.ts'
import { type Direction, directionOf, visualRuns } from './bidi.ts'
import { breakLines, ellipsize } from './break.ts'
import { cleanText } from './clean.ts'
import { type FontRun, type Itemizer, prepareText } from './itemize.ts'

/** How a text is set; lengths in points. */
export interface TextStyle {
  readonly size: number
  readonly lineHeight: number
  readonly color: string
  readonly weight: Weight
}

/** One line, ready to draw from left to right. */
export interface Line {
  readonly text: string
  readonly runs: readonly FontRun[]
  readonly width: number
  readonly direction: Direction
}

/**
 * Set a text into lines no wider than `width`.
 *
 * @param options `maxLines`: the last line then ends in an ellipsis; `language`: the document's
 */
export async function layoutText(
  text: string,
  style: TextStyle,
  width: number,
  options: { maxLines?: number; language?: string } = {},
): Promise<Line[]> {
  const { maxLines = Number.POSITIVE_INFINITY, language } = options
  const cleaned = cleanText(text)
  const itemize = await prepareText(cleaned, style.weight, language)
  const direction = directionOf(cleaned)
  const measure = (part: string) => runsWidth(visualRuns(part, direction, itemize), style.size)
  const lines = breakLines(cleaned, width, measure)
  const kept = lines.slice(0, maxLines)
  if (lines.length > maxLines && maxLines > 0) {
    // What is left of the text, not only of its next line: the ellipsis stands where the room ends.
    const rest = lines.slice(maxLines - 1).join(' ')
    kept[maxLines - 1] = ellipsize(rest.length > 400 ? `${rest.slice(0, 400)}…` : rest, width, measure)
  }
  return kept.map((line) => buildLine(line, direction, itemize, style.size))
}

/** A text on one line: its whitespace made single spaces, cut with an ellipsis when it is wider than `width`. */
export async function layoutLine(
  text: string,
  style: TextStyle,
  width = Number.POSITIVE_INFINITY,
  language?: string,
): Promise<Line> {
  const cleaned = cleanText(text).replace(/\s+/gu, ' ').trim()
  const itemize = await prepareText(cleaned, style.weight, language)
  const direction = directionOf(cleaned)
  const fitted = ellipsize(cleaned, width, (part) => runsWidth(visualRuns(part, direction, itemize), style.size))
  return buildLine(fitted, direction, itemize, style.size)
}

function buildLine(text: string, direction: Direction, itemize: Itemizer, size: number): Line {
  const runs = visualRuns(text, direction, itemize)
  return { text, runs, width: runsWidth(runs, size), direction }
}

function runsWidth(runs: readonly FontRun[], size: number): number {
  return runs.reduce((sum, run) => sum + run.font.widthOf(run.text), 0) * size
}
