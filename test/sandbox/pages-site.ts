import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { createSite } from '../../src/sandbox/create-site.ts'
import type { Json } from '../../src/sandbox/json.ts'
import { pagesPlugin } from '../../src/sandbox/pages/index.ts'
import type { EntityRef } from '../../src/sandbox/refs.ts'
import { createEntity } from '../../src/sandbox/rpc/write.ts'
import type { SandboxSite } from '../../src/sandbox/site.ts'

export const secretToken = 'lantern-7'

/** A site with one project, three people, a few Versions, and its pages on a port of their own. */
export async function openPagesSite({ versions = 6 }: { versions?: number } = {}) {
  const site: SandboxSite = createSite()
  const actor = site.actorFor({ type: 'HumanUser', id: 0 })
  const add = (type: string, values: Record<string, Json>): number =>
    createEntity(site, actor, {
      type,
      fields: Object.entries(values).map(([field_name, value]) => ({ field_name, value })),
    }).id
  const ref = (type: string, values: Record<string, Json>): EntityRef => ({ type, id: add(type, values) })
  /** As only the site itself can: people and their groups are read only over the API. */
  const seed = (type: string, values: Record<string, Json>): EntityRef => {
    const row = site.store.insert(type)
    for (const [field, value] of Object.entries(values)) site.store.setValue(row, field, value)
    return { type, id: row.id }
  }

  for (const [code, name] of [
    ['rev', 'Pending Review'],
    ['apr', 'Approved'],
  ] as const)
    add('Status', { code, name })
  const adminGroup = seed('PermissionRuleSet', { code: 'admin', display_name: 'Admin', entity_type: 'HumanUser' })
  const artistGroup = seed('PermissionRuleSet', { code: 'artist', display_name: 'Artist', entity_type: 'HumanUser' })
  const person = (login: string, name: string, group: EntityRef) =>
    seed('HumanUser', {
      login,
      name,
      password_proxy: `${login}-pass`,
      sg_status_list: 'act',
      permission_rule_set: group,
    })
  const artist = person('artist', 'Jun Sato', artistGroup)
  const admin = person('admin', 'Mira Sol', adminGroup)
  const project = ref('Project', { name: 'Lighthouse' })
  const page = ref('Page', { name: 'All Versions', entity_type: 'Version', project })
  const shot = ref('Shot', { code: 'LH_010', project })
  const versionIds = Array.from({ length: versions }, (_, index) =>
    add('Version', {
      code: `LH_010_comp_v${String(index + 1).padStart(3, '0')}`,
      entity: shot,
      user: artist,
      sg_status_list: 'rev',
      project,
    }),
  )

  const app = Fastify()
  await app.register(pagesPlugin, { site })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`

  return {
    site,
    url,
    host: `127.0.0.1:${port}`,
    add,
    project,
    page,
    shot,
    versionIds,
    admin,
    artist,
    adminGroup,
    artistGroup,
    /** A menu item for Versions with a url that nobody needs to reach. */
    addItem: (values: Record<string, Json>) =>
      add('ActionMenuItem', {
        title: 'Report',
        url: 'http://127.0.0.1:9/ami/report',
        entity_type: 'Version',
        ...values,
      }),
    get: (path: string, cookie = '') => fetch(url + path, { redirect: 'manual', headers: { cookie } }),
    /** A POST as this site's own pages send it. */
    post: (
      path: string,
      body: unknown,
      { cookie = '', origin = url }: { cookie?: string; origin?: string | null } = {},
    ) =>
      fetch(url + path, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', cookie, ...(origin === null ? {} : { origin }) },
        body: JSON.stringify(body),
      }),
    cookieOf: (user: EntityRef) => `sandbox_session_${port}=${site.openSession(user)}`,
    [Symbol.asyncDispose]: () => app.close(),
  }
}
export type PagesSite = Awaited<ReturnType<typeof openPagesSite>>

export const sessionUuid = '9f0c6d1e-4a51-4c7e-9d3b-0d1f6a2b3c4d'

/** What a browser window says of itself when an item is chosen. */
export function snapshotOf(pages: PagesSite, changes: Record<string, unknown> = {}) {
  return {
    page_id: pages.page.id,
    session_uuid: sessionUuid,
    view: 'Default',
    ids: pages.versionIds,
    selected_ids: pages.versionIds.slice(1, 3),
    cols: ['code', 'image', 'sg_status_list'],
    sorts: [{ column: 'created_at', direction: 'desc' }],
    groupings: [],
    ...changes,
  }
}
