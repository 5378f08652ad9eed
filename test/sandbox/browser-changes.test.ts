import { expect } from 'vitest'
import { browserTest } from './pages-browser.ts'

browserTest(
  'the trash asks first, takes the rows away, and gives them back',
  async ({ page, pages, open, row, at, item }) => {
    await open()
    const [a, b] = pages.versionIds
    await row(a).click(at)
    await row(b).click({ ...at, modifiers: ['Shift'] })
    await row(b).click({ ...at, button: 'right' })
    await item('Send selected Versions to trash').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send to trash' }).click()
    await row(a).waitFor({ state: 'detached' })
    expect(await page.locator('#grid .row').count()).toBe(4)
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(a).waitFor()
    expect(await page.locator('#grid .row').count()).toBe(6)
  },
)

browserTest('a status set from the menu shows in the row', async ({ page, pages, open, row, at, item }) => {
  await open()
  const [a] = pages.versionIds
  await row(a).click({ ...at, button: 'right' })
  await item('Set status').hover()
  await page.getByRole('menuitem', { name: 'Approved' }).click()
  await row(a).getByText('Approved').waitFor()
})

browserTest('a note and a new Version come from small forms', async ({ page, pages, open, row, at, item }) => {
  await open()
  const [a] = pages.versionIds
  await row(a).click({ ...at, button: 'right' })
  await item('Add note to selected…').click()
  await page.getByLabel('Subject').fill('Fog flickers')
  await page.getByRole('button', { name: 'Add note' }).click()
  await page.getByText('Note added to 1 Version').waitFor()
  expect(pages.site.store.rows('Note').at(-1)?.values).toMatchObject({
    subject: 'Fog flickers',
    note_links: [{ type: 'Version', id: a }],
  })
  await page.locator('#add').click()
  await page.getByLabel('Name').fill('LH_010_roto_v001')
  await page.getByRole('dialog').getByRole('button', { name: 'Add Version' }).click()
  await page.locator('#grid a.name', { hasText: 'LH_010_roto_v001' }).waitFor()
})
