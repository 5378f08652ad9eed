import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type as typeScale } from '../../src/report/page/theme.ts'
import { directionOf, visualRuns } from '../../src/report/text/bidi.ts'
import { breakLines } from '../../src/report/text/break.ts'
import { cleanText } from '../../src/report/text/clean.ts'
import { ellipsize, ellipsizeMiddle } from '../../src/report/text/ellipsize.ts'
import { MISSING_MARK, prepareText } from '../../src/report/text/itemize.ts'
import { layoutLine, layoutText } from '../../src/report/text/layout.ts'
import { hanFormOf } from '../../src/report/text/script.ts'

const alphabet = [
  ...'abc _-./WÅß Жя Ωλ ếợ あア漢字。한글 场灯 دخل שלום ฉากน้ำ दृश्य 👩‍🚀🔥→✓123(',
  '\u{10fffd}',
  '\u0301',
  '\u200d',
]
const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const withoutSpaces = (text: string) => text.replace(/\s/gu, '')

async function fontsOf(text: string): Promise<string[]> {
  const itemize = await prepareText(text, 'regular')
  return itemize(text).map((run) => run.font.key.replace(/-\d+/, '').replace('-regular', ''))
}

describe('fonts per run', () => {
  test.each([
    ['Žižka Привет Ελλάδα Tiếng Việt', ['inter']],
    ['مشهد', ['arabic']],
    ['שלום', ['hebrew']],
    ['ฉาก', ['thai']],
    ['दृश्य', ['devanagari']],
    ['👩‍🚀', ['emoji']],
    ['a→b✓', ['inter']],
    ['カ', ['jp']],
    ['한', ['kr']],
    ['灯', ['sc']],
  ])('%s is set in %j', async (text, fonts) => {
    expect(await fontsOf(text)).toEqual(fonts)
  })

  test('Han characters follow what stands beside them, else the language of the document', () => {
    expect(hanFormOf('場面の灯')).toBe('jp')
    expect(hanFormOf('장면 場')).toBe('kr')
    expect(hanFormOf('这个镜头')).toBe('sc')
    expect(hanFormOf('這個鏡頭')).toBe('tc')
    expect(hanFormOf('灯', 'ja-JP')).toBe('jp')
    expect(hanFormOf('灯', 'zh-Hant')).toBe('tc')
  })

  test('a character that no font has becomes a visible mark', async () => {
    const itemize = await prepareText('A\u{10fffd}B', 'regular')
    expect(
      itemize('A\u{10fffd}B')
        .map((run) => run.text)
        .join(''),
    ).toBe(`A${MISSING_MARK}B`)
  })

  test('no run is ever given a glyph that its font lacks', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (raw) => {
        const text = cleanText(raw).replaceAll('\n', ' ')
        const itemize = await prepareText(text, 'regular')
        for (const { text: part, font } of itemize(text)) {
          const glyphs = font.font.layout(part).glyphs.filter((glyph) => glyph.id === 0)
          expect(glyphs.length, `${JSON.stringify(part)} in ${font.key}`).toBe(0)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('lines', () => {
  const style = typeScale.body

  test('joined, they are the text, but for its spaces; each one fits', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 40, max: 400 }), async (raw, width) => {
        const text = cleanText(raw)
        const lines = await layoutText(text, style, width)
        expect(withoutSpaces(lines.map((line) => line.text).join(''))).toBe(withoutSpaces(text))
        for (const line of lines) {
          const graphemes = [...new Intl.Segmenter().segment(line.text)].length
          if (graphemes > 1) expect(line.width, JSON.stringify(line.text)).toBeLessThanOrEqual(width + 0.5)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a cut text fits, ends in an ellipsis, and is otherwise the start of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 30, max: 200 }), async (raw, width) => {
        const line = await layoutLine(raw, style, width)
        const whole = cleanText(raw).replace(/\s+/gu, ' ').trim()
        if (line.text === whole) return
        expect(line.text.endsWith('…')).toBe(true)
        expect(whole.startsWith(line.text.slice(0, -1))).toBe(true)
        expect(line.width).toBeLessThanOrEqual(width + 0.5)
      }),
      { numRuns: 3000 },
    )
  })

  test('a name cut in its middle fits, and is otherwise the start and the end of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 40, max: 200 }), async (raw, width) => {
        const { text, width: used } = await layoutLine(raw, style, width, { cut: 'middle' })
        const whole = cleanText(raw).replace(/\s+/gu, ' ').trim()
        if (text === whole) return
        const gaps = Array.from(text.matchAll(/…/g), ({ index }) => index)
        const isCut = (gap: number) => whole.startsWith(text.slice(0, gap)) && whole.endsWith(text.slice(gap + 1))
        expect(gaps.some(isCut), text).toBe(true)
        expect(used).toBeLessThanOrEqual(width + 0.5)
      }),
      { numRuns: 2000 },
    )
  })

  test('a name cut in its middle keeps its number, and of a very long one little is measured', () => {
    let measured = 0
    const measure = (part: string) => {
      measured += part.length
      return part.length
    }
    expect(ellipsizeMiddle('lighthouse_450_comp_v003', 16, measure)).toBe('lighthouse…_v003')
    expect(ellipsizeMiddle('abcdefghij', 6, measure)).toBe('abc…ij')
    expect(ellipsizeMiddle('abcdefghij', 10, measure)).toBe('abcdefghij')
    expect(ellipsizeMiddle('abcdefghij', 2, measure)).toBe('a…')
    measured = 0
    ellipsizeMiddle('LH_010_'.repeat(3_000), 60, measure)
    expect(measured).toBeLessThan(60 * 20)
  })

  test('names break at their joints, Chinese between characters, and no line starts with a full stop', () => {
    const measure = (text: string) => text.length
    const linesOf = (text: string, width: number) => [...breakLines(text, width, measure)]
    expect(linesOf('lh010_comp_superlong_v001', 12)).toEqual(['lh010_comp_', 'superlong_', 'v001'])
    expect(linesOf('调整了雨景的灯光。', 4)).toEqual(['调整了雨', '景的灯', '光。'])
    expect(linesOf('one two\n\nthree', 5)).toEqual(['one', 'two', '', 'three'])
    expect(ellipsize('abcdefgh', 5, measure)).toBe('abcd…')
  })

  test.each([
    'x'.repeat(20_000),
    'LH_010_'.repeat(3_000),
    'مشهد'.repeat(5_000),
    '灯'.repeat(20_000),
    'ab '.repeat(7_000),
  ])('what is measured of a long text grows with its length only: %.8s…', (text) => {
    let measured = 0
    const measure = (part: string) => {
      measured += part.length
      return part.length
    }
    expect(withoutSpaces([...breakLines(text, 60, measure)].join(''))).toBe(withoutSpaces(text))
    expect(measured).toBeLessThan(text.length * 8)
    measured = 0
    ellipsize(text, 60, measure)
    expect(measured).toBeLessThan(60 * 8)
    measured = 0
    breakLines(text, 60, measure).next()
    expect(measured).toBeLessThan(60 * 8)
  })

  test('a very long text leaves others their turn and stops when it is no longer wanted', async () => {
    const abort = new AbortController()
    const reason = new Error('stopped by a person')
    setImmediate(() => abort.abort(reason))
    await expect(layoutText('x'.repeat(100_000), style, 300, { signal: abort.signal })).rejects.toBe(reason)
  })

  test('the last of a limited number of lines ends in an ellipsis', async () => {
    const lines = await layoutText('word '.repeat(200), style, 100, { maxLines: 3 })
    expect(lines).toHaveLength(3)
    expect(lines[2]?.text).toMatch(/…$/)
  })
})

describe('right to left', () => {
  test('the first letter decides on the direction', () => {
    expect(directionOf('(v003) שלום')).toBe('ltr')
    expect(directionOf('שלום (v003)')).toBe('rtl')
    expect(directionOf('12')).toBe('ltr')
  })

  test('runs come in visual order, brackets mirrored', async () => {
    const text = 'אב (v3) גד'
    const runs = visualRuns(text, 'rtl', await prepareText(text, 'regular'))
    const visual = runs.map((run) => (/[א-ת]/u.test(run.text) ? [...run.text].reverse().join('') : run.text)).join('')
    expect(visual).toBe('דג (v3) בא')
  })
})
