import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signatureOf } from '../../src/sandbox/pages/payload.ts'
import { openPagesSite, type PagesSite, secretToken } from './pages-site.ts'

const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))
const missing = executablePath === undefined && process.env.CI !== 'true'

/** What a handler's server would get: each POST with its form fields. */
async function openTarget() {
  const waiting: ((post: Post) => void)[] = []
  const posts: Post[] = []
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const post = { path: request.url ?? '', fields: Object.fromEntries(new URLSearchParams(await bodyOf(request))) }
      const taker = waiting.shift()
      if (taker) taker(post)
      else posts.push(post)
    }
    response.setHeader('content-type', 'text/html')
    response.end('<title>Arrived</title><p>Arrived</p>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: posts,
    next: () =>
      new Promise<Post>((resolve) => {
        const post = posts.shift()
        if (post) resolve(post)
        else waiting.push(resolve)
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}
type Post = { path: string; fields: Record<string, string> }

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

describe.skipIf(missing)(
  missing ? 'pages in a browser (skipped: no Chromium found, set CHROMIUM_PATH)' : 'pages in a browser',
  () => {
    let browser: Browser
    let context: BrowserContext
    let page: Page
    let pages: PagesSite
    let target: Awaited<ReturnType<typeof openTarget>>
    let problems: string[]

    beforeAll(async () => {
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      })
    })
    afterAll(() => browser?.close())

    beforeEach(async () => {
      ;[pages, target] = await Promise.all([openPagesSite(), openTarget()])
      context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
      context.setDefaultTimeout(10_000)
      page = await context.newPage()
      problems = []
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) problems.push(message.text())
      })
    })
    afterEach(async () => {
      expect(problems).toEqual([])
      await context.close()
      await Promise.all([pages[Symbol.asyncDispose](), target.close()])
    })

    const open = async (query = '?group=&sort=code') => {
      await page.goto(`${pages.url}/page/${pages.page.id}${query}`)
      await page.locator('#grid:not([aria-busy])').waitFor()
    }
    const row = (id: number | undefined): Locator => page.locator(`#grid .row[data-id="${id}"]`)
    /** Beside the name, which is a link. */
    const at = { position: { x: 600, y: 28 } }
    const item = (name: string) => page.getByRole('menuitem', { name, exact: true })
    const focused = () => page.locator(':focus')
    const selected = async () =>
      await page
        .locator('#grid .row[aria-selected="true"]')
        .evaluateAll((rows) => rows.map((each) => Number(each.getAttribute('data-id'))))
    const menuTitles = () => page.locator('.menu').last().locator('.menu-label').allTextContents()

    test('click, shift-click and ctrl-click select as in a file list', async () => {
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
    })

    test('the keyboard moves, extends, toggles, selects all and clears', async () => {
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

    test('the menu has the items between the rules, folders as sub-menus, the trash last', async () => {
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
    })

    test('the menu works with the keyboard alone and gives the focus back', async () => {
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
    })

    test('choosing an item posts the signed payload into a new tab', async () => {
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
    })

    test('an overlay item opens in a frame over the page', async () => {
      pages.addItem({ title: 'Overlay', url: `${target.url}/overlay`, open_in_overlay: true })
      await open()
      await row(pages.versionIds[0]).click({ ...at, button: 'right' })
      const [post] = await Promise.all([target.next(), item('Overlay').click()])
      expect(post.path).toBe('/overlay')
      await page.frameLocator('dialog.overlay iframe').getByText('Arrived').waitFor()
      expect(context.pages()).toHaveLength(1)
      await page.keyboard.press('Escape')
      await page.locator('dialog.overlay').waitFor({ state: 'detached' })
    })

    test('an item that needs a selection is greyed without one, says why, and does nothing', async () => {
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
    })

    test('without items the menu says how to add one', async () => {
      await open()
      await row(pages.versionIds[0]).click({ ...at, button: 'right' })
      expect(await page.locator('.menu-note').allTextContents()).toEqual(['No action menu items yet. ', 'Add one…'])
      await page.getByRole('link', { name: 'Add one…' }).click()
      await page.waitForURL('**/action-menu-items/new')
    })

    test('the menu stays inside the window', async () => {
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

    test('the trash asks first, takes the rows away, and gives them back', async () => {
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
    })

    test('a status set from the menu shows in the row', async () => {
      await open()
      const [a] = pages.versionIds
      await row(a).click({ ...at, button: 'right' })
      await item('Set status').hover()
      await page.getByRole('menuitem', { name: 'Approved' }).click()
      await row(a).getByText('Approved').waitFor()
    })

    test('what a handler changes under the session uuid shows by itself', async () => {
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
    })

    test('the export holds the selected rows, and no formula that a spreadsheet would run', async () => {
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
    })

    test('a note and a new Version come from small forms', async () => {
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

    test('filter, sort, group, fields and thumbnails shape the page', async () => {
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
    })

    test('hostile and long names neither run nor break the layout', async () => {
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

    test('being somebody else changes the menu', async () => {
      pages.addItem({ title: 'Admins only', permissions_groups: [pages.adminGroup] })
      await open()
      await page.locator('#user-menu').click()
      await page.getByRole('menuitem', { name: 'Be Jun Sato' }).click()
      await page.locator('.user-name', { hasText: 'Jun Sato' }).waitFor()
      await page.locator('#grid:not([aria-busy])').waitFor()
      await row(pages.versionIds[0]).click({ ...at, button: 'right' })
      expect(await menuTitles()).not.toContain('Admins only')
    })
  },
)
