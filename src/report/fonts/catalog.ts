import { createRequire } from 'node:module'

/** The two weights that a report is set in. */
export type Weight = 'regular' | 'semibold'

/** One font file: whole, or a slice of a variable font that must be pinned to a weight first. */
export interface Face {
  /** Unique in a document, such as `inter-regular` or `jp-119-semibold`. */
  readonly key: string
  readonly path: string
  /** Weight to pin a variable font to. */
  readonly pin?: number
  /** Does nothing in it reach across a space, so that lines can be put together of words that were shaped before? */
  readonly wordByWord: boolean
  /** OpenType features switched on or off, beyond those that the script needs. */
  readonly features: Readonly<Record<string, boolean>>
}

/** Families in one file per weight. */
export type StaticFamily = keyof typeof staticFiles
/** Families cut into slices by code point, as browsers load them. */
export type SlicedFamily = 'jp' | 'kr' | 'sc' | 'tc'

const staticFiles = {
  inter: { regular: 'inter/400Regular/Inter_400Regular.ttf', semibold: 'inter/600SemiBold/Inter_600SemiBold.ttf' },
  arabic: {
    regular: 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
    semibold: 'noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold.ttf',
  },
  hebrew: {
    regular: 'noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
    semibold: 'noto-sans-hebrew/600SemiBold/NotoSansHebrew_600SemiBold.ttf',
  },
  thai: {
    regular: 'noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
    semibold: 'noto-sans-thai/600SemiBold/NotoSansThai_600SemiBold.ttf',
  },
  devanagari: {
    regular: 'noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf',
    semibold: 'noto-sans-devanagari/600SemiBold/NotoSansDevanagari_600SemiBold.ttf',
  },
  emoji: {
    regular: 'noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
    semibold: 'noto-emoji/600SemiBold/NotoEmoji_600SemiBold.ttf',
  },
  symbols: {
    regular: 'noto-sans-symbols/400Regular/NotoSansSymbols_400Regular.ttf',
    semibold: 'noto-sans-symbols/600SemiBold/NotoSansSymbols_600SemiBold.ttf',
  },
  symbols2: {
    regular: 'noto-sans-symbols-2/400Regular/NotoSansSymbols2_400Regular.ttf',
    semibold: 'noto-sans-symbols-2/400Regular/NotoSansSymbols2_400Regular.ttf',
  },
  math: {
    regular: 'noto-sans-math/400Regular/NotoSansMath_400Regular.ttf',
    semibold: 'noto-sans-math/400Regular/NotoSansMath_400Regular.ttf',
  },
} as const satisfies Record<string, Record<Weight, string>>

const pins = { regular: 400, semibold: 600 } as const satisfies Record<Weight, number>
const resolvePath = createRequire(import.meta.url).resolve

const staticFaces = new Map<string, Face>()

export function staticFace(family: StaticFamily, weight: Weight): Face {
  const key = `${family}-${weight}`
  const known = staticFaces.get(key)
  if (known) return known
  const features: Record<string, boolean> =
    // Inter's contextual alternates turn the x of 1920x1080 into a multiplication sign: names stay as they are written.
    family === 'inter' ? { calt: false } : {}
  const path = resolvePath(`@expo-google-fonts/${staticFiles[family][weight]}`)
  const face = { key, path, wordByWord: family === 'inter', features }
  staticFaces.set(key, face)
  return face
}

export function slicedFace(family: SlicedFamily, slice: string, weight: Weight): Face {
  return {
    key: `${family}-${slice}-${weight}`,
    path: resolvePath(`@fontsource-variable/noto-sans-${family}/files/noto-sans-${family}-${slice}-wght-normal.woff2`),
    pin: pins[weight],
    wordByWord: false,
    features: {},
  }
}

/** File that says which slice holds which code points. */
export function sliceIndexPath(family: SlicedFamily): string {
  return resolvePath(`@fontsource-variable/noto-sans-${family}/unicode.json`)
}
