/// <reference path="./bidi-js.d.ts" />
import bidiFactory from 'bidi-js/dist/bidi.mjs'
import type { FontRun, Itemizer } from './itemize.ts'

export type Direction = 'ltr' | 'rtl'

let shared: ReturnType<typeof bidiFactory> | undefined
const bidi = () => (shared ??= bidiFactory()) // its tables take a while to build, and few texts need them
const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200f]/u
const RTL_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
const ARABIC_DIGIT = /[\u0660-\u0669\u06f0-\u06f9]/u
const ARABIC_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/gu
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Direction of a paragraph: that of its first letter. */
export function directionOf(paragraph: string): Direction {
  if (!RTL.test(paragraph)) return 'ltr'
  return bidi().getEmbeddingLevels(paragraph).paragraphs[0]?.level === 1 ? 'rtl' : 'ltr'
}

/**
 * The runs of one line from left to right.
 *
 * A run's text stays in reading order where the font's shaper turns it round itself (Arabic, Hebrew letters);
 * punctuation inside right-to-left text is turned and mirrored here.
 */
export function visualRuns(line: string, direction: Direction, itemize: Itemizer): FontRun[] {
  if (direction === 'ltr' && !RTL.test(line)) return itemize(line)
  const embedding = bidi().getEmbeddingLevels(line, direction)
  const spans: { level: number; text: string }[] = []
  for (let index = 0; index < line.length; index++) {
    const level = embedding.levels[index] ?? 0
    const unit = line.charAt(index)
    const last = spans.at(-1)
    if (last && last.level === level) last.text += unit
    else spans.push({ level, text: unit })
  }
  return reorder(spans).flatMap(({ level, text }) =>
    level % 2 === 1 ? rightToLeft(text, itemize) : leftToRight(text, itemize),
  )
}

/** Rule L2 of the bidirectional algorithm: from the highest level down, turn round what is at that level or above. */
function reorder<T extends { level: number }>(spans: readonly T[]): T[] {
  const ordered = [...spans]
  const highest = Math.max(0, ...spans.map((span) => span.level))
  for (let level = highest; level > 0; level--) {
    for (let start = 0; start < ordered.length; start++) {
      let end = start
      while ((ordered[end]?.level ?? -1) >= level) end++
      if (end - start > 1) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse())
      if (end > start) start = end
    }
  }
  return ordered
}

/** Arabic digits run from left to right; the shaper turns everything Arabic round, so they are turned beforehand. */
function leftToRight(text: string, itemize: Itemizer): FontRun[] {
  return itemize(text).map((run) =>
    ARABIC_DIGIT.test(run.text) && !RTL_LETTER.test(run.text.replace(ARABIC_DIGITS, ''))
      ? { text: [...run.text].reverse().join(''), font: run.font }
      : run,
  )
}

function rightToLeft(text: string, itemize: Itemizer): FontRun[] {
  return itemize(text)
    .reverse()
    .map((run) => {
      const mirrored = [...run.text].map((character) => bidi().getMirroredCharacter(character) ?? character).join('')
      if (RTL_LETTER.test(run.text)) return { text: mirrored, font: run.font }
      const clusters = Array.from(graphemes.segment(mirrored), ({ segment }) => segment)
      return { text: clusters.reverse().join(''), font: run.font }
    })
}
