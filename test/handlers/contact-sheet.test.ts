import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import contactSheet from '../../handlers/contact-sheet.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { createSite, type Site } from '../../src/site/index.ts'
import { clickReport, type ReportClick } from '../report/click.ts'
import { noPoppler, pdfImageCount, pdfPageSize, pdfText, pdfWords } from '../report/poppler.ts'

let sandbox: RunningSandbox
let site: Site

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 })
  site = createSite({ url: sandbox.url, auth: { scriptName: 'amiable', scriptKey: 'sandbox-script-key' } })
})
afterAll(async () => {
  await site.close()
  await sandbox.close()
})

async function sheet(entityType: string, count: number, options: Partial<ReportClick> = {}) {
  const rows = await site.find(entityType, [['image', 'is_not', null]], ['code'], { limit: count })
  const ids = rows.map(({ id }) => id)
  return { rows, ...(await clickReport(contactSheet, { site, entityType, ids, ...options })) }
}

describe.skipIf(noPoppler)(`the contact sheet ${noPoppler ?? ''}`, () => {
  test.each([
    ['Version', [/Ida · Art/, /Amara Okafor/], 'Versions'],
    ['Shot', [/LH · 10\d\d–1\d{3}/], 'Shots'],
    ['Asset', [/Character/], 'Assets'],
  ])(
    'of %ss has the thumbnail, name, status and details of each, in the order of the selection',
    async (type, details, label) => {
      const { path, rows, items, progress, options, logged } = await sheet(type, 9)
      const text = await pdfText(path)
      const places = rows.map(({ code }) => text.indexOf(String(code)))
      expect(places.every((place) => place > 0)).toBe(true)
      expect(await pdfImageCount(path)).toBe(rows.length)
      expect(text).toContain(label)
      for (const detail of details) expect(text).toMatch(detail)
      expect(text).not.toContain('No thumbnail')
      expect(items.map(({ status }) => status)).toEqual(rows.map(() => 'done'))
      expect(progress.at(-1)).toEqual([rows.length, rows.length])
      expect(options).toMatchObject({ title: 'Lighthouse: Contact sheet', layout: 'landscape' })
      expect(logged).toEqual([])
    },
  )

  test.each([2, 3, 4, 5, 6])('has %i columns', async (columns) => {
    const { path, rows } = await sheet('Version', 18, { params: { columns, details: false, statuses: false } })
    const codes = new Set(rows.map(({ code }) => code))
    const words = (await pdfWords(path)).filter(({ text }) => codes.has(text))
    expect(words).toHaveLength(18)
    expect(new Set(words.map(({ xMin }) => Math.round(xMin)))).toHaveProperty('size', columns)
  })

  test('paper, orientation, statuses and details are as asked for', async () => {
    const params = { paper: 'Letter', orientation: 'portrait', statuses: false, details: false }
    const { path, rows } = await sheet('Shot', 6, { params })
    expect(await pdfPageSize(path)).toBe('612 x 792')
    const text = await pdfText(path)
    for (const { code } of rows) expect(text).toContain(String(code))
    expect(text).not.toMatch(/Approved|On Hold|In Progress|1009–/)
    expect(await pdfPageSize((await sheet('Shot', 1, { params: { paper: 'Letter' } })).path)).toBe('792 x 612')
  })

  test('what has gone, what has no thumbnail and what does not come is said', async () => {
    const [some] = await site.find('Version', [['image', 'is_not', null]], ['code'], { limit: 1 })
    const project = await site.findOne('Project', [['name', 'is', 'Lighthouse']], [])
    const bare = await site.create('Version', { code: 'bare_v001', project: { type: 'Project', id: project?.id ?? 0 } })
    const failing: Site = { ...site, downloadThumbnail: () => Promise.reject(new Error('storage is down')) }
    const { path, items } = await sheet('Version', 1, { ids: [999_999, bare.id, some?.id ?? 0] })
    expect(await pdfText(path)).toContain('1 of 3 selected Versions is no longer on the site.')
    expect((await pdfText(path)).match(/No thumbnail/g)).toHaveLength(1)
    expect(items.map(({ id, status }) => [id, status])).toEqual([
      [999_999, 'skipped'],
      [bare.id, 'done'],
      [some?.id, 'done'],
    ])
    const broken = await sheet('Version', 1, { ids: [some?.id ?? 0], site: failing })
    expect(broken.items).toMatchObject([{ status: 'failed', why: 'its thumbnail could not be read' }])
  })

  test('a selection that has gone altogether still makes a page that says so', async () => {
    const { path, pages } = await sheet('Asset', 0, { ids: [999_998, 999_999] })
    expect(pages).toBe(1)
    expect(await pdfText(path)).toContain('2 of 2 selected Assets are no longer on the site.')
  })
})
