import { describe, expect, test } from 'vitest'
import { signatureOf } from '../../src/sandbox/pages/payload.ts'
import { openPagesSite, type PagesSite, secretToken, sessionUuid, snapshotOf } from './pages-site.ts'

const payloadPath = (itemId: number) => `/internal/action-menu-items/${itemId}/payload`

async function fieldsOf(response: Response): Promise<Record<string, string>> {
  const answer = (await response.json()) as { fields: Record<string, string> }
  return answer.fields
}

async function rowsOf(pages: PagesSite): Promise<{ id: number; sg_status_list: string }[]> {
  const answer = (await (await pages.get(`/internal/pages/${pages.page.id}/rows`)).json()) as {
    rows: { id: number; sg_status_list: string }[]
  }
  return answer.rows
}

/** The config that the server hands to the page's script. */
async function configOf(
  response: Response,
): Promise<{ menuItems: { title: string }[]; addDropdown: { title: string }[] }> {
  const attribute = /id="page" data-config="([^"]*)"/.exec(await response.text())?.[1] ?? ''
  return JSON.parse(
    attribute
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  )
}

describe('signature', () => {
  test('is the one of the published example', () => {
    const fields = {
      user_id: '61',
      user_login: 'mira',
      entity_type: 'Shot',
      ids: '310,311',
      selected_ids: '311',
      timestamp: '2026-03-04T05:06:07Z',
      project_id: '12',
    }
    expect(signatureOf(fields, secretToken)).toBe('d0567a9c86fb92e32c029e9a16ab46a9f920dae3')
    expect(signatureOf({ ...fields, signature: 'anything' }, secretToken)).toBe(
      'd0567a9c86fb92e32c029e9a16ab46a9f920dae3',
    )
  })

  test('sorts whole lines, so that cols2 comes before cols', () => {
    expect(signatureOf({ cols: 'a', cols2: 'b' }, secretToken)).toBe(
      signatureOf({ cols2: 'b', cols: 'a' }, secretToken),
    )
  })
})

describe('payload', () => {
  test('has exactly the fields that a site sends, as text', async () => {
    await using pages = await openPagesSite()
    const itemId = pages.addItem({})
    const answer = await pages.post(payloadPath(itemId), snapshotOf(pages))
    expect(answer.status).toBe(200)
    const [, second, third] = pages.versionIds
    expect(await answer.json()).toEqual({
      url: 'http://127.0.0.1:9/ami/report',
      last_event_id: 0,
      fields: {
        user_id: String(pages.admin.id),
        user_login: 'admin',
        entity_type: 'Version',
        selected_ids: `${second},${third}`,
        ids: pages.versionIds.join(','),
        title: 'All Versions',
        page_id: String(pages.page.id),
        server_hostname: pages.host,
        referrer_path: `/page/${pages.page.id}`,
        session_uuid: sessionUuid,
        cols: 'code,image,sg_status_list',
        column_display_names: 'Version Name,Thumbnail,Status',
        view: 'Default',
        sort_column: 'created_at',
        sort_direction: 'desc',
        project_name: 'Lighthouse',
        project_id: String(pages.project.id),
      },
    })
  })

  test('names all sort keys and groupings when there are several', async () => {
    await using pages = await openPagesSite()
    const snapshot = snapshotOf(pages, {
      sorts: [
        { column: 'code', direction: 'asc' },
        { column: 'created_at', direction: 'desc' },
      ],
      groupings: [
        { column: 'entity', method: 'exact', direction: 'asc' },
        { column: 'created_at', method: 'month', direction: 'desc' },
      ],
    })
    const fields = await fieldsOf(await pages.post(payloadPath(pages.addItem({})), snapshot))
    expect(fields).toMatchObject({
      sort_column: 'code',
      sort_direction: 'asc',
      sort_columns: 'code,created_at',
      sort_directions: 'asc,desc',
      grouping_column: 'entity',
      grouping_method: 'exact',
      grouping_direction: 'asc',
      grouping_columns: 'entity,created_at',
      grouping_methods: 'exact,month',
      grouping_directions: 'asc,desc',
    })
  })

  test('is signed with the secret token of the item at the time of the click', async () => {
    await using pages = await openPagesSite()
    const itemId = pages.addItem({ secret_token: secretToken })
    const fields = await fieldsOf(await pages.post(payloadPath(itemId), snapshotOf(pages)))
    expect(fields.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(Math.abs(Date.parse(fields.timestamp ?? '') - Date.now())).toBeLessThan(5000)
    const { signature, ...rest } = fields
    expect(signature).toBe(signatureOf(rest, secretToken))
  })

  test('limits ids to the selection when the item requires one', async () => {
    await using pages = await openPagesSite()
    const itemId = pages.addItem({ selection_required: true })
    const fields = await fieldsOf(await pages.post(payloadPath(itemId), snapshotOf(pages)))
    expect(fields.ids).toBe(fields.selected_ids)
    const refused = await pages.post(payloadPath(itemId), snapshotOf(pages, { selected_ids: [] }))
    expect(refused.status).toBe(400)
    expect(await refused.json()).toEqual({ message: '“Report” needs a selection: select at least one row first.' })
  })

  test('is light when the item asks for it: the id of an event log entry that holds the rest', async () => {
    await using pages = await openPagesSite()
    const itemId = pages.addItem({ light_payload: true })
    const fields = await fieldsOf(await pages.post(payloadPath(itemId), snapshotOf(pages)))
    expect(Object.keys(fields)).toEqual(['event_log_entry_id'])
    const entry = pages.site.store.find('EventLogEntry', Number(fields.event_log_entry_id))
    expect(entry?.values).toMatchObject({
      event_type: 'Shotgun_ActionMenuItem_Triggered',
      meta: { ami_payload: { entity_type: 'Version', ids: pages.versionIds.join(',') } },
    })
  })

  test('is refused for a script url, which would run inside the page', async () => {
    await using pages = await openPagesSite()
    const itemId = pages.addItem({ url: 'javascript:alert(1)' })
    expect((await pages.post(payloadPath(itemId), snapshotOf(pages))).status).toBe(400)
  })

  test('is refused for an item of another permission group, type or project', async () => {
    await using pages = await openPagesSite()
    const cookie = pages.cookieOf(pages.artist)
    const other = { type: 'Project', id: pages.add('Project', { name: 'Harbour' }) }
    for (const values of [{ permissions_groups: [pages.adminGroup] }, { entity_type: 'Shot' }, { projects: [other] }]) {
      expect((await pages.post(payloadPath(pages.addItem(values)), snapshotOf(pages), { cookie })).status).toBe(404)
    }
  })
})

describe('menu', () => {
  test('stands in list order, then by title, and holds what this person may use here', async () => {
    await using pages = await openPagesSite()
    pages.addItem({ title: 'Zebra', list_order: 1 })
    pages.addItem({ title: 'Item 10', list_order: 2 })
    pages.addItem({ title: 'Item 9', list_order: 2, folder: 'Review' })
    pages.addItem({ title: 'No order' })
    pages.addItem({ title: 'Everywhere', list_order: 3, entity_type: null })
    pages.addItem({ title: 'Shots only', list_order: 0, entity_type: 'Shot' })
    pages.addItem({ title: 'Admins only', list_order: 0, permissions_groups: [pages.adminGroup] })
    pages.addItem({ title: 'Under Add', list_order: 0, add_btn_behavior: 'include_in_dropdown' })
    const titles = async (cookie = '') =>
      (await configOf(await pages.get(`/page/${pages.page.id}`, cookie))).menuItems.map((item) => item.title)
    expect(await titles()).toEqual(['Admins only', 'Zebra', 'Item 9', 'Item 10', 'Everywhere', 'No order'])
    expect(await titles(pages.cookieOf(pages.artist))).toEqual(['Zebra', 'Item 9', 'Item 10', 'Everywhere', 'No order'])
    expect((await configOf(await pages.get(`/page/${pages.page.id}`))).addDropdown).toMatchObject([
      { title: 'Under Add' },
    ])
  })

  test('never hands a secret token or url to the browser', async () => {
    await using pages = await openPagesSite()
    const itemId = pages.addItem({ secret_token: secretToken, url: 'http://127.0.0.1:9/secret-place' })
    for (const path of [
      `/page/${pages.page.id}`,
      '/action-menu-items',
      `/action-menu-items/${itemId}`,
      `/detail/ActionMenuItem/${itemId}`,
    ]) {
      expect(await (await pages.get(path)).text()).not.toContain(secretToken)
    }
    expect(await (await pages.get(`/page/${pages.page.id}`)).text()).not.toContain('secret-place')
  })
})

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

describe('changes', () => {
  test('from a foreign or unnamed origin are refused', async () => {
    await using pages = await openPagesSite()
    const path = '/internal/entities/Version/retire'
    const body = { ids: pages.versionIds, page_id: pages.page.id, session_uuid: sessionUuid }
    expect((await pages.post(path, body, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await pages.post(path, body, { origin: null })).status).toBe(403)
    expect(await rowsOf(pages)).toHaveLength(6)
  })

  test('set a status, retire and revive', async () => {
    await using pages = await openPagesSite()
    const [first, second] = pages.versionIds
    const window = { page_id: pages.page.id, session_uuid: sessionUuid }
    const rows = () => rowsOf(pages)
    const change = async (action: string, body: object) =>
      (await pages.post(`/internal/entities/Version/${action}`, { ...window, ...body })).json()

    expect(await change('status', { ids: [first], status: 'apr' })).toEqual({ count: 1 })
    expect((await rows()).find((row) => row.id === first)?.sg_status_list).toBe('apr')
    expect(await change('retire', { ids: [first, second] })).toEqual({ count: 2 })
    expect(await rows()).toHaveLength(4)
    expect(await change('revive', { ids: [first, second] })).toEqual({ count: 2 })
    expect(await rows()).toHaveLength(6)
  })
})

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

  test('is for administrators only', async () => {
    await using pages = await openPagesSite()
    const cookie = pages.cookieOf(pages.artist)
    expect((await pages.get('/action-menu-items/new', cookie)).status).toBe(403)
    expect((await pages.post('/action-menu-items/new', form, { cookie })).status).toBe(403)
  })
})
