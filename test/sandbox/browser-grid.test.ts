import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { browserTest } from './pages-browser.ts'

browserTest(
  'the export holds the selected rows, and no formula that a spreadsheet would run',
  async ({ page, pages, open, row, at, item }) => {
    const formula = pages.add('Version', { code: '=HYPERLINK("http://x")', project: pages.project })
    await open()
    await row(formula).click(at)
    await row(formula).click({ ...at, button: 'right' })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      item('Export selected to Excel (CSV)').click(),
    ])
    expect(download.suggestedFilename()).toBe('All Versions.csv')
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n')
    expect(lines[0]).toBe('\uFEFFId,Version Name,Link,Artist,Status,Description,Date Created')
    expect(lines[1]).toMatch(new RegExp(`^${formula},"'=HYPERLINK\\(""http://x""\\)",`))
    expect(lines).toHaveLength(3)
  },
)

browserTest(
  'filter, sort, group, fields and thumbnails shape the page',
  async ({ page, pages, open, row, selected }) => {
    await open()
    const [a, b] = pages.versionIds
    await page.getByLabel('Filter').fill('v002')
    expect(await page.locator('#grid .row').count()).toBe(1)
    expect(await row(b).count()).toBe(1)
    await page.getByLabel('Filter').fill('nothing like it')
    expect(await page.locator('.empty-title').textContent()).toBe('No Versions match “nothing like it”')
    await page.getByLabel('Filter').fill('')
    await page.getByRole('columnheader', { name: 'Version Name' }).getByRole('button').click()
    expect(await page.locator('#grid .row').first().getAttribute('data-id')).toBe(String(pages.versionIds.at(-1)))
    await page.locator('#group').click()
    await page.getByRole('menuitemcheckbox', { name: 'Link' }).click()
    await page.locator('.group-head').click()
    expect(await page.locator('#grid .row').count()).toBe(0)
    await page.locator('.group-head').click()
    await page.locator('#fields').click()
    await page.getByRole('menuitemcheckbox', { name: 'Description' }).click()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('columnheader', { name: 'Description' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Thumbnails' }).click()
    await row(a).click({ position: { x: 20, y: 140 } })
    expect(await selected()).toEqual([a])
    await page.reload()
    expect(await page.locator('#grid').getAttribute('data-view')).toBe('thumbnails')
  },
)

browserTest('hostile and long names neither run nor break the layout', async ({ page, pages, open, at }) => {
  const names = [
    '<script>window.hacked = 1</script>',
    '<img src=x onerror="window.hacked = 1">',
    'مشهد ٠٦٠ تركيب 🎬',
    'long_'.repeat(50),
  ]
  for (const name of names) {
    pages.add('Version', {
      code: name,
      description: name,
      project: pages.project,
      entity: { type: 'Shot', id: pages.add('Shot', { code: name, project: pages.project }) },
    })
    pages.addItem({ title: name, folder: name })
  }
  await open('?group=entity')
  for (const name of names) expect(await page.locator('#grid a.name', { hasText: name }).count()).toBe(1)
  await page
    .locator('#grid .row')
    .first()
    .click({ ...at, button: 'right' })
  const menu = await page.locator('.menu').boundingBox()
  expect(menu?.width).toBeLessThanOrEqual(342)
  expect(await page.evaluate("'hacked' in window")).toBe(false)
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  const heights = await page
    .locator('#grid .row')
    .evaluateAll((rows) => [...new Set(rows.map((each) => each.getBoundingClientRect().height))])
  expect(heights).toEqual([56])
})

browserTest(
  'names that nobody can see get words, and no name turns its neighbours around',
  async ({ page, pages, open }) => {
    const unseen = '\u200B\u2060\u00A0'
    const add = (code: string) => pages.add('Version', { code, project: pages.project, description: code })
    const [blankId, turnedId] = [add(unseen), add('a\u202Ecba\u2066z')]
    await open()
    for (const view of ['List', 'Thumbnails']) {
      await page.getByRole('button', { name: view }).click()
      expect(await page.locator(`#row-${blankId} a.name`).textContent()).toBe('(no name)')
      expect(await page.locator(`#row-${turnedId} a.name`).textContent()).toBe('acbaz')
    }
    await page.getByRole('button', { name: 'List' }).click()
    expect(await page.locator(`#row-${blankId} [data-field="description"]`).textContent()).toBe('–')
    await page.goto(`${pages.url}/detail/Version/${blankId}`)
    expect(await page.locator('h1').textContent()).toBe('(no name)')
    await page.goto(`${pages.url}/detail/Version/${turnedId}`)
    expect(await page.locator('h1').textContent()).toBe('acbaz')
    expect(await page.locator('main').textContent()).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
  },
)

browserTest('names in many scripts are drawn with the fonts of the site', async ({ page, pages, open }) => {
  for (const code of ['مشهد', 'שלום', 'สวัสดี', 'नमस्ते', 'Final 🎬'])
    pages.add('Version', { code, project: pages.project })
  await open()
  const loaded = (family: string) =>
    page.waitForFunction(
      `[...document.fonts].some((font) => font.family.includes('${family}') && font.status === 'loaded')`,
    )
  for (const script of ['Arabic', 'Hebrew', 'Thai', 'Devanagari']) await loaded(`Noto Sans ${script}`)
})
