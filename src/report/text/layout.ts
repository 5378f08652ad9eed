import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Weight } from '../fonts/catalog.ts'
import { type Direction, directionOf, visualRuns } from './bidi.ts'
import { breakLines } from './break.ts'
import { cleanText } from './clean.ts'
import { ellipsize, ellipsizeMiddle } from './ellipsize.ts'
import { type FontRun, prepareText } from './itemize.ts'

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

/** How much of a text is set, and for whom. */
export interface LayoutOptions {
  /** The last line then ends in an ellipsis. Default: all of them. */
  readonly maxLines?: number
  /** The document's. */
  readonly language?: string
  /** Heard between lines. */
  readonly signal?: AbortSignal
}

/** How one line is set. */
export interface LineOptions {
  /** The document's. */
  readonly language?: string
  /** Where the ellipsis of a text stands that is too wide. Default `end`. */
  readonly cut?: 'end' | 'middle'
}

const LINES_PER_TURN = 25
const ENOUGH_REST = 800 // to fill the last line
const MAX_LINE_LENGTH = 5_000 // of a text that is cut anyway: no line shows more

/** Set a text into lines no wider than `width`. Long texts leave the event loop its turns. */
export async function layoutText(
  text: string,
  style: TextStyle,
  width: number,
  options: LayoutOptions = {},
): Promise<Line[]> {
  const { maxLines = Number.POSITIVE_INFINITY, language, signal } = options
  const cleaned = cutOff(cleanText(text), maxLines * MAX_LINE_LENGTH)
  const { measure, build } = await prepareLines(cleaned, style, language)
  const lines: Line[] = []
  let at = 0
  for (const line of breakLines(cleaned, width, measure)) {
    if (lines.length >= maxLines - 1) {
      // What is left of the text, not only of its next line: the ellipsis stands where the room ends.
      if (maxLines > 0) lines.push(build(ellipsize(restOf(cleaned, at), width, measure)))
      break
    }
    lines.push(build(line))
    at = cleaned.indexOf(line, at) + line.length
    if (lines.length % LINES_PER_TURN === 0) {
      await nextTurn()
      signal?.throwIfAborted()
    }
  }
  return lines
}

/** A text on one line: its whitespace made single spaces, cut with an ellipsis when it is wider than `width`. */
export async function layoutLine(
  text: string,
  style: TextStyle,
  width = Number.POSITIVE_INFINITY,
  { language, cut = 'end' }: LineOptions = {},
): Promise<Line> {
  const line = cleanText(text).replace(/\s+/gu, ' ').trim()
  const cleaned = cut === 'middle' ? cutOut(line, MAX_LINE_LENGTH) : cutOff(line, MAX_LINE_LENGTH)
  const { measure, build } = await prepareLines(cleaned, style, language)
  return build((cut === 'middle' ? ellipsizeMiddle : ellipsize)(cleaned, width, measure))
}

async function prepareLines(text: string, { weight, size }: TextStyle, language: string | undefined) {
  const itemize = await prepareText(text, weight, language)
  const direction = directionOf(text)
  const runsOf = (part: string) => visualRuns(part, direction, itemize)
  const widthOf = (runs: readonly FontRun[]) => runs.reduce((sum, run) => sum + run.font.widthOf(run.text), 0) * size
  return {
    measure: (part: string): number => widthOf(runsOf(part)),
    build: (part: string): Line => {
      const runs = runsOf(part)
      return { text: part, runs, width: widthOf(runs), direction }
    },
  }
}

function restOf(text: string, at: number): string {
  return cutOff(text.slice(at).trim(), ENOUGH_REST).replace(/\s+/gu, ' ')
}

function cutOff(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text
}

function cutOut(text: string, length: number): string {
  if (text.length <= length) return text
  return `${text.slice(0, length / 2).toWellFormed()}${text.slice(-length / 2).toWellFormed()}`
}
