import { describe, expect, test } from 'vitest'
import { signatureOf } from '../../src/sandbox/pages/payload.ts'
import { openPagesSite, secretToken, sessionUuid, snapshotOf } from './pages-site.ts'

const payloadPath = (itemId: number) => `/internal/action-menu-items/${itemId}/payload`

async function fieldsOf(response: Response): Promise<Record<string, string>> {
  const answer = (await response.json()) as { fields: Record<string, string> }
  return answer.fields
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
