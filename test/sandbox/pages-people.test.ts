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
    expect(right.headers.get('set-cookie')).toMatch(/^sandbox_session=.+; Path=\/; HttpOnly; SameSite=Lax$/)
    const cookie = right.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await (await pages.get(`/page/${pages.page.id}`, cookie)).text()).toContain('Jun Sato')
  })

  test('switching never leads away from this site', async () => {
    await using pages = await openPagesSite()
    for (const return_to of ['//evil.example', 'http://evil.example', '/\\evil.example']) {
      const answer = await pages.post('/switch-user', { user_id: pages.artist.id, return_to })
      expect(answer.headers.get('location')).toBe('/')
    }
  })
})
