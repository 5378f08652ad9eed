import { describe, expect, test } from 'vitest'
import { openPagesSite } from './pages-site.ts'

describe('people', () => {
  test('log in with their password, and only then', async () => {
    await using pages = await openPagesSite()
    const login = (password: string) =>
      fetch(`${pages.url}/login`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: pages.url },
        body: new URLSearchParams({ login: 'artist', password }),
      })
    const wrong = await login('nope')
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('set-cookie')).toBeNull()
    const right = await login('artist-pass')
    expect(right.headers.get('set-cookie')).toMatch(/^sandbox_session_\d+=.+; Path=\/; HttpOnly; SameSite=Lax$/)
    const cookie = right.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await (await pages.get(`/page/${pages.page.id}`, cookie)).text()).toContain('Jun Sato')
  })

  test('are somebody in one sandbox only, although its neighbours share their cookies', async () => {
    await using one = await openPagesSite()
    await using other = await openPagesSite()
    const switched = await one.post('/switch-user', { user_id: one.artist.id })
    const name = switched.headers.get('set-cookie')?.split('=')[0]
    expect(name).toBe(`sandbox_session_${new URL(one.url).port}`)
    const both = `${one.cookieOf(one.artist)}; ${other.cookieOf(other.admin)}`
    expect(await (await one.get('/login', both)).text()).toContain('You are Jun Sato now')
    expect(await (await other.get('/login', both)).text()).toContain('You are Mira Sol now')
  })

  test('whose login is far too long are told that it is wrong', async () => {
    await using pages = await openPagesSite()
    const answer = await pages.post('/login', { login: 'x'.repeat(300), password: 'nope' })
    expect(answer.status).toBe(401)
    expect(await answer.text()).toContain('No active person has this login and password.')
  })

  test('switching never leads away from this site', async () => {
    await using pages = await openPagesSite()
    for (const return_to of ['//evil.example', 'http://evil.example', '/\\evil.example']) {
      const answer = await pages.post('/switch-user', { user_id: pages.artist.id, return_to })
      expect(answer.headers.get('location')).toBe('/')
    }
  })
})
