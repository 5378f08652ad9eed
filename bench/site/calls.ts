/* Both sides of the comparison: the site client, and undici with JSON.parse. A process of its own, for the heap is compared too. */
import { Pool } from 'undici'
import workerpool from 'workerpool'
import { createSite } from '../../src/site/index.ts'

const ACCOUNT = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }
const AUTH = { script_name: ACCOUNT.scriptName, script_key: ACCOUNT.scriptKey }
const FIELDS = ['code', 'description', 'sg_status_list', 'frame_range', 'created_at', 'entity.Shot.code'] as const
const PER_PAGE = 500
const PROJECT = { type: 'Project', id: 1 }

interface Found {
  readonly rows: number
  readonly tookMs: number
}

async function findBySite(url: string): Promise<Found> {
  await using site = createSite({ url, auth: ACCOUNT })
  await site.info()
  const beganMs = performance.now()
  const rows = await site.find('Version', [], FIELDS)
  return { rows: rows.length, tookMs: performance.now() - beganMs }
}

/** The same pages, one after the other, as the client has to ask for them. */
async function findBare(url: string): Promise<Found> {
  await using pool = openPool(url, 1)
  const beganMs = performance.now()
  const rows: unknown[] = []
  for (let page = 1, more = true; more; page += 1) {
    const { entities, paging_info } = await ask<{ entities: unknown[]; paging_info: { has_next_page: boolean } }>(
      pool,
      'read',
      {
        type: 'Version',
        return_fields: FIELDS,
        filters: { logical_operator: 'and', conditions: [] },
        return_only: 'active',
        paging: { entities_per_page: PER_PAGE, current_page: page },
        return_paging_info_without_counts: true,
        api_return_image_urls: true,
      },
    )
    for (const row of entities) rows.push(row)
    more = paging_info.has_next_page
  }
  return { rows: rows.length, tookMs: performance.now() - beganMs }
}

/** @returns milliseconds for all of them, one after the other */
async function createBySite(url: string, count: number): Promise<number> {
  await using site = createSite({ url, auth: ACCOUNT })
  await site.info()
  const beganMs = performance.now()
  for (let at = 0; at < count; at += 1)
    await site.create('Shot', { code: `S${crypto.randomUUID()}`, project: PROJECT, description: `number ${at}` })
  return performance.now() - beganMs
}

async function createBare(url: string, count: number): Promise<number> {
  await using pool = openPool(url, 1)
  const beganMs = performance.now()
  for (let at = 0; at < count; at += 1) {
    await ask(pool, 'create', {
      type: 'Shot',
      fields: Object.entries({ code: `B${crypto.randomUUID()}`, project: PROJECT, description: `number ${at}` }).map(
        ([field_name, value]) => ({ field_name, value }),
      ),
      return_fields: ['code', 'project', 'description'],
    })
  }
  return performance.now() - beganMs
}

/** @returns how many of so many finds at once came back whole */
async function findAtOnce(url: string, count: number, concurrency: number): Promise<number> {
  await using site = createSite({ url, auth: ACCOUNT, concurrency })
  const found = await Promise.allSettled(
    Array.from({ length: count }, (_, at) => site.find('Version', [['id', 'less_than', 400 + at]], ['code'])),
  )
  return found.filter((one, at) => one.status === 'fulfilled' && one.value.length === 399 + at).length
}

async function ask<T>(pool: Pool, method: string, argument: unknown): Promise<T> {
  const { body } = await pool.request({
    path: '/api3/json',
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ method_name: method, params: [AUTH, argument] }),
  })
  const answer = JSON.parse(await body.text())
  if (answer.exception) throw new Error(answer.message)
  return answer.results
}

function openPool(url: string, connections: number): Pool & AsyncDisposable {
  const pool = new Pool(url, { connections })
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.destroy() })
}

const methods = { findBySite, findBare, createBySite, createBare, findAtOnce }
export type SiteCalls = typeof methods

workerpool.worker(methods)
