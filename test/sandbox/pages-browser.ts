import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Locator } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { openPagesSite } from './pages-site.ts'

const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))
const missing = executablePath === undefined && process.env.CI !== 'true'

let browser: Promise<Browser> | undefined
afterAll(async () => (await browser)?.close())

/** A test of the pages in Chromium: a site, a window, and a server that takes what action menu items post. */
export function browserTest(name: string, run: (parts: BrowserParts) => Promise<void>): void {
  const title = missing ? `${name} (skipped: no Chromium found, set CHROMIUM_PATH)` : name
  test.skipIf(missing)(title, async () => {
    await using parts = await openBrowserParts()
    await run(parts)
    expect(parts.problems).toEqual([])
  })
}
type BrowserParts = Awaited<ReturnType<typeof openBrowserParts>>

async function openBrowserParts() {
  browser ??= chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  const [pages, target] = await Promise.all([openPagesSite(), openTarget()])
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  /** Errors in the pages' scripts, and what their content security policy refused. */
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) problems.push(message.text())
  })
  return {
    pages,
    target,
    context,
    page,
    problems,
    open: async (query = '?group=&sort=code') => {
      await page.goto(`${pages.url}/page/${pages.page.id}${query}`)
      await page.locator('#grid:not([aria-busy])').waitFor()
    },
    row: (id: number | undefined): Locator => page.locator(`#grid .row[data-id="${id}"]`),
    /** Beside the name, which is a link. */
    at: { position: { x: 600, y: 28 } },
    item: (name: string) => page.getByRole('menuitem', { name, exact: true }),
    focused: () => page.locator(':focus'),
    selected: async () =>
      await page
        .locator('#grid .row[aria-selected="true"]')
        .evaluateAll((rows) => rows.map((each) => Number(each.getAttribute('data-id')))),
    menuTitles: () => page.locator('.menu').last().locator('.menu-label').allTextContents(),
    async [Symbol.asyncDispose]() {
      await context.close()
      await Promise.all([pages[Symbol.asyncDispose](), target.close()])
    },
  }
}

type Post = { path: string; fields: Record<string, string> }

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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
