/// <reference path="./subset-font.d.ts" />
import { readFile } from 'node:fs/promises'
import { create, type Font, type GlyphRun } from 'fontkit'
import { LRUCache } from 'lru-cache'
import type { Face } from './catalog.ts'

/** A font that is ready to measure and to draw. */
export interface OpenFont {
  readonly key: string
  /** For pdfkit; its `layout` is the cached one. */
  readonly font: Font
  /** Does it have a glyph for every one of these? */
  covers(codePoints: readonly number[]): boolean
  /** Width of a text in ems, shaped as one run. */
  widthOf(text: string): number
}

interface ShapedWord {
  readonly run: GlyphRun
  /** In ems; fontkit adds it up anew each time. */
  readonly width: number
}

const FIGURES = /^[\d\s.,:%<>]+$/ // tabular only among themselves: Inter's tabular hyphens and spaces would spoil names
const AFTER_SPACE = /(?<= )/
const MAX_SHAPED = 800 // per font; 1 to 3 KB each
const opened = new Map<string, Promise<OpenFont>>()

/** Open a font once per process. */
export function openFont(face: Face): Promise<OpenFont> {
  const known = opened.get(face.key)
  if (known) return known
  const opening = readFace(face)
  opened.set(face.key, opening)
  opening.catch(() => opened.delete(face.key))
  return opening
}

async function readFace(face: Face): Promise<OpenFont> {
  const file = await readFile(face.path)
  const bytes = face.pin === undefined ? file : await pinWeight(file, face.pin)
  const font = create(bytes)
  if (!('layout' in font)) throw new Error(`${face.path} is a collection of fonts: expected a single one.`)
  const shape = font.layout.bind(font)
  const shaped = new LRUCache<string, ShapedWord>({ max: MAX_SHAPED })

  const shapeWord = (word: string, figures: boolean): ShapedWord => {
    const key = figures ? `\t${word}` : word // no text that is printed has tabs
    const known = shaped.get(key)
    if (known) return known
    const run = shapeSafely(shape, word, { ...face.features, ...(figures ? { tnum: true } : {}) })
    nameGlyphs(run, word)
    const shapedWord = { run, width: run.advanceWidth / font.unitsPerEm }
    shaped.set(key, shapedWord)
    return shapedWord
  }
  const shapeText = (text: string): readonly ShapedWord[] => {
    const figures = FIGURES.test(text)
    if (figures || !face.wordByWord) return [shapeWord(text, figures)]
    return text.split(AFTER_SPACE).map((word) => shapeWord(word, false))
  }
  // pdfkit scales the positions in place: it gets copies.
  font.layout = (text) => joinCopies(shapeText(text).map(({ run }) => run))

  return {
    key: face.key,
    font,
    covers: (codePoints) => codePoints.every((codePoint) => font.hasGlyphForCodePoint(codePoint)),
    widthOf: (text) => shapeText(text).reduce((sum, { width }) => sum + width, 0),
  }
}

/** A variable WOFF2 as a static TrueType font: neither fontkit nor pdfkit can embed a variation. */
async function pinWeight(woff2: Buffer, weight: number): Promise<Buffer> {
  const { default: subsetFont } = await import('subset-font') // slow to load, and most reports are Latin
  return await subsetFont(woff2, undefined, {
    keepAllGlyphs: true,
    targetFormat: 'sfnt',
    variationAxes: { wght: weight },
    dropTables: ['vhea', 'vmtx'],
  })
}

/** fontkit stumbles over rare marks (an anchor that a font leaves out): rather a mark a little off than no report. */
function shapeSafely(shape: Font['layout'], text: string, features: Record<string, boolean>): GlyphRun {
  try {
    return shape(text, features)
  } catch {
    try {
      return shape(text, { ...features, mark: false, mkmk: false, curs: false, kern: false })
    } catch {
      return shape(text, features, 'zyyy')
    }
  }
}

/**
 * fontkit remembers a glyph without its characters when it met it first as a part of another (the dots of a colon);
 * text copied out of the document would then lack it.
 */
function nameGlyphs(run: GlyphRun, text: string): void {
  const characters = [...text]
  if (run.direction === 'rtl') characters.reverse()
  if (characters.length !== run.glyphs.length) return
  for (const [index, glyph] of run.glyphs.entries()) {
    const codePoint = characters[index]?.codePointAt(0)
    if (glyph.codePoints.length === 0 && codePoint !== undefined) glyph.codePoints = [codePoint]
  }
}

/** @param runs  from left to right, at least one */
function joinCopies(runs: readonly GlyphRun[]): GlyphRun {
  const [first] = runs
  if (first === undefined) throw new Error('There is no text to draw: expected at least one run.')
  const { script, language, direction, features, bbox, advanceHeight } = first
  const positions = runs.flatMap((run) => run.positions.map((position) => ({ ...position })))
  return {
    glyphs: runs.flatMap((run) => run.glyphs),
    positions,
    script,
    language,
    direction,
    features,
    bbox,
    advanceHeight,
    get advanceWidth() {
      return positions.reduce((sum, position) => sum + position.xAdvance, 0)
    },
  }
}
