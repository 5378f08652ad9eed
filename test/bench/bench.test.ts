import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { signedForm } from '../../bench/clicks/forms.ts'
import { isMet } from '../../bench/parts/result.ts'
import { median, quantile } from '../../bench/parts/statistics.ts'
import { formatFigure, formatResult } from '../../bench/parts/table.ts'
import { readEmbeddedImages } from '../../bench/report/embedded-images.ts'
import { decodeForm } from '../../src/ami/form.ts'
import { secretTokenOf, verifySignature } from '../../src/ami/signature.ts'

test('a quantile is one of the values, and nothing has none', () => {
  const values = Array.from({ length: 100 }, (_, at) => 100 - at)
  expect(quantile(values, 0.99)).toBe(99)
  expect(quantile(values, 0.5)).toBe(50)
  expect(quantile(values, 1)).toBe(100)
  expect(median([3, 1, 2])).toBe(2)
  expect(median([])).toBeNaN()
})

test('a target is met on its edge, and never by a figure that is not there', () => {
  const claim = { claim: 'of a test', unit: '×' } as const
  expect(isMet({ ...claim, figure: 0.15, target: { least: 0.15 } })).toBe(true)
  expect(isMet({ ...claim, figure: 0.149, target: { least: 0.15 } })).toBe(false)
  expect(isMet({ ...claim, figure: 1.5, target: { most: 1.5 } })).toBe(true)
  expect(isMet({ ...claim, figure: Number.NaN, target: { most: 1.5 } })).toBe(false)
  expect(isMet({ ...claim, figure: 1 })).toBeUndefined()
})

test('figures have three digits that count', () => {
  expect(formatFigure(0.15349, '×')).toBe('0.153×')
  expect(formatFigure(4.006, 'ms')).toBe('4.01 ms')
  expect(formatFigure(48.26, 'ms')).toBe('48.3 ms')
  expect(formatFigure(12_345.6, '/s')).toBe('12,346/s')
  expect(formatFigure(Number.NaN, 's')).toBe('–')
})

test('a table says what was aimed at and whether it was reached', () => {
  const text = formatResult({
    title: 'Tests',
    claims: [
      { claim: 'quick', figure: 12.3, unit: 'ms', target: { most: 50 } },
      { claim: 'a ratio that is small', figure: 0.1, unit: '×', target: { least: 0.15 } },
      { claim: 'without a target', figure: 7, unit: '/s' },
    ],
    breakdown: [{ title: 'What it is made of', rows: [{ what: 'all', figure: 2, unit: 'ms' }] }],
    notes: ['Medians.'],
  })
  expect(text.split('\n').map((line) => line.trimEnd())).toEqual([
    '== Tests',
    '',
    '                          measured    target',
    '  quick                    12.3 ms   ≤ 50 ms       met',
    '  a ratio that is small     0.100×   ≥ 0.15×   NOT MET',
    '  without a target          7.00/s',
    '',
    '  What it is made of',
    '  all                  2.00 ms',
    '',
    '  Medians.',
    '',
  ])
})

test('the forms of the clicks are signed, and no two are the same', () => {
  const secret = 'a-secret-for-benches-only'
  const forms = [1, 2].map(() => signedForm('one-line', secret, Date.now()))
  const token = secretTokenOf('one-line', { secret, environment: 'main' })
  for (const form of forms) expect(() => verifySignature(decodeForm(Buffer.from(form)), token)).not.toThrow()
  expect(new Set(forms.map((form) => new URLSearchParams(form).get('signature'))).size).toBe(2)
})

test('the images of a PDF come out as they went in, in their order', async () => {
  const images = await Promise.all(
    ['#a00', '#0a0'].map((background) =>
      sharp({ create: { width: 32, height: 18, channels: 3, background } })
        .jpeg()
        .toBuffer(),
    ),
  )
  const doc = new PDFDocument()
  for (const image of images) doc.image(image)
  doc.end()
  expect(readEmbeddedImages(Buffer.concat(await doc.toArray()))).toEqual(images)
})

test.each(['clicks', 'report', 'start', 'types'])('the bench %s loads', async (name) => {
  const module: unknown = await import(`../../bench/${name}.ts`)
  expect(module).toHaveProperty('bench', expect.any(Function))
})
