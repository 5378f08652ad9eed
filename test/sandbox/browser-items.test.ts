import { expect } from 'vitest'
import { signatureOf } from '../../src/sandbox/pages/payload.ts'
import { browserTest } from './pages-browser.ts'
import { secretToken } from './pages-site.ts'

browserTest(
  'choosing an item posts the signed payload into a new tab',
  async ({ page, pages, context, target, open, row, at, item }) => {
    pages.addItem({ title: 'Build report', url: `${target.url}/ami/report`, secret_token: secretToken })
    await open('?sort=-code&group=entity')
    const [a, , c] = pages.versionIds
    await row(a).click(at)
    await row(c).click({ ...at, modifiers: ['Control'] })
    await row(c).click({ ...at, button: 'right' })
    const [tab, post] = await Promise.all([context.waitForEvent('page'), target.next(), item('Build report').click()])
    await tab.waitForURL(`${target.url}/ami/report`)
    expect(await tab.title()).toBe('Arrived')
    const { signature, timestamp, session_uuid, ...fields } = post.fields
    expect(fields).toEqual({
      user_id: String(pages.admin.id),
      user_login: 'admin',
      entity_type: 'Version',
      selected_ids: `${c},${a}`,
      ids: pages.versionIds.toReversed().join(','),
      title: 'All Versions',
      page_id: String(pages.page.id),
      server_hostname: pages.host,
      referrer_path: `/page/${pages.page.id}`,
      cols: 'image,code,entity,user,sg_status_list,description,created_at',
      column_display_names: 'Thumbnail,Version Name,Link,Artist,Status,Description,Date Created',
      view: 'Default',
      sort_column: 'code',
      sort_direction: 'desc',
      grouping_column: 'entity',
      grouping_method: 'exact',
      grouping_direction: 'asc',
      project_name: 'Lighthouse',
      project_id: String(pages.project.id),
    })
    expect(signature).toBe(signatureOf(post.fields, secretToken))
    expect(Math.abs(Date.parse(timestamp ?? '') - Date.now())).toBeLessThan(10_000)
    expect(session_uuid).toBe(await page.evaluate("sessionStorage.getItem('session_uuid')"))
  },
)

browserTest(
  'an overlay item opens in a frame over the page',
  async ({ page, pages, context, target, open, row, at, item }) => {
    pages.addItem({ title: 'Overlay', url: `${target.url}/overlay`, open_in_overlay: true })
    await open()
    await row(pages.versionIds[0]).click({ ...at, button: 'right' })
    const [post] = await Promise.all([target.next(), item('Overlay').click()])
    expect(post.path).toBe('/overlay')
    await page.frameLocator('dialog.overlay iframe').getByText('Arrived').waitFor()
    expect(context.pages()).toHaveLength(1)
    await page.keyboard.press('Escape')
    await page.locator('dialog.overlay').waitFor({ state: 'detached' })
  },
)

browserTest(
  'an item that needs a selection is greyed without one, says why, and does nothing',
  async ({ page, pages, context, target, open, item }) => {
    pages.addItem({ title: 'Needs rows', url: `${target.url}/never`, selection_required: true })
    await open()
    await page.locator('.grid-head').click({ button: 'right', position: { x: 700, y: 10 } })
    expect(await item('Needs rows').getAttribute('aria-disabled')).toBe('true')
    expect(await item('Needs rows').getAttribute('title')).toBe(
      '“Needs rows” needs a selection: select at least one Version first.',
    )
    await item('Needs rows').click({ force: true })
    expect(await page.getByRole('menu').count()).toBe(1)
    expect(context.pages()).toHaveLength(1)
    expect(target.received).toEqual([])
  },
)

browserTest(
  'what a handler changes under the session uuid shows by itself',
  async ({ pages, target, open, row, at, item }) => {
    pages.addItem({ title: 'Polls', url: `${target.url}/polls`, poll_for_data_updates: true })
    await open()
    const [a] = pages.versionIds
    await row(a).click({ ...at, button: 'right' })
    const [post] = await Promise.all([target.next(), item('Polls').click()])
    await pages.post('/internal/entities/Version/status', {
      ids: [a],
      status: 'apr',
      page_id: pages.page.id,
      session_uuid: post.fields.session_uuid,
    })
    await row(a).getByText('Approved').waitFor()
  },
)

for (const [place, button, placement] of [
  ['the Add button', '#add', 'override_default'],
  ['the Add drop-down', '#add-more', 'include_in_dropdown'],
  ['the user menu', '#user-menu', 'internal_resources'],
] as const) {
  browserTest(
    `an item of ${place} that polls shows what it changes`,
    async ({ page, pages, target, open, row, item }) => {
      pages.addItem({
        title: 'Polls',
        url: `${target.url}/polls`,
        poll_for_data_updates: true,
        add_btn_behavior: placement,
      })
      await open()
      const arrival = target.next()
      await page.locator(button).click()
      if (placement !== 'override_default') await item('Polls').click()
      const post = await arrival
      const [a] = pages.versionIds
      await pages.post('/internal/entities/Version/status', {
        ids: [a],
        status: 'apr',
        page_id: pages.page.id,
        session_uuid: post.fields.session_uuid,
      })
      await row(a).getByText('Approved').waitFor()
    },
  )
}
