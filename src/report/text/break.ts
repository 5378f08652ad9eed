/// <reference path="./linebreak.d.ts" />
import LineBreaker from 'linebreak'
import { MAX_MEASURED_WHOLE } from './ellipsize.ts'
import { Clusters, countFitting } from './fit.ts'

const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const NAME_JOINT = /[_\-./\\:]$/u

type Measure = (text: string) => number

/**
 * Break paragraphs into lines no wider than `width`, at the widths that `measure` gives. Each line is broken when it is
 * asked for.
 *
 * @param text  paragraphs separated by line feeds
 */
export function* breakLines(text: string, width: number, measure: Measure): Generator<string, void, undefined> {
  for (const paragraph of text.split('\n')) yield* breakParagraph(paragraph.trimEnd(), width, measure)
}

function* breakParagraph(paragraph: string, width: number, measure: Measure): Generator<string, void, undefined> {
  let line: string[] = []
  let used = 0
  const endLine = (): string => {
    // Shaped as a whole a line may come out a hair wider than its chunks.
    const carried: string[] = []
    while (line.length > 1 && measure(line.join('').trimEnd()) > width) carried.unshift(line.pop() ?? '')
    const whole = line.join('').trimEnd()
    line = carried
    used = measure(carried.join(''))
    return whole
  }

  if (paragraph.length <= MAX_MEASURED_WHOLE && measure(paragraph) <= width) {
    yield paragraph
    return
  }
  for (const chunk of breakChunks(paragraph)) {
    const word = chunk.trimEnd()
    const wordWidth = word.length > MAX_MEASURED_WHOLE ? Number.POSITIVE_INFINITY : measure(word)
    while (line.length > 0 && used + wordWidth > width) {
      const whole = endLine()
      if (whole !== '') yield whole
    }
    if (wordWidth > width) {
      const rest = yield* cutUnbroken(chunk, width, measure)
      line.push(rest)
      used = measure(rest)
    } else {
      line.push(chunk)
      used += wordWidth + measure(chunk.slice(word.length))
    }
  }
  while (line.join('').trim() !== '') {
    const whole = endLine()
    if (whole !== '') yield whole
  }
}

/** Where a line may end. Spaces stay at the end of their chunk; the chunks joined are the paragraph. */
function* breakChunks(paragraph: string): Generator<string, void, undefined> {
  const breaker = new LineBreaker(paragraph)
  let last = 0
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) {
    if (next.position > last) yield* words(paragraph.slice(last, next.position))
    last = next.position
  }
  if (last < paragraph.length) yield* words(paragraph.slice(last))
}

/** Thai and its neighbours write no spaces: their words come from a dictionary. */
function* words(chunk: string): Generator<string, void, undefined> {
  if (!UNSPACED.test(chunk)) {
    yield chunk
    return
  }
  let word = ''
  for (const { segment, isWordLike } of new Intl.Segmenter('th', { granularity: 'word' }).segment(chunk)) {
    if (isWordLike && word !== '') {
      yield word
      word = ''
    }
    word += segment
  }
  yield word
}

/** Lines of a name too long for one; returns what is left for the last. */
function* cutUnbroken(chunk: string, width: number, measure: Measure): Generator<string, string, undefined> {
  const clusters = new Clusters(chunk)
  for (;;) {
    const count = Math.max(1, countFitting(clusters, width, measure))
    if (clusters.at(count) === undefined) return clusters.take(count)
    yield clusters.take(jointBefore(clusters, count) ?? count).trimEnd()
  }
}

/** The last joint of a name, such as `_`, when a break there does not cost half the line. */
function jointBefore(clusters: Clusters, count: number): number | undefined {
  for (let index = count; index > count / 2; index--) {
    if (NAME_JOINT.test(clusters.at(index - 1) ?? '')) return index
  }
  return undefined
}
