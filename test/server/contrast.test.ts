import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

/*
 * Colours of tokens.css against each other, by WCAG 2.2: 4.5 for text (1.4.3), 3 for the edges of controls and what else has to be
 * seen without being read (1.4.11).
 */
const css = readFileSync(join(import.meta.dirname, '../../templates/assets/tokens.css'), 'utf8')
const [light = '', dark = ''] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => body)

type Colour = readonly [number, number, number]

const statuses = ['waiting', 'progress', 'review', 'good', 'bad'] as const

describe.each([
  ['light', tokensOf(light)],
  ['dark', tokensOf(`${light}${dark}`)],
])('in the %s scheme', (_scheme, { colour, tint }) => {
  test.each(['text', 'quiet', 'accent', ...statuses])('--%s can be read on the page and on what is raised', (name) => {
    expect(contrast(colour(name), colour('ground'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colour(name), colour('raised'))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(statuses)('a badge in --%s can be read on its own tint', (name) => {
    expect(contrast(colour(name), mix(colour(name), colour('ground'), tint))).toBeGreaterThanOrEqual(4.5)
  })

  test('text can be read on a banner and on a button', () => {
    const banner = mix(colour('accent'), colour('ground'), tint)
    expect(contrast(colour('text'), banner)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colour('on-accent'), colour('accent'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colour('accent'), banner)).toBeGreaterThanOrEqual(3)
  })

  test('edges of controls and rings of focus can be seen', () => {
    expect(contrast(colour('edge'), colour('ground'))).toBeGreaterThanOrEqual(3)
    expect(contrast(colour('accent'), colour('ground'))).toBeGreaterThanOrEqual(3)
    expect(contrast(colour('accent'), colour('line'))).toBeGreaterThanOrEqual(3) // progress bars
  })
})

function tokensOf(body: string): { colour: (name: string) => Colour; tint: number } {
  const tokens = new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]))
  const colour = (name: string): Colour => {
    const [, r = '', g = '', b = ''] = /^#(..)(..)(..)$/.exec(tokens.get(name) ?? '') ?? []
    if (r === '') throw new Error(`no colour --${name}`)
    return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)]
  }
  return { colour, tint: Number.parseInt(tokens.get('tint') ?? '', 10) / 100 }
}

/** As `color-mix(in srgb, …)`. */
function mix([r1, g1, b1]: Colour, [r2, g2, b2]: Colour, share: number): Colour {
  const one = (a: number, b: number): number => a * share + b * (1 - share)
  return [one(r1, r2), one(g1, g2), one(b1, b2)]
}

function contrast(a: Colour, b: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: Colour): number {
  const [r = 0, g = 0, b = 0] = colour.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
