import { describe, expect, test } from 'vitest'
import { openPagesSite } from './pages-site.ts'

describe('pages', () => {
  test('the first address leads to the Versions of the project', async () => {
    await using pages = await openPagesSite()
    const answer = await pages.get('/')
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/page/${pages.page.id}`])
  })

  test('every tab opens, also for types without a saved page', async () => {
    await using pages = await openPagesSite()
    const html = await (await pages.get(`/page/${pages.page.id}`)).text()
    const tabs = [...html.matchAll(/class="tab" href="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(tabs).toHaveLength(5)
    for (const tab of tabs) expect((await pages.get(tab)).status).toBe(200)
  })

  test('carry a content security policy without inline code', async () => {
    await using pages = await openPagesSite()
    const answer = await pages.get(`/page/${pages.page.id}`)
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    )
    expect(await answer.text()).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/)
  })

  test('escape hostile names', async () => {
    await using pages = await openPagesSite()
    const hostile = '"><script>alert(1)</script> \u202Eعكس 🎬'
    const versionId = pages.add('Version', {
      code: hostile,
      project: pages.project,
      description: '<img src=x onerror=alert(1)>',
    })
    pages.addItem({ title: hostile, folder: hostile })
    for (const path of [`/page/${pages.page.id}`, '/action-menu-items', `/detail/Version/${versionId}`]) {
      const html = await (await pages.get(path)).text()
      expect(html).not.toContain('<script>alert')
      expect(html).not.toContain('<img src=x')
    }
    expect(await (await pages.get(`/detail/Version/${versionId}`)).text()).toContain('&lt;script&gt;')
  })

  test('a web link on a detail page leads there, a script link does not', async () => {
    await using pages = await openPagesSite()
    const detailOf = async (url: string) => {
      const sg_uploaded_movie = { url, name: 'Movie' }
      const versionId = pages.add('Version', { code: 'v1', project: pages.project })
      const row = pages.site.store.find('Version', versionId)
      if (row) pages.site.store.setValue(row, 'sg_uploaded_movie', { ...sg_uploaded_movie, link_type: 'web' })
      return (await pages.get(`/detail/Version/${versionId}`)).text()
    }
    expect(await detailOf('http://127.0.0.1:9/movie.mov')).toContain('<a href="http://127.0.0.1:9/movie.mov"')
    expect(await detailOf('javascript:alert(1)')).not.toContain('href="javascript:')
  })

  test('an address that is not there answers a page to people and JSON to programs', async () => {
    await using pages = await openPagesSite()
    const get = (path: string, accept: string) => fetch(pages.url + path, { headers: { accept } })
    const page = await get('/nowhere?x=<b>', 'text/html,*/*;q=0.8')
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([404, expect.any(String)])
    expect(await page.text()).toContain('This sandbox has nothing at /nowhere.')
    for (const [path, accept] of [
      ['/nowhere', '*/*'],
      ['/internal/nowhere', 'text/html'],
      ['/file_serve/attachment/1', 'text/html'],
    ] as const) {
      const answer = await get(path, accept)
      expect(answer.status).toBe(404)
      expect(await answer.json()).toEqual({ message: `This sandbox has nothing at ${path}.` })
    }
    expect((await pages.post('/api3/nowhere', {}, { origin: null })).status).toBe(404)
  })

  test('icons are kept for a while, then asked for again', async () => {
    await using pages = await openPagesSite()
    const icons = await pages.get('/assets/pages/icons.svg')
    expect(icons.headers.get('cache-control')).toBe('public, max-age=300')
    const again = await fetch(icons.url, { headers: { 'if-none-match': icons.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
  })

  test('an entity that is not there, a wrong type and a wrong page answer 404 in words', async () => {
    await using pages = await openPagesSite()
    for (const path of [
      '/detail/Version/999999',
      '/detail/Wersion/1',
      '/detail/Version/x',
      '/page/77',
      '/page/x',
      '/action-menu-items/77',
    ]) {
      const answer = await pages.get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.text()).toContain('<h1>Not found</h1>')
    }
  })
})
