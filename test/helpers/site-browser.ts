import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Found by the global set-up; empty where there is none. */
export const chromiumPath = process.env.AMIABLE_TEST_CHROMIUM ?? ''

export function launchBrowser(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({ executablePath: chromiumPath, args })
}

/** The page of the Versions of a sandbox site, in a browser window of its own. */
export async function openVersions(
  browser: Browser,
  sandboxUrl: string,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${sandboxUrl}/`)
  await page.locator('#grid:not([aria-busy])').waitFor()
  return { context, page }
}

/** Select rows by their place and open the menu on the last one. @returns their names */
export async function selectAndOpenMenu(page: Page, places: readonly number[]): Promise<string[]> {
  const rows = page.locator('#grid .row')
  const beside = { x: 1000, y: 28 } // names and links in a row lead elsewhere
  for (const [at, place] of places.entries()) {
    await rows.nth(place).click({ position: beside, modifiers: at === 0 ? [] : ['ControlOrMeta'] })
  }
  await rows.nth(places.at(-1) ?? 0).click({ button: 'right', position: beside })
  return Promise.all(
    places.map(async (place) => (await rows.nth(place).locator('.row-name, a').first().textContent())?.trim() ?? ''),
  )
}

/** Choose an item, in a folder of the menu if it is in one. @returns the tab that opens */
export async function choose(context: BrowserContext, page: Page, name: string, folder?: string): Promise<Page> {
  if (folder !== undefined) await page.getByRole('menuitem', { name: folder }).hover()
  const [tab] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('menuitem', { name, exact: true }).click(),
  ])
  return tab
}
