/// <reference path="./linebreak.d.ts" />
import LineBreaker from 'linebreak'

const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const NAME_JOINT = /[_\-./\\:]$/u
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Cut a paragraph where a line may end. Spaces stay at the end of their chunk; the chunks joined are the paragraph. */
export function breakChunks(paragraph: string): string[] {
  const breaker = new LineBreaker(paragraph)
  const chunks: string[] = []
  let last = 0
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) {
    if (next.position > last) chunks.push(...words(paragraph.slice(last, next.position)))
    last = next.position
  }
  if (last < paragraph.length) chunks.push(...words(paragraph.slice(last)))
  return chunks
}

/** Thai and its neighbours write no spaces: their words come from a dictionary. */
function words(chunk: string): string[] {
  if (!UNSPACED.test(chunk)) return [chunk]
  const parts: string[] = []
  for (const { segment, isWordLike } of new Intl.Segmenter('th', { granularity: 'word' }).segment(chunk)) {
    const last = parts.at(-1)
    if (!isWordLike && last !== undefined) parts[parts.length - 1] = last + segment
    else parts.push(segment)
  }
  return parts
}

/**
 * Break paragraphs into lines no wider than `width`, at the widths that `measure` gives.
 *
 * @param text  paragraphs separated by line feeds
 */
export function breakLines(text: string, width: number, measure: (text: string) => number): string[] {
  return text.split('\n').flatMap((paragraph) => breakParagraph(paragraph.trimEnd(), width, measure))
}

function breakParagraph(paragraph: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = []
  let line: string[] = []
  let used = 0
  const fits = (part: string) => measure(part.trimEnd()) <= width
  const endLine = () => {
    // Shaped as a whole a line may come out a hair wider than its chunks.
    const carried: string[] = []
    while (line.length > 1 && !fits(line.join(''))) carried.unshift(line.pop() ?? '')
    const whole = line.join('').trimEnd()
    if (whole !== '') lines.push(whole)
    line = carried
    used = measure(carried.join(''))
  }

  for (const chunk of breakChunks(paragraph)) {
    if (line.length > 0 && used + measure(chunk.trimEnd()) > width) endLine()
    let rest = chunk
    if (line.length === 0) {
      while (!fits(rest)) {
        const head = fittingPrefix(rest, fits)
        lines.push(head.trimEnd())
        rest = rest.slice(head.length)
      }
    }
    line.push(rest)
    used += measure(rest)
  }
  while (line.join('').trim() !== '') endLine()
  return lines.length > 0 ? lines : ['']
}

/** The longest start of an unbroken name that fits, ended at a joint such as `_` when that does not cost half the line. */
function fittingPrefix(text: string, fits: (part: string) => boolean): string {
  const ends = Array.from(graphemes.segment(text), ({ index, segment }) => index + segment.length)
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (fits(text.slice(0, ends[middle]))) low = middle
    else high = middle - 1
  }
  for (let index = low; index > low / 2; index--) {
    const head = text.slice(0, ends[index])
    if (NAME_JOINT.test(head)) return head
  }
  return text.slice(0, ends[low])
}

/** The longest start of a text that fits together with an ellipsis; the whole text if it fits as it is. */
export function ellipsize(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text
  const ends = [0, ...Array.from(graphemes.segment(text), ({ index, segment }) => index + segment.length)]
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (measure(`${text.slice(0, ends[middle]).trimEnd()}…`) <= width) low = middle
    else high = middle - 1
  }
  return `${text.slice(0, ends[low]).trimEnd()}…`
}
