import { type SlicedFamily, type StaticFamily, slicedFace, staticFace, type Weight } from '../fonts/catalog.ts'
import { type OpenFont, openFont } from '../fonts/open.ts'
import { sliceIndex } from '../fonts/slices.ts'
import { familiesFor, type HanForm, hanFormOf } from './script.ts'

/** A stretch of text in one font. */
export interface FontRun {
  readonly text: string
  readonly font: OpenFont
}

/** Cuts text into runs of one font each, once `prepareText` has opened the fonts. */
export type Itemizer = (text: string) => FontRun[]

/** Drawn for a character that no font has. */
export const MISSING_MARK = '◇'

const PLAIN = /^[\x20-\x7e\u00a0-\u017f]*$/
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const MAX_PLACED = 20_000
const placed = new Map<string, readonly FontRun[]>()

/**
 * Open the fonts that a text needs.
 *
 * @param text      cleaned text
 * @param language  the document's, for Han characters that nothing else in the text places
 */
export async function prepareText(text: string, weight: Weight, language?: string): Promise<Itemizer> {
  const base = await openFont(staticFace('inter', weight))
  if (PLAIN.test(text)) return (part) => (part === '' ? [] : [{ text: part, font: base }])
  const form = hanFormOf(text, language)
  const local = new Map<string, readonly FontRun[]>()
  for (const { segment } of graphemes.segment(text)) {
    if (local.has(segment)) continue
    const key = `${weight} ${form} ${segment}`
    const runs = placed.get(key) ?? (await placeCluster(segment, weight, form))
    if (placed.size >= MAX_PLACED) placed.clear()
    placed.set(key, runs)
    local.set(segment, runs)
  }
  return (part) => {
    const runs: FontRun[] = []
    for (const { segment } of graphemes.segment(part)) {
      // A part cut out of the text may have clusters of its own, such as the ellipsis: those are the base font's.
      const known = local.get(segment) ?? [{ text: segment, font: base }]
      for (const run of known) appendRun(runs, run)
    }
    return runs
  }
}

/** One cluster: in the first font that has all of it, else character by character, with a mark for what nobody has. */
async function placeCluster(cluster: string, weight: Weight, form: HanForm): Promise<readonly FontRun[]> {
  const whole = await findFont(cluster, weight, form)
  if (whole) return [{ text: drawable(cluster, whole), font: whole }]
  const base = await openFont(staticFace('inter', weight))
  const runs: FontRun[] = []
  for (const character of cluster) {
    if (IGNORABLE.test(character)) continue
    const font = await findFont(character, weight, form)
    if (font) appendRun(runs, { text: character, font })
    else if (!/\p{Mark}/u.test(character)) appendRun(runs, { text: MISSING_MARK, font: base })
  }
  return runs
}

async function findFont(cluster: string, weight: Weight, form: HanForm): Promise<OpenFont | undefined> {
  const needed = [...cluster].filter((character) => !IGNORABLE.test(character)).map((c) => c.codePointAt(0) ?? 0)
  if (needed.length === 0) return undefined
  for (const family of familiesFor(cluster, form)) {
    const font = await openFamily(family, needed[0] ?? 0, weight)
    if (font?.covers(needed)) return font
  }
  return undefined
}

async function openFamily(
  family: StaticFamily | SlicedFamily,
  codePoint: number,
  weight: Weight,
): Promise<OpenFont | undefined> {
  if (family !== 'jp' && family !== 'kr' && family !== 'sc' && family !== 'tc') {
    return await openFont(staticFace(family, weight))
  }
  const slice = (await sliceIndex(family)).find(codePoint)
  return slice === undefined ? undefined : await openFont(slicedFace(family, slice, weight))
}

/** Joiners and selectors only where the font uses them: elsewhere they would be drawn as missing glyphs. */
function drawable(cluster: string, font: OpenFont): string {
  return [...cluster].filter((c) => !IGNORABLE.test(c) || font.covers([c.codePointAt(0) ?? 0])).join('')
}

function appendRun(runs: FontRun[], run: FontRun): void {
  const last = runs.at(-1)
  if (last && last.font === run.font) runs[runs.length - 1] = { text: last.text + run.text, font: last.font }
  else runs.push(run)
}
