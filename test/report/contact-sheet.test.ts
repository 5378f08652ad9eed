import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnWidth, planGrid } from '../../src/report/blocks/grid-plan.ts'
import { type ContactCell, type ReportOptions, writeReport } from '../../src/report/index.ts'
import { noPoppler, pdfText, pdfWords, temporaryPdf } from './poppler.ts'

const long = {
  Latin: 'lighthouse_sequence_twelve_shot_0450_compositing_precomp_lighting_pass_v0123',
  Japanese: 'ライトハウス_シーン十二_長いショット名_ライティング_コンポジット_v003',
  Arabic: 'البداية_المشهد_الثاني_عشر_إضاءة_طويلة_جدا_وأطول_من_ذلك_بكثير',
  Devanagari: 'रात_का_दृश्य_बारह_प्रकाश_व्यवस्था_और_भी_लम्बा_नाम_जो_नहीं_समाता_v005',
  unbroken: 'unbroken'.repeat(40),
}
const papers: readonly ReportOptions[] = [
  { size: 'A4' },
  { size: 'LETTER' },
  { size: 'A4', layout: 'landscape' },
  { size: 'LETTER', layout: 'landscape' },
]

function* cellsOf(count: number): Generator<ContactCell> {
  for (let at = 0; at < count; at++) {
    const lines = ['lighthouse_sequence_twelve  ·  Compositing of everything', 'إضاءة']
    yield { title: `Cell${at}`, badge: { label: 'Revision requested by the client', tone: 'rejected' }, lines }
  }
}

async function write(cells: Iterable<ContactCell>, columns: number, options: ReportOptions = {}) {
  const path = await temporaryPdf()
  const summary = await writeReport(
    path,
    async (report) => {
      await report.heading('Selected')
      await report.contactSheet(cells, { columns })
    },
    { date: 0, header: { left: 'Lighthouse '.repeat(30), right: 'Contact sheet '.repeat(30) }, ...options },
  )
  return { path, ...summary }
}

describe.skipIf(noPoppler)(`a contact sheet ${noPoppler ?? ''}`, () => {
  for (const columns of [2, 3, 4, 5, 6]) {
    test.each(papers)(`of ${columns} columns keeps to its margins and to its rows on %j`, async (paper) => {
      const { path, pages } = await write(cellsOf(50), columns, paper)
      const words = await pdfWords(path)
      const [short, tall] = paper.size === 'A4' ? [595, 842] : [612, 792]
      const [width, height] = paper.layout === 'landscape' ? [tall, short] : [short, tall]
      for (const word of words) {
        expect(word.xMin, word.text).toBeGreaterThanOrEqual(47)
        expect(word.xMax, word.text).toBeLessThanOrEqual(width - 47)
        expect(word.yMin, word.text).toBeGreaterThanOrEqual(20)
        expect(word.yMax, word.text).toBeLessThanOrEqual(height - 20)
      }
      const cells = Array.from({ length: 50 }, (_, at) => words.find(({ text }) => text === `Cell${at}`))
      for (const [at, cell] of cells.entries()) {
        const first = cells[at - (at % columns)]
        expect([cell?.page, cell?.yMin], `Cell${at}`).toEqual([first?.page, first?.yMin])
      }
      expect(pages).toBeLessThanOrEqual(Math.ceil(50 / columns))
    })
  }

  test.each(Object.entries(long))('cuts a long %s name in its middle, to the width of its column', async (_, title) => {
    const { path } = await write([{ title, lines: [title] }], 6)
    const text = (await pdfText(path)).replace(/[\u202a-\u202e]/g, '')
    expect(text.match(/…/g)).toHaveLength(2) // one in the name, one at the end of the line
    expect(text).toContain(title.slice(0, 3))
    if (title.includes('_v0')) expect(text).toContain(title.slice(title.lastIndexOf('_v0')))
  })

  test('a name of nothing visible is a dash, and a picture that is missing has its place', async () => {
    const { path } = await write([{ title: '\u200b', pictureMissing: 'Still rendering' }, { title: 'lh_020' }], 4)
    const text = await pdfText(path)
    expect(text).toMatch(/^–$/m)
    expect(text).toContain('Still rendering')
    expect(text).toContain('No thumbnail')
  })

  test('its heading never stands alone', async () => {
    const path = await temporaryPdf()
    await writeReport(path, async (report) => {
      for (let at = 0; at < 12; at++) {
        await report.space((at * 53) % 400)
        await report.heading(`Heading${at}`)
        await report.contactSheet([{ title: `Cell${at}`, lines: ['a', 'b'] }], { columns: 2 })
      }
    })
    const words = await pdfWords(path)
    const pageOf = (text: string) => words.find((word) => word.text === text)?.page
    for (let at = 0; at < 12; at++) expect(pageOf(`Cell${at}`)).toBe(pageOf(`Heading${at}`))
  })
})

test.each([0, 2.5, 13, Number.NaN])('%d columns are refused', async (columns) => {
  await expect(write(cellsOf(3), columns)).rejects.toThrow('expected a whole number from 1 to 12')
})

test('as many rows as there is room for, whatever stands below the pictures', () => {
  const page = fc.record({ width: fc.integer({ min: 300, max: 1200 }), height: fc.integer({ min: 300, max: 1200 }) })
  fc.assert(
    fc.property(
      page,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 14, max: 80 }),
      (size, columns, textHeight) => {
        const plan = planGrid(size, columns, textHeight)
        const row = plan.pictureHeight + textHeight
        expect(plan.pictureHeight).toBeGreaterThan(0)
        expect(plan.pictureWidth).toBeLessThanOrEqual(columnWidth(size.width, columns) + 0.001)
        expect(plan.columnStep * (columns - 1) + plan.pictureWidth).toBeLessThanOrEqual(size.width + 0.001)
        let rows = 0
        for (let y = 0; y + row <= size.height; y += row + plan.rowGap) rows += 1
        const full = (columnWidth(size.width, columns) * 9) / 16
        expect(rows).toBeGreaterThanOrEqual(Math.floor((size.height + 12) / (full + textHeight + 12)))
      },
    ),
  )
})
