import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts'
import { choose, chromiumPath, launchBrowser, openVersions, selectAndOpenMenu } from '../helpers/site-browser.ts'

const fixtures = join(import.meta.dirname, '../fixtures/forms')

/** Waits in the middle until it is told to go on, by a file. */
const patient = (word: string): string => `
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { defineHandler, message } from 'amiable'

export default defineHandler({
  title: 'Be patient',
  async run({ progress, page }) {
    progress(1, 2, 'waiting in the ${word} code')
    while (!existsSync(${JSON.stringify('GATE')})) await delay(20)
    return message('answered by the ${word} code')
  },
})
`

describe.runIf(chromiumPath)('a menu item that asks first', () => {
  let server: ServerProcess
  let browser: Browser
  let folder: string
  let handlers: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amiable-forms-'))
    handlers = join(folder, 'handlers')
    await cp(join(import.meta.dirname, '../../handlers'), handlers, { recursive: true })
    for (const name of ['every-field', 'confirm', 'whole-page', 'items', 'goes-on']) {
      await cp(join(fixtures, `${name}.ts`), join(handlers, `${name}.ts`))
    }
    await writePatient('first')
    ;[server, browser] = await Promise.all([startServerProcess({ AMIABLE_HANDLERS: handlers }), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const gate = () => join(folder, 'gate')
  const writePatient = (word: string) =>
    writeFile(join(handlers, 'be-patient.ts'), patient(word).replace('GATE', gate()))
  const open = () => openVersions(browser, server.sandboxUrl)
  const complaints = (page: Page): string[] => {
    const heard: string[] = []
    page.on('console', (entry) => entry.type() === 'error' && heard.push(entry.text()))
    page.on('pageerror', (error) => heard.push(error.message))
    return heard
  }

  test('for a new status shows what becomes of each Version, sets it, and the page behind follows', async () => {
    const { context, page } = await open()
    const names = await selectAndOpenMenu(page, [0, 1, 2])
    const tab = await choose(context, page, 'Set status…', 'Review')
    const heard = complaints(tab)
    const status = tab.getByLabel('New status')
    await status.waitFor()
    for (const name of names) expect(await tab.getByRole('cell', { name, exact: true }).count()).toBe(1)
    await status.selectOption({ label: 'On Hold' })
    await expect
      .poll(() => tab.locator('td[data-follows]').allTextContents())
      .toEqual(['On Hold', 'On Hold', 'On Hold'])
    await tab.getByRole('button', { name: 'Set status' }).click()
    await tab.getByText('All 3 are On Hold now.').waitFor()
    const report = tab.getByRole('region', { name: 'One by one' })
    expect(await report.getByRole('row').count()).toBe(4)
    expect(await report.getByRole('link', { name: names[0] ?? '' }).getAttribute('href')).toMatch(
      /\/detail\/Version\/\d+$/,
    )
    const rows = page.locator('#grid .row')
    await rows.nth(0).getByText('On Hold').waitFor()
    expect(heard).toEqual([])
    await context.close()
  })

  test('says at each field what is wrong with it, puts the eyes there, and keeps the rest', async () => {
    const { context, page } = await open()
    await selectAndOpenMenu(page, [0])
    const tab = await choose(context, page, 'Every field…')
    const heard = complaints(tab)
    await tab.getByLabel('Title').fill('X')
    await tab.getByLabel('Copies').fill('12')
    await tab.getByLabel('Note').fill('fog on the water')
    await tab.getByRole('button', { name: 'Every field' }).click()
    await tab.getByRole('alert').getByText('3 things have to be corrected.').waitFor()
    await tab.getByText('Expected 9 or less.').waitFor()
    expect(await tab.getByLabel('Note').inputValue()).toBe('fog on the water')
    expect(await tab.evaluate('document.activeElement.id')).toBe(await tab.getByLabel('Title').getAttribute('id'))
    expect(await tab.getByLabel('Title').getAttribute('aria-invalid')).toBe('true')
    await tab.getByLabel('Title').fill('Dailies')
    await tab.getByLabel('Copies').fill('2')
    await tab.getByLabel('Letter').check()
    await tab.keyboard.press('Control+Enter')
    await tab.getByText('"note":"fog on the water"').waitFor()
    expect(heard.filter((text) => !text.includes('422'))).toEqual([])

    await selectAndOpenMenu(page, [1])
    const again = await choose(context, page, 'Every field…')
    await again.getByLabel('Title').waitFor()
    expect(await again.getByLabel('Title').inputValue()).toBe('Dailies')
    expect(await again.getByLabel('Letter').isChecked()).toBe(true)
    await context.close()
  })

  test('leads on to the site when its answer is there', async () => {
    const { context, page } = await open()
    await selectAndOpenMenu(page, [0])
    const tab = await choose(context, page, 'Go on…')
    await tab.getByRole('button', { name: 'Go on' }).click()
    await tab.waitForURL(`${server.sandboxUrl}/**`)
    await context.close()
  })

  test('works without JavaScript', async () => {
    const { context, page } = await open()
    await selectAndOpenMenu(page, [0])
    const tab = await choose(context, page, 'Every field…')
    await tab.waitForURL(/\/f\//)
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const reader = await plain.newPage()
    await reader.goto(tab.url())
    await reader.getByLabel('Title').fill('Without')
    await reader.getByLabel('A4').check()
    await reader.getByRole('button', { name: 'Every field' }).click()
    await reader.getByText('"title":"Without"').waitFor()
    await Promise.all([plain.close(), context.close()])
  })

  test('asks before what cannot be undone, and does nothing until then', async () => {
    const { context, page } = await open()
    await selectAndOpenMenu(page, [0])
    const tab = await choose(context, page, 'Retire…')
    await tab.getByText('This retires what is selected. Go on?').waitFor()
    await tab.getByRole('button', { name: 'Retire' }).click()
    await tab.getByText(/^Retired \d+\.$/).waitFor()
    await context.close()
  })

  test('lists what failed before what went well, with links to the site', async () => {
    const { context, page } = await open()
    await selectAndOpenMenu(page, [0, 1, 2, 3, 4, 5, 6, 7])
    const tab = await choose(context, page, 'Items')
    const rows = tab.getByRole('region', { name: 'One by one' }).locator('tbody tr')
    await rows.first().waitFor()
    const fates = await rows.locator('.fate').allTextContents()
    expect(fates.map((fate) => fate.trim())).toEqual(fates.map((fate) => fate.trim()).toSorted(byFate))
    await context.close()
  })

  test('a run that began before a reload ends on its code, the next one runs the new code', async () => {
    const { context, page } = await open()
    await selectAndOpenMenu(page, [0])
    const first = await choose(context, page, 'Be patient')
    await first.getByText('waiting in the first code').waitFor()
    const before = server.output().length
    await writePatient('second')
    await expect.poll(() => server.output().slice(before), { timeout: 20_000 }).toContain('handlers loaded')
    await selectAndOpenMenu(page, [1])
    const second = await choose(context, page, 'Be patient')
    await second.getByText('waiting in the second code').waitFor()
    await writeFile(gate(), '')
    await first.getByText('answered by the first code').waitFor()
    await second.getByText('answered by the second code').waitFor()
    await context.close()
  })
})

const order = ['failed', 'skipped', 'done']
function byFate(a: string, b: string): number {
  return order.indexOf(a) - order.indexOf(b)
}
