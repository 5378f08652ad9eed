import { expect, test } from 'vitest'
import { createSite, SiteProtocolError, SiteUsageError } from '../../src/site/index.ts'
import {
  argumentOf,
  auth,
  failureOf,
  type Received,
  sendResults,
  sendShots,
  startServer,
} from './helpers/test-server.ts'

const pagingOf = (received: Received) => argumentOf(received).paging

/** Serves `total` shots in the pages that are asked for. */
function startShots(total: number, pageSize = 2) {
  return startServer(
    (received, response) => {
      const paging = argumentOf(received).paging
      if (typeof paging !== 'object' || paging === null || !('current_page' in paging && 'entities_per_page' in paging))
        throw new Error()
      const per = Number(paging.entities_per_page)
      const from = (Number(paging.current_page) - 1) * per
      const ids = Array.from({ length: Math.max(0, Math.min(per, total - from)) }, (_, index) => from + index + 1)
      sendShots(response, ids, from + per < total)
    },
    { pageSize },
  )
}

async function collect<R>(rows: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = []
  for await (const row of rows) all.push(row)
  return all
}

const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)

test('find collects every page of the size that the site names', async () => {
  await using server = await startShots(5)
  await using site = server.open()
  expect(ids(await site.find('Shot', []))).toEqual([1, 2, 3, 4, 5])
  expect(server.calls.map(pagingOf)).toEqual([1, 2, 3].map((current_page) => ({ entities_per_page: 2, current_page })))
  expect(argumentOf(server.calls[0])).toMatchObject({ return_paging_info_without_counts: true })
})

test.each([
  { limit: 1, page: 0, expected: [1], requests: [[1, 1]] },
  { limit: 2, page: 0, expected: [1, 2], requests: [[2, 1]] },
  {
    limit: 3,
    page: 0,
    expected: [1, 2, 3],
    requests: [
      [2, 1],
      [2, 2],
    ],
  },
  { limit: 0, page: 2, expected: [3, 4], requests: [[2, 2]] },
  { limit: 1, page: 3, expected: [3], requests: [[1, 3]] },
  { limit: 9, page: 3, expected: [5], requests: [[2, 3]] },
])('limit $limit and page $page read $expected', async ({ limit, page, expected, requests }) => {
  await using server = await startShots(5)
  await using site = server.open()
  expect(ids(await site.find('Shot', [], [], { limit, page }))).toEqual(expected)
  expect(server.calls.map(pagingOf)).toEqual(
    requests.map(([entities_per_page, current_page]) => ({ entities_per_page, current_page })),
  )
})

test('findAll fetches the next page while the caller works on this one', async () => {
  await using server = await startShots(4)
  await using site = server.open()
  const rows = site.findAll('Shot', [], ['code'])
  expect((await rows.next()).value).toMatchObject({ id: 1, code: 'LH_1' })
  await expect.poll(() => server.calls.length).toBe(2)
  const rest: number[] = []
  for await (const { id } of rows) rest.push(id)
  expect(rest).toEqual([2, 3, 4])
})

test('findAll that is left early aborts the page under way', async () => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  await using server = await startServer(
    (_, response, index) => {
      if (index === 1) sendShots(response, [1, 2], true)
      else response.on('close', resolve)
    },
    { pageSize: 2 },
  )
  await using site = server.open()
  for await (const row of site.findAll('Shot', [])) {
    expect(row.id).toBe(1)
    await expect.poll(() => server.calls.length).toBe(2)
    break
  }
  await aborted
})

test('findAll stops at its limit without asking for a page too many', async () => {
  await using server = await startShots(50)
  await using site = server.open()
  expect(ids(await collect(site.findAll('Shot', [], [], { limit: 4, pageSize: 9 })))).toEqual([1, 2, 3, 4])
  expect(server.calls).toHaveLength(2)
})

test('an answer that does not say whether more follows is refused rather than cut short', async () => {
  await using server = await startServer((_, response) =>
    sendResults(response, { entities: [{ type: 'Shot', id: 1 }] }),
  )
  await using site = server.open()
  expect(await failureOf(site.find('Shot', []))).toBeInstanceOf(SiteProtocolError)
})

test('a site that promises pages for ever but sends none ends the list', async () => {
  await using server = await startServer((_, response) => sendShots(response, [], true))
  await using site = server.open()
  expect(await site.find('Shot', [])).toEqual([])
})

test.each([-1, 1.5, Number.NaN])('limit %s and page %s are refused before anything is sent', async (wrong) => {
  await using site = createSite({ url: 'http://127.0.0.1:1', auth })
  expect(await failureOf(site.find('Shot', [], [], { limit: wrong }))).toBeInstanceOf(SiteUsageError)
  expect(await failureOf(site.find('Shot', [], [], { page: wrong }))).toBeInstanceOf(SiteUsageError)
})
