import { expect } from 'vitest'
import { browserTest } from './pages-browser.ts'

browserTest(
  'click, shift-click and ctrl-click select as in a file list',
  async ({ page, pages, open, row, at, selected }) => {
    await open()
    const [a, b, c, d, e] = pages.versionIds
    await row(b).click(at)
    expect(await selected()).toEqual([b])
    await row(d).click({ ...at, modifiers: ['Shift'] })
    expect(await selected()).toEqual([b, c, d])
    await row(c).click({ ...at, modifiers: ['Control'] })
    expect(await selected()).toEqual([b, d])
    await row(a).locator('.row-check').click()
    expect(await selected()).toEqual([a, b, d])
    await row(e).click(at)
    expect(await selected()).toEqual([e])
    expect(await page.locator('#grid-status').textContent()).toBe('1 of 6 selected')
  },
)

browserTest('the keyboard moves, extends, toggles, selects all and clears', async ({ page, pages, open, selected }) => {
  await open()
  const [a, b, c] = pages.versionIds
  const last = pages.versionIds.at(-1)
  await page.locator('#grid').focus()
  await page.keyboard.press('ArrowDown')
  expect(await selected()).toEqual([a])
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  expect(await selected()).toEqual([a, b, c])
  await page.keyboard.press('Space')
  expect(await selected()).toEqual([a, b])
  await page.keyboard.press('End')
  expect(await selected()).toEqual([last])
  await page.keyboard.press('Home')
  expect(await selected()).toEqual([a])
  expect(await page.locator('#grid').getAttribute('aria-activedescendant')).toBe(`row-${a}`)
  await page.keyboard.press('Control+a')
  expect(await selected()).toEqual(pages.versionIds)
  await page.keyboard.press('Escape')
  expect(await selected()).toEqual([])
})
