import { describe, expect, test } from 'vitest'
import { openPagesSite, secretToken } from './pages-site.ts'

describe('the form for action menu items', () => {
  const form = {
    title: 'Contact sheet',
    entity_type: 'Shot',
    url: 'http://127.0.0.1:8800/ami/contact-sheet',
    list_order: '15',
    folder: 'Review',
    poll_for_data_updates: 'on',
    selection_required: 'on',
    add_btn_behavior: 'not_set',
    secret_token: secretToken,
  }

  test('stores the thirteen fields and keeps the token when it is left empty', async () => {
    await using pages = await openPagesSite()
    const body = {
      ...form,
      permissions_groups: String(pages.adminGroup.id),
      projects: [String(pages.project.id)],
      light_payload: 'on',
      open_in_overlay: 'on',
    }
    expect((await pages.post('/action-menu-items/new', body)).status).toBe(303)
    const list = await (await pages.get('/action-menu-items')).text()
    const itemId = Number(/href="\/action-menu-items\/(\d+)"/.exec(list)?.[1])
    expect(pages.site.secretTokenOf(itemId)).toBe(secretToken)

    expect(
      (await pages.post(`/action-menu-items/${itemId}`, { ...body, title: 'Sheet', secret_token: '' })).status,
    ).toBe(303)
    expect(pages.site.secretTokenOf(itemId)).toBe(secretToken)
    const html = await (await pages.get(`/action-menu-items/${itemId}`)).text()
    expect(html).toContain('value="Sheet"')
    expect(html.match(/ checked/g)).toHaveLength(6)

    await pages.post(`/action-menu-items/${itemId}`, { ...body, secret_token: '', remove_secret_token: 'on' })
    expect(pages.site.secretTokenOf(itemId)).toBeNull()
  })

  test('says what is wrong and keeps what was typed', async () => {
    await using pages = await openPagesSite()
    const answer = await pages.post('/action-menu-items/new', { ...form, url: 'contact-sheet' })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('“contact-sheet” is no complete URL')
    expect(html).toContain('value="Contact sheet"')
  })

  test('says all that is wrong, each beside its field', async () => {
    await using pages = await openPagesSite()
    const body = { ...form, title: '\u200B ', url: 'javascript:alert(1)', list_order: 'first', folder: 'x'.repeat(256) }
    const html = await (await pages.post('/action-menu-items/new', body)).text()
    const listed = [...html.matchAll(/<li><a href="#(\w+)">([^<]+)<\/a>/g)].map(([, name, text]) => [name, text])
    expect(listed).toEqual([
      ['title', 'Give the item a title: it is what people read in the menu.'],
      ['url', 'An item cannot open a javascript: URL: use http, https or a protocol of your own.'],
      ['list_order', 'The order is a whole number, or empty.'],
      ['folder', 'The folder is too long: it may have 255 characters.'],
      ['secret_token', 'Type the secret token again: no page ever holds it.'],
    ])
    for (const [name, text] of listed) {
      expect(html).toContain(`<span class="field-issue" id="${name}-issue">${text}</span>`)
      expect(html).toMatch(new RegExp(`<input id="${name}"[^>]* aria-invalid="true" aria-describedby="${name}-issue`))
    }
    expect(html).not.toContain(secretToken)
  })

  test('takes what a browser sends: fields in url encoding, ticked lists as repeated names', async () => {
    await using pages = await openPagesSite()
    const other = pages.add('Project', { name: 'Harbour' })
    const body = new URLSearchParams({ ...form, title: 'Café & Co + 灯台' })
    for (const id of [pages.project.id, other]) body.append('projects', String(id))
    const answer = await fetch(`${pages.url}/action-menu-items/new`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: pages.url },
      body,
    })
    expect(answer.status).toBe(303)
    expect(pages.site.store.rows('ActionMenuItem').at(-1)?.values).toMatchObject({
      title: 'Café & Co + 灯台',
      projects: [pages.project, { type: 'Project', id: other }],
    })
  })

  test('is for administrators only', async () => {
    await using pages = await openPagesSite()
    const cookie = pages.cookieOf(pages.artist)
    expect((await pages.get('/action-menu-items/new', cookie)).status).toBe(403)
    expect((await pages.post('/action-menu-items/new', form, { cookie })).status).toBe(403)
  })
})
