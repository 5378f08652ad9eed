import { describe, expect, test } from 'vitest'
import { openPagesSite, type PagesSite, sessionUuid } from './pages-site.ts'

async function rowsOf(pages: PagesSite): Promise<{ id: number; sg_status_list: string }[]> {
  const answer = (await (await pages.get(`/internal/pages/${pages.page.id}/rows`)).json()) as {
    rows: { id: number; sg_status_list: string }[]
  }
  return answer.rows
}

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
