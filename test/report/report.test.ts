import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type Report, type ReportOptions, writeReport } from '../../src/report/index.ts'
import { drawEverything, long, names } from './everything.ts'
import { noPoppler, pdfText, pdfWords, temporaryPdf } from './poppler.ts'

async function write(draw: (report: Report) => Promise<void>, options: ReportOptions = {}) {
  const path = await temporaryPdf()
  return { path, ...(await writeReport(path, draw, { date: Date.UTC(2026, 2, 4), ...options })) }
}

describe.skipIf(noPoppler)(`what is printed ${noPoppler ?? ''}`, () => {
  test.each(Object.entries(names))('%s text comes back as it was', async (_, name) => {
    const { path } = await write((report) => report.paragraph(`${name}.`))
    expect((await pdfText(path)).replace(/[\u202a-\u202e]/g, '')).toContain(name)
  })

  test('every page says which it is, and of how many', async () => {
    const { path, pages } = await write(drawEverything)
    const text = await pdfText(path)
    expect(pages).toBeGreaterThan(6)
    for (let page = 1; page <= pages; page++) expect(text).toContain(`Page ${page} of ${pages}\n`)
  })

  test.each([{}, { size: 'A5' }, { layout: 'landscape' }] as const)(
    'nothing runs over the margins: %j',
    async (options) => {
      const { path } = await write(drawEverything, options)
      const words = await pdfWords(path)
      const [width, height] =
        options.size === 'A5' ? [420, 595] : options.layout === 'landscape' ? [842, 595] : [595, 842]
      expect(words.length).toBeGreaterThan(1000)
      for (const word of words) {
        expect(word.xMin, word.text).toBeGreaterThanOrEqual(47)
        expect(word.xMax, word.text).toBeLessThanOrEqual(width - 47)
        expect(word.yMin, word.text).toBeGreaterThanOrEqual(46)
        expect(word.yMax, word.text).toBeLessThanOrEqual(height - 20)
      }
    },
  )

  test('a description longer than a page goes on, on the next, under the name', async () => {
    const { path, pages } = await write((report) => report.entry({ title: 'lh_010', facts: [], text: long }))
    const text = await pdfText(path)
    expect(pages).toBe(5)
    expect(text.match(/lh_010 \(continued\)/g)).toHaveLength(4)
    expect(text.match(/eases/g)).toHaveLength(400)
  })

  test('a long entry begins on the page where its heading stands and fills it', async () => {
    const { path, pages } = await write(async (report) => {
      await report.masthead({ title: 'Versions', facts: [{ label: 'Prepared by', value: 'Åsa' }] })
      await report.heading('Heading')
      await report.entry({ title: 'lh_010', facts: [], text: long.slice(0, long.length / 8) })
    })
    const words = await pdfWords(path)
    expect(pages).toBe(1)
    for (const text of ['Heading', 'lh_010']) expect(words.find((word) => word.text === text)?.page).toBe(1)
  })

  test('an entry of less than half a page is not parted', async () => {
    const { path } = await write(async (report) => {
      for (let index = 0; index < 12; index++) {
        await report.entry({ title: `Entry${index}`, facts: [], text: `${long.slice(0, 1_500)} End${index}` })
      }
    })
    const words = await pdfWords(path)
    for (let index = 0; index < 12; index++) {
      const pageOf = (text: string) => words.find((word) => word.text === text)?.page
      expect(pageOf(`End${index}`)).toBe(pageOf(`Entry${index}`))
    }
  })

  test('a long name is cut so that the page says it goes on', async () => {
    const title = 'lighthouse_sequence_twelve_'.repeat(20)
    const { path, pages } = await write((report) => report.entry({ title, facts: [], text: long }))
    expect((await pdfText(path)).match(/…\S+\s\(continued\)/g)).toHaveLength(pages - 1)
  })

  test('characters that turn the order round are not obeyed, and a name of nothing visible is a dash', async () => {
    const title = 'Report evil\u202egpj.exe'
    const { path } = await write(
      async (report) => {
        await report.entry({ title: 'evil\u202egpj.exe', facts: [{ label: 'Shot', value: '\u200b' }] })
        await report.entry({ title: '\u200b \u2060', facts: [] })
      },
      { title, compress: false },
    )
    const text = await pdfText(path)
    expect(text).toContain('evilgpj.exe')
    expect(text.match(/^–$/gm)).toHaveLength(2)
    expect(await readFile(path, 'latin1')).toContain('(Report evilgpj.exe)')
  })

  test.each([
    ['paragraphs', (report: Report) => report.paragraph('Last')],
    ['facts', (report: Report) => report.facts([{ label: 'Shot', value: 'Last' }])],
    ['tables', (report: Report) => report.table([{ label: 'Shot' }], [['Last']])],
    ['entries', (report: Report) => report.entry({ title: 'Last', facts: [] })],
    ['contact sheets', (report: Report) => report.contactSheet([{ title: 'Last' }], { columns: 6 })],
  ])('no page is left empty at the end, wherever %s end', async (_, draw) => {
    for (const height of Array.from({ length: 30 }, (_, at) => 450 + at * 9)) {
      const { path, pages } = await write(async (report) => {
        await report.space(height)
        await draw(report)
      })
      const last = (await pdfWords(path)).filter(({ text }) => text === 'Last')
      expect(last.map(({ page }) => page)).toEqual([pages])
    }
  })

  test('a heading never stands alone at the foot of a page', async () => {
    const { path } = await write(async (report) => {
      for (let index = 0; index < 40; index++) {
        await report.space((index * 7) % 60)
        await report.heading(`Heading${index}`)
        const text = long.slice(0, (index % 5) * 450)
        await report.entry({ title: `Entry${index}`, facts: [{ label: 'Shot', value: 'lh' }], text })
      }
    })
    const words = await pdfWords(path)
    for (let index = 0; index < 40; index++) {
      const pageOf = (text: string) => words.find((word) => word.text === text)?.page
      expect(pageOf(`Entry${index}`)).toBe(pageOf(`Heading${index}`))
    }
  })
})

describe('the file', () => {
  test('is the same, byte for byte, for the same input and date', async () => {
    const first = await write(drawEverything)
    const second = await write(drawEverything)
    expect((await readFile(first.path)).equals(await readFile(second.path))).toBe(true)
    expect(first.bytes).toBe((await readFile(first.path)).length)
  })

  test('says what it is, in which language, and leads to the site', async () => {
    const { path } = await write(
      (report) => report.entry({ title: 'lh_010', link: 'https://site.test/detail/Version/7', facts: [] }),
      { title: 'Lighthouse: Version report', author: 'Åsa', language: 'fr', compress: false },
    )
    const file = await readFile(path, 'latin1')
    expect(file).toContain('(Lighthouse: Version report)')
    expect(file).toContain('/Lang (fr)')
    expect(file).toContain('/DisplayDocTitle true')
    expect(file).toContain('D:20260304000000Z')
    expect(file).toContain('(https://site.test/detail/Version/7)')
    expect(file).toContain('/Outlines')
  })

  test('an empty report has one page', async () => {
    expect((await write(async () => {})).pages).toBe(1)
  })

  test('what the drawing throws comes out as it is', async () => {
    const failure = new Error('drawn badly')
    await expect(write(() => Promise.reject(failure))).rejects.toBe(failure)
  })

  test('an aborted report stops at the next block', async () => {
    const abort = new AbortController()
    const draw = async (report: Report) => {
      for (;;) {
        await report.paragraph('again')
        abort.abort(new Error('stopped by a person'))
      }
    }
    await expect(write(draw, { signal: abort.signal })).rejects.toThrow('stopped by a person')
  })

  test('an aborted report stops in the middle of a block, and nothing is left to fail unheard', async () => {
    const unheard: unknown[] = []
    const onUnheard = (error: unknown) => unheard.push(error)
    process.on('unhandledRejection', onUnheard)
    const abort = new AbortController()
    const reason = new Error('stopped by a person')
    let drawn = false
    const draw = async (report: Report) => {
      setImmediate(() => abort.abort(reason))
      await report.entry({ title: 'lh_010', facts: [], text: long.repeat(20) })
      drawn = true
    }
    await expect(write(draw, { signal: abort.signal })).rejects.toBe(reason)
    expect(drawn).toBe(false)

    const pictures = new AbortController()
    const drawPictures = async (report: Report) => {
      const fetchBytes = async () => {
        pictures.abort(reason)
        throw new Error('the storage is down')
      }
      for await (const { item } of report.pictures([1, 2, 3, 4], fetchBytes)) await report.heading(`${item}`)
    }
    await expect(write(drawPictures, { signal: pictures.signal })).rejects.toBe(reason)

    const full = new Error('the log is full')
    const drawUnlogged = async (report: Report) => {
      const broken = () => Promise.reject(new Error('the storage is down'))
      for await (const { failure } of report.pictures([1, 2, 3, 4], broken)) if (failure) throw full
    }
    await expect(write(drawUnlogged)).rejects.toBe(full)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', onUnheard)
    expect(unheard).toEqual([])
  })

  test('a folder that is not there is an error', async () => {
    await expect(writeReport('/nowhere/at/all.pdf', async () => {})).rejects.toThrow('ENOENT')
  })
})
