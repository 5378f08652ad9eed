import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { amiForm } from '../helpers/ami-form.ts'
import { addRuns } from '../helpers/run-rows.ts'
import { buildTestApp, type TestApp } from '../helpers/test-app.ts'

const chromiumPath = process.env.AMIABLE_TEST_CHROMIUM ?? ''

/** Says hello at once. */
const hello = `
import { defineHandler, message } from 'amiable'
export default defineHandler({ title: 'Say hello', entityTypes: ['Version'], run: () => message('hello') })
`
/** Goes one step further for each file \`gate-1\`, \`gate-2\` … that appears in a folder. */
const stepwise = (folder: string) => `
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { defineHandler, message } from 'amiable'

export default defineHandler({
  title: 'Work step by step',
  async run({ progress, signal }) {
    for (let step = 1; step <= 2; step += 1) {
      progress(step, 4, 'waits at step ' + step)
      while (!existsSync('${folder}/gate-' + step)) await delay(20, undefined, { signal })
    }
    return message('all steps done')
  },
})
`

describe.runIf(chromiumPath)('whoever looks after the menu', () => {
  let browser: Browser
  let folder: string
  let t: TestApp
  let origin: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amiable-dashboard-'))
    await writeFile(join(folder, 'say-hello.ts'), hello)
    await writeFile(join(folder, 'step-by-step.ts'), stepwise(folder))
    ;[t, browser] = await Promise.all([
      buildTestApp({ handlersDir: folder }),
      chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu'] }),
    ])
    origin = await t.app.listen({ port: 0, host: '127.0.0.1' })
    await addRuns(
      t.store.db,
      Array.from({ length: 70 }, (_, at) => ({
        title: at === 5 ? 'إنشاء تقرير PDF للنسخ المحددة' : `Earlier ${at}`,
        handler: 'say-hello',
        user_login: at % 7 === 0 ? '田中' : 'bob',
        created_ms: Date.now() - 60_000 * (at + 1),
      })),
    )
  })
  afterAll(async () => {
    await browser?.close()
    await t?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  /** A window; whatever its pages complain about fails the test. */
  const withPage = async (run: (page: Page) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    await run(page)
    expect(problems).toEqual([])
    await context.close()
  }
  /** A window whose server is away for a while: its browser complains. */
  const withQuietPage = async (run: (page: Page) => Promise<void>): Promise<void> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    context.setDefaultTimeout(15_000)
    await run(await context.newPage())
    await context.close()
  }
  const click = async (handler: string, title: string): Promise<string> => {
    const answer = await fetch(`${origin}/ami/${handler}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: amiForm({ title }, { handler }),
      redirect: 'manual',
    })
    return answer.headers.get('location') ?? ''
  }
  const openGate = (step: number) => writeFile(join(folder, `gate-${step}`), '')
  const current = (page: Page) => page.locator('.places [aria-current]').textContent()
  const goesSideways = (page: Page) => page.evaluate('document.documentElement.scrollWidth > innerWidth')

  test('walks from the overview to a menu item, to its runs, to one of them, and back', async () => {
    await withPage(async (page) => {
      await page.goto(`${origin}/`)
      expect(await page.title()).toBe('Overview · Amiable')
      await page.getByRole('link', { name: 'Say hello' }).click()
      await page.getByRole('heading', { name: 'Say hello', level: 1 }).waitFor()
      expect(await page.title()).toBe('Say hello · Amiable')
      expect(await current(page)).toBe('Overview')

      await page.getByRole('link', { name: 'All runs' }).click()
      await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
      expect(new URL(page.url()).search).toBe('?handler=say-hello')
      expect(await page.getByLabel('Menu item').inputValue()).toBe('say-hello')
      await page.getByRole('link', { name: 'Older runs' }).click()
      await page.getByRole('link', { name: 'Earlier 69' }).waitFor()
      await page.getByRole('link', { name: 'Newest runs' }).click()
      await page.waitForURL((url) => !url.search.includes('before'))

      await page.locator('html.js').waitFor() // keys do something once the scripts are there
      await page.keyboard.press('/')
      await page.keyboard.type('田')
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'Earlier 63' }).waitFor()
      expect(await page.locator('table.runs tbody tr').count()).toBe(10)
      expect(page.url()).not.toContain('status=')

      await page.getByRole('link', { name: 'Earlier 63' }).click()
      await page.getByRole('heading', { name: 'Earlier 63', level: 1 }).waitFor()
      expect(await page.title()).toBe('Succeeded: Earlier 63 · Amiable')
      expect(await current(page)).toBe('Runs')
      await page.goBack()
      expect(await page.getByLabel('Person').inputValue()).toBe('田')
      await page.getByRole('link', { name: 'Show all runs' }).click()
      await page.getByRole('link', { name: 'Overview' }).click()
      await page.getByRole('heading', { name: 'Menu items' }).waitFor()
    })
  })

  test('sees a run begin and end without losing scroll, focus or a selection of text', async () => {
    await withPage(async (page) => {
      await page.goto(`${origin}/runs`)
      await page.evaluate(`(() => {
        const scroll = document.querySelector('.scroll')
        scroll.scrollTop = 120
        const row = scroll.querySelectorAll('tbody tr')[8]
        row.querySelector('td:nth-child(3) a').focus()
        const text = row.querySelector('td:nth-child(1) a').firstChild
        getSelection().setBaseAndExtent(text, 0, text, text.length)
        window.before = { scroll, row, top: row.getBoundingClientRect().top, focus: document.activeElement, text: String(getSelection()) }
      })()`)
      await click('say-hello', 'while looking')
      const first = page.locator('table.runs tbody tr').first()
      await expect.poll(() => first.textContent(), { timeout: 3000 }).toMatch(/Say hello\s*Succeeded/)
      expect(
        await page.evaluate(`({
          sameRow: before.row.isConnected && before.scroll.isConnected,
          moved: Math.abs(before.row.getBoundingClientRect().top - before.top) < 1,
          focus: document.activeElement === before.focus,
          text: String(getSelection()) === before.text,
        })`),
      ).toEqual({ sameRow: true, moved: true, focus: true, text: true })
    })
  })

  test('follows the progress of a run on its page until it is settled', async () => {
    await withPage(async (page) => {
      await click('step-by-step', 'to follow')
      await page.goto(`${origin}/`)
      await page.getByRole('link', { name: 'Work step by step' }).nth(1).click()
      await page.getByText('waits at step 1').waitFor()
      expect(await page.title()).toBe('Running: Work step by step · Amiable')
      await openGate(1)
      await page.getByText('waits at step 2').waitFor()
      expect(await page.locator('progress').getAttribute('value')).toBe('2')
      await openGate(2)
      await page.getByRole('link', { name: 'Open its result' }).waitFor()
      await expect.poll(() => page.title()).toBe('Succeeded: Work step by step · Amiable')
      expect(await page.locator('progress').count()).toBe(0)
    })
  })

  test('sees handlers come, break and go as their files do', async () => {
    await withPage(async (page) => {
      await page.goto(`${origin}/`)
      const file = join(folder, 'brand-new.ts')
      await writeFile(file, hello.replace('Say hello', 'Brand new'))
      await t.runner.reload()
      await page.getByRole('link', { name: 'Brand new' }).waitFor()
      await writeFile(file, 'export default nonsense')
      await t.runner.reload()
      await page.getByRole('heading', { name: 'Files that could not be loaded' }).waitFor()
      await page.getByRole('link', { name: 'brand-new.ts' }).click()
      await page.getByText('nonsense is not defined').waitFor()
      await page.getByText('its last good version').waitFor()
      await writeFile(file, hello.replace('Say hello', 'Mended'))
      await t.runner.reload()
      await page.getByRole('heading', { name: 'Mended', level: 1 }).waitFor()
      expect(await page.getByText('could not be loaded').count()).toBe(0)
    })
    await rm(join(folder, 'brand-new.ts'))
    await t.runner.reload()
  })

  test('copies the URL of a menu item with a button', async () => {
    await withPage(
      async (page) => {
        await page.goto(`${origin}/handlers/say-hello`)
        await page.getByRole('button', { name: 'Copy the URL' }).click()
        await page.getByText('Copied').waitFor()
        expect(await page.evaluate('navigator.clipboard.readText()')).toBe('http://127.0.0.1:8800/ami/say-hello')
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    )
  })

  test('without JavaScript gets the same pages, and a hint to reload them', async () => {
    await withPage(
      async (page) => {
        await page.goto(`${origin}/`)
        await page.locator('noscript .reload').waitFor()
        expect(await page.getByRole('button', { name: 'Copy the URL' }).count()).toBe(0)
        await page.goto(`${origin}/runs`)
        await page.getByLabel('Person').fill('nobody')
        await page.getByRole('button', { name: 'Show' }).click()
        await page.getByText('No run is like that.').waitFor()
      },
      { javaScriptEnabled: false },
    )
  })

  test('has room in a narrow window, in both schemes, and on paper', async () => {
    const id = (await t.runs.list(1))[0]?.id
    const narrow = { width: 360, height: 740 }
    const paper = { width: 718, height: 1047 } // A4 with margins of 1 cm, at 96 dots per inch
    for (const colorScheme of ['light', 'dark'] as const) {
      await withPage(
        async (page) => {
          for (const path of ['/', '/handlers/say-hello', '/runs', `/runs/${id}`]) {
            await page.goto(`${origin}${path}`)
            expect([path, await goesSideways(page)]).toEqual([path, false])
            await page.setViewportSize(paper)
            await page.emulateMedia({ media: 'print' })
            expect([path, 'print', await goesSideways(page)]).toEqual([path, 'print', false])
            await page.emulateMedia({ media: 'screen' })
            await page.setViewportSize(narrow)
          }
        },
        { viewport: narrow, colorScheme },
      )
    }
  })

  test('is told nothing of a lost connection while pages can be fetched, though no stream is free', async () => {
    await withQuietPage(async (page) => {
      await page.route('**/events*', (route) => route.fulfill({ status: 503 }))
      await page.goto(`${origin}/runs`)
      await page.locator('html.js').waitFor()
      const before = await page.locator('table.runs tbody tr').first().getAttribute('id')
      await click('say-hello', 'without a stream')
      const first = page.locator('table.runs tbody tr').first()
      await expect.poll(() => first.getAttribute('id'), { timeout: 12_000 }).not.toBe(before)
      expect(await page.locator('#lost').textContent()).toBe('')
    })
  })

  test('is told of a lost connection, and listens again once the server is back', async () => {
    await withQuietPage(async (page) => {
      let streams = 0
      let gone = true
      const heard = Promise.withResolvers<void>()
      await page.route('**/events*', async (route) => {
        if (!gone) return route.continue()
        streams += 1
        await route.fulfill({ status: 502 })
        if (streams === 2) heard.resolve()
      })
      await page.goto(`${origin}/runs`)
      await page.route('**/runs', async (route) => {
        if (!gone) return route.continue()
        await heard.promise // the page fails after the stream
        await route.fulfill({ status: 502 })
      })
      const note = page.locator('#lost')
      await note.getByText('The connection to the server is lost').waitFor()
      gone = false
      await expect.poll(() => note.textContent(), { timeout: 12_000 }).toBe('')
      await page.unrouteAll()
      const first = page.locator('table.runs tbody tr').first()
      const before = await first.getAttribute('id')
      await click('say-hello', 'after it came back')
      await expect.poll(() => first.getAttribute('id'), { timeout: 4000 }).not.toBe(before)
    })
  }, 40_000)

  test('is told what to do first where there is no menu item and no run, and when the server is gone', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'amiable-empty-'))
    const alone = await buildTestApp({ handlersDir: empty })
    const url = await alone.app.listen({ port: 0, host: '127.0.0.1' })
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(url)
    await page.getByText('No menu item yet.').waitFor()
    await page.getByText('Nothing has been run yet.').waitFor()
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByText('Use a menu item on the site').waitFor()
    await alone[Symbol.asyncDispose]()
    await page.getByRole('status').getByText('The connection to the server is lost').waitFor()
    await context.close()
    await rm(empty, { recursive: true, force: true })
  })
})
