import { expect } from 'vitest'
import { browserTest } from './pages-browser.ts'
import { sessionUuid } from './pages-site.ts'

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

browserTest('a refused form says why and keeps what was typed', async ({ page, open }) => {
  await open()
  await page.locator('#add').click()
  const dialog = page.getByRole('dialog')
  const add = dialog.getByRole('button', { name: 'Add Version' })
  await dialog.getByLabel('Name').fill('   ')
  await add.click()
  expect(await dialog.getByLabel('Name').evaluate((input) => input.matches(':invalid'))).toBe(true)
  await dialog.getByLabel('Name').evaluate((input) => input.removeAttribute('maxlength'))
  await dialog.getByLabel('Name').fill('x'.repeat(300))
  await dialog.getByLabel('Description').fill('Fog over the pier')
  await add.click()
  await dialog.getByRole('alert').getByText('The name is too long: it may have 255 characters.').waitFor()
  expect(await dialog.getByLabel('Description').inputValue()).toBe('Fog over the pier')
  await dialog.getByLabel('Name').fill('LH_010_fog_v001')
  await add.click()
  await page.locator('#grid a.name', { hasText: 'LH_010_fog_v001' }).waitFor()
  expect(await dialog.count()).toBe(0)
})

browserTest('a selection of which some are gone says how many', async ({ page, pages, open, row, at, item }) => {
  await open()
  const [a, b] = pages.versionIds
  await row(a).click(at)
  await row(b).click({ ...at, modifiers: ['Shift'] })
  await row(b).click({ ...at, button: 'right' })
  await item('Set status').hover()
  await page.getByRole('menuitem', { name: 'Approved' }).waitFor()
  await pages.post('/internal/entities/Version/retire', {
    ids: [b],
    page_id: pages.page.id,
    session_uuid: sessionUuid,
  })
  await page.getByRole('menuitem', { name: 'Approved' }).click()
  await page.getByText('1 of 2 Versions set to Approved; 1 is no longer there').waitFor()
})
