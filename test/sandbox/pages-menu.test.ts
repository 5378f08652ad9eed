import { describe, expect, test } from 'vitest'
import { openPagesSite, secretToken } from './pages-site.ts'

/** The config that the server hands to the page's script. */
async function configOf(
  response: Response,
): Promise<{ menuItems: { title: string }[]; addDropdown: { title: string }[] }> {
  const attribute = /id="page" data-config="([^"]*)"/.exec(await response.text())?.[1] ?? ''
  return JSON.parse(
    attribute
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  )
}

describe('menu', () => {
  test('stands in list order, then by title, and holds what this person may use here', async () => {
    await using pages = await openPagesSite()
    pages.addItem({ title: 'Zebra', list_order: 1 })
    pages.addItem({ title: 'Item 10', list_order: 2 })
    pages.addItem({ title: 'Item 9', list_order: 2, folder: 'Review' })
    pages.addItem({ title: 'No order' })
    pages.addItem({ title: 'Everywhere', list_order: 3, entity_type: null })
    pages.addItem({ title: 'Shots only', list_order: 0, entity_type: 'Shot' })
    pages.addItem({ title: 'Admins only', list_order: 0, permissions_groups: [pages.adminGroup] })
    pages.addItem({ title: 'Under Add', list_order: 0, add_btn_behavior: 'include_in_dropdown' })
    const titles = async (cookie = '') =>
      (await configOf(await pages.get(`/page/${pages.page.id}`, cookie))).menuItems.map((item) => item.title)
    expect(await titles()).toEqual(['Admins only', 'Zebra', 'Item 9', 'Item 10', 'Everywhere', 'No order'])
    expect(await titles(pages.cookieOf(pages.artist))).toEqual(['Zebra', 'Item 9', 'Item 10', 'Everywhere', 'No order'])
    expect((await configOf(await pages.get(`/page/${pages.page.id}`))).addDropdown).toMatchObject([
      { title: 'Under Add' },
    ])
  })

  test('never hands a secret token or url to the browser', async () => {
    await using pages = await openPagesSite()
    const itemId = pages.addItem({ secret_token: secretToken, url: 'http://127.0.0.1:9/secret-place' })
    for (const path of [
      `/page/${pages.page.id}`,
      '/action-menu-items',
      `/action-menu-items/${itemId}`,
      `/detail/ActionMenuItem/${itemId}`,
    ]) {
      expect(await (await pages.get(path)).text()).not.toContain(secretToken)
    }
    expect(await (await pages.get(`/page/${pages.page.id}`)).text()).not.toContain('secret-place')
  })
})
