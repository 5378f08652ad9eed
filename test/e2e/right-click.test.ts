import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts'
import { choose, chromiumPath, launchBrowser, openVersions, selectAndOpenMenu } from '../helpers/site-browser.ts'

const run = promisify(execFile)
const pdftotext = process.env.AMIABLE_TEST_PDFTOTEXT ?? ''

/** Handlers of this test's own beside those that come along. */
const slow = `
import { setTimeout as delay } from 'node:timers/promises'
import { defineHandler, html } from 'amiable'

export default defineHandler({
  title: 'Work slowly',
  async run({ progress, selection, signal }) {
    for (let done = 0; done <= 20; done += 1) {
      progress(done, 20, 'step ' + done)
      await delay(100, undefined, { signal })
    }
    return html('<!doctype html><title>Done</title><h1>slow work on ' + selection.ids.length + '</h1><script>document.body.append("script ran"); try { document.cookie } catch (e) { document.body.append(" apart") }</script>')
  },
})
`
const overlay = `
import { defineHandler, message } from 'amiable'

export default defineHandler({ title: 'In an overlay', menu: { modal: true }, run: ({ selection }) => message('overlay saw ' + selection.ids.join(' ')) })
`

describe.runIf(chromiumPath)('a person right-clicks', () => {
  let server: ServerProcess
  let browser: Browser
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amiable-e2e-'))
    const handlers = join(folder, 'handlers')
    await run('cp', ['-r', join(import.meta.dirname, '../../handlers'), handlers])
    await writeFile(join(handlers, 'work-slowly.ts'), slow)
    await writeFile(join(handlers, 'in-an-overlay.ts'), overlay)
    await writeFile(join(handlers, 'say-hello.ts'), await readmeHandler())
    ;[server, browser] = await Promise.all([startServerProcess({ AMIABLE_HANDLERS: handlers }), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  test.runIf(pdftotext)('three Versions, and gets their report as a PDF in a new tab', async () => {
    const { context, page } = await openVersions(browser, server.sandboxUrl)
    const names = await selectAndOpenMenu(page, [0, 2, 5])
    const tab = await choose(context, page, 'Build PDF report')
    await tab.getByRole('button', { name: 'Build PDF report' }).click()
    await tab.waitForURL(/\/r\/[\w-]{43}(\/files\/.+)?$/)
    const token = /\/r\/([\w-]{43})/.exec(tab.url())?.[1]
    const state: { status: string; result: { name: string; url: string } } = await fetchJson(
      `${server.url}/r/${token}/state?wait=25000`,
    )
    expect(state).toMatchObject({ status: 'succeeded', result: { kind: 'file', type: 'application/pdf' } })
    expect(state.result.name).toMatch(/^Lighthouse_version-report_\d{4}-\d\d-\d\d_\d{4}\.pdf$/)
    await tab.waitForURL(/\.pdf$/)

    const file = join(folder, 'report.pdf')
    await writeFile(file, Buffer.from(await (await fetch(`${server.url}${state.result.url}`)).arrayBuffer()))
    const { stdout: text } = await run(pdftotext, ['-layout', file, '-'])
    for (const name of names) expect(text).toContain(name)
    expect(text).toContain('Lighthouse')
    expect(text).toContain('Élodie Marchand')
    expect(text).toContain('All Versions')
    expect(text).toContain('Page 1 of 1')
    const { stdout: info } = await run(pdftotext.replace(/pdftotext$/, 'pdfinfo'), [file])
    expect(info).toMatch(/Pages:\s+1\n/)
    await context.close()
  })

  test('and watches slow work until its result takes the place of the live page', async () => {
    const { context, page } = await openVersions(browser, server.sandboxUrl)
    await selectAndOpenMenu(page, [1, 2])
    const tab = await choose(context, page, 'Work slowly')
    await tab.getByText(/step \d+/).waitFor()
    expect(await tab.locator('progress').getAttribute('max')).toBe('20')
    await tab.getByRole('heading', { name: 'slow work on 2' }).waitFor()
    expect(await tab.locator('body').textContent()).toContain('script ran apart')
    const before = tab.url()
    await tab.reload()
    await tab.getByRole('heading', { name: 'slow work on 2' }).waitFor()
    expect(tab.url()).toBe(before)
    await context.close()
  })

  test('and without JavaScript still gets to the result', async () => {
    const { context, page } = await openVersions(browser, server.sandboxUrl)
    await selectAndOpenMenu(page, [1])
    const tab = await choose(context, page, 'Work slowly')
    await tab.waitForURL(/\/r\//)
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const reader = await plain.newPage()
    await reader.goto(tab.url())
    await reader.getByRole('heading', { name: 'slow work on 1' }).waitFor()
    await Promise.all([plain.close(), context.close()])
  })

  test('and sees an overlay item in a frame on the page', async () => {
    const { context, page } = await openVersions(browser, server.sandboxUrl)
    await selectAndOpenMenu(page, [0])
    await page.getByRole('menuitem', { name: 'In an overlay', exact: true }).click()
    await page.frameLocator('dialog.overlay iframe').getByText('overlay saw').waitFor()
    await context.close()
  })

  test('the handler of the README, saved as it stands, says hello', async () => {
    const { context, page } = await openVersions(browser, server.sandboxUrl)
    const [name] = await selectAndOpenMenu(page, [3])
    const tab = await choose(context, page, 'Say hello')
    await tab.getByText('Hello admin, you selected 1 Versions.').waitFor()
    await tab.getByRole('cell', { name: name ?? '' }).waitFor()
    await context.close()
  })

  test('the payload inspector shows names of every script as they are', async () => {
    const { context, page } = await openVersions(browser, server.sandboxUrl)
    await selectAndOpenMenu(page, [0])
    const tab = await choose(context, page, 'Inspect payload', 'Developer')
    await tab.getByRole('heading', { name: 'Payload as it arrived' }).waitFor()
    expect(await tab.evaluate("document.fonts.ready.then(() => document.fonts.check('14px Inter'))")).toBe(true)
    expect(await tab.locator('body').textContent()).toContain('All Versions')
    await context.close()
  })
})

async function readmeHandler(): Promise<string> {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
  return /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
}

async function fetchJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}
