import { expect } from 'vitest'
import { browserTest } from './pages-browser.ts'

browserTest(
  'the menu has the items between the rules, folders as sub-menus, the trash last',
  async ({ pages, open, row, at, item, menuTitles }) => {
    pages.addItem({ title: 'Second', list_order: 2, folder: 'Review' })
    pages.addItem({ title: 'First', list_order: 1 })
    pages.addItem({ title: 'Fourth', list_order: 4, folder: 'Review' })
    pages.addItem({ title: 'Third', list_order: 3 })
    await open()
    await row(pages.versionIds[0]).click({ ...at, button: 'right' })
    expect((await menuTitles()).slice(-5)).toEqual([
      'Export selected to Excel (CSV)',
      'First',
      'Review',
      'Third',
      'Send selected Version to trash',
    ])
    await item('Review').hover()
    await item('Fourth').waitFor()
    expect(await menuTitles()).toEqual(['Second', 'Fourth'])
  },
)

browserTest(
  'the menu works with the keyboard alone and gives the focus back',
  async ({ page, pages, target, open, focused }) => {
    pages.addItem({ title: 'Deep', folder: 'Review', list_order: 1, url: `${target.url}/deep` })
    await open()
    await page.locator('#grid').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Shift+F10')
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('r')
    await page.keyboard.press('ArrowRight')
    expect(await focused().textContent()).toBe('Deep')
    await page.keyboard.press('ArrowLeft')
    expect(await focused().textContent()).toBe('Review')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('menu').count()).toBe(0)
    expect(await focused().getAttribute('id')).toBe('grid')
    await page.keyboard.press('ContextMenu')
    await page.keyboard.press('End')
    expect(await focused().getAttribute('data-key')).toBe('trash')
    await page.keyboard.press('Home')
    await page.keyboard.press('r')
    await page.keyboard.press('ArrowRight')
    const arrival = target.next()
    await page.keyboard.press('Enter')
    expect((await arrival).path).toBe('/deep')
  },
)

browserTest('without items the menu says how to add one', async ({ page, pages, open, row, at }) => {
  await open()
  await row(pages.versionIds[0]).click({ ...at, button: 'right' })
  expect(await page.locator('.menu-note').allTextContents()).toEqual(['No action menu items yet. ', 'Add one…'])
  await page.getByRole('link', { name: 'Add one…' }).click()
  await page.waitForURL('**/action-menu-items/new')
})

browserTest('the menu stays inside the window', async ({ page, pages, open, row, item }) => {
  for (let index = 0; index < 30; index++)
    pages.addItem({ title: `Item ${index}`, list_order: index, folder: index > 20 ? 'More' : null })
  await open()
  await row(pages.versionIds.at(-1)).click({ button: 'right', position: { x: 1200, y: 40 } })
  await item('More').hover()
  await item('Item 25').waitFor()
  for (const menu of await page.locator('.menu').all()) {
    const box = await menu.boundingBox()
    expect(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= 1280 && box.y + box.height <= 800).toBe(true)
  }
})

browserTest('being somebody else changes the menu', async ({ page, pages, open, row, at, menuTitles }) => {
  pages.addItem({ title: 'Admins only', permissions_groups: [pages.adminGroup] })
  await open()
  await page.locator('#user-menu').click()
  await page.getByRole('menuitem', { name: 'Be Jun Sato' }).click()
  await page.locator('.user-name', { hasText: 'Jun Sato' }).waitFor()
  await page.locator('#grid:not([aria-busy])').waitFor()
  await row(pages.versionIds[0]).click({ ...at, button: 'right' })
  expect(await menuTitles()).not.toContain('Admins only')
})
