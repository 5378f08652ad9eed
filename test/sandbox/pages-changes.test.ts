import { describe, expect, test } from 'vitest'
import { openPagesSite, type PagesSite, sessionUuid } from './pages-site.ts'

async function rowsOf(pages: PagesSite): Promise<{ id: number; sg_status_list: string }[]> {
  const answer = (await (await pages.get(`/internal/pages/${pages.page.id}/rows`)).json()) as {
    rows: { id: number; sg_status_list: string }[]
  }
  return answer.rows
}

/** Asks for changes as a window of the page does. */
function changer(pages: PagesSite) {
  return async (action: string, body: object) => {
    const window = { page_id: pages.page.id, session_uuid: sessionUuid }
    const response = await pages.post(`/internal/entities/Version/${action}`, { ...window, ...body })
    return {
      status: response.status,
      answer: (await response.json()) as { count?: number; gone?: number[]; message?: string },
    }
  }
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
    const rows = () => rowsOf(pages)
    const change = async (action: string, body: object) => (await changer(pages)(action, body)).answer

    expect(await change('status', { ids: [first], status: 'apr' })).toEqual({ count: 1, gone: [] })
    expect((await rows()).find((row) => row.id === first)?.sg_status_list).toBe('apr')
    expect(await change('retire', { ids: [first, second] })).toEqual({ count: 2, gone: [] })
    expect(await rows()).toHaveLength(4)
    expect(await change('revive', { ids: [first, second] })).toEqual({ count: 2, gone: [] })
    expect(await rows()).toHaveLength(6)
  })

  test('of a selection pass over what is gone, and say what it was', async () => {
    await using pages = await openPagesSite()
    const [first, second, third] = pages.versionIds
    const change = changer(pages)
    const ids = [first, second, third, 999_999]
    await change('retire', { ids: [second] })
    const gone = [second, 999_999]
    expect((await change('status', { ids, status: 'apr' })).answer).toEqual({ count: 2, gone })
    expect((await rowsOf(pages)).filter((row) => row.sg_status_list === 'apr').map((row) => row.id)).toEqual([
      first,
      third,
    ])
    expect((await change('note', { ids, subject: 'Fog', content: '' })).answer).toEqual({ count: 2, gone })
    expect((await change('retire', { ids })).answer).toEqual({ count: 2, gone })
    expect((await change('revive', { ids: [first] })).answer).toEqual({ count: 1, gone: [] })
    expect((await change('revive', { ids })).answer).toEqual({ count: 2, gone: [first, 999_999] })
  })

  test('are refused in words for people, and then nothing is changed', async () => {
    await using pages = await openPagesSite()
    const change = changer(pages)
    const refused = async (action: string, body: object) => {
      const { status, answer } = await change(action, body)
      return [status, answer.message]
    }
    const ids = pages.versionIds
    expect(await refused('status', { ids, status: 'zzz' })).toEqual([
      400,
      "“zzz” is no status of this site's Versions.",
    ])
    expect(await refused('retire', { ids: [999_999] })).toEqual([
      404,
      'This Version is not there any more. Reload the page.',
    ])
    expect(await refused('retire', { ids: [999_998, 999_999] })).toEqual([
      404,
      'None of these 2 Versions is there any more. Reload the page.',
    ])
    expect(await refused('retire', { ids: [] })).toEqual([
      400,
      'The sandbox does not understand this request (ids). Reload the page and try again.',
    ])
    expect(await refused('note', { ids, subject: ' ', content: '' })).toEqual([
      400,
      'The subject is empty: write a few words.',
    ])
    expect(await refused('create', { name: 'x'.repeat(300), description: '' })).toEqual([
      400,
      'The name is too long: it may have 255 characters.',
    ])
    for (const name of ['', '  ', '\u200B\u2060 '])
      expect(await refused('create', { name, description: '' })).toEqual([400, 'The name is empty: write a few words.'])
    expect((await rowsOf(pages)).map((row) => row.sg_status_list)).toEqual(ids.map(() => 'rev'))
  })
})
