import { expect, test } from 'vitest'
import { startWatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { argumentOf, failureOf, sendResults, startServer } from './helpers/test-server.ts'

const shot = { type: 'Shot', id: 310 } as const

test('the navigation is opened and searched', async () => {
  await using watched = await startWatchedSite({ seed: smallShow })
  const site = watched.client
  const node = await site.navExpand('/Project/12/Shot', { seedEntityField: 'Version.entity' })
  expect(node).toMatchObject({ label: 'Shots', target_entities: { type: 'Version' }, has_children: true })
  const path = '/Project/12/Shot/sg_sequence/Sequence/41/id/310'
  expect(await site.navSearchString('/', 'KP_010')).toMatchObject({ entries: [{ full_path: path }] })
  expect(await site.navSearchEntity('/Project/12', shot)).toMatchObject({ entries: [{ full_path: path }] })
  expect(await failureOf(site.navExpand('/Project/99'))).toMatchObject({ code: 'SITE_FAULT', siteCode: 107 })
})

test('what travels is what the site expects, and it may be asked twice', async () => {
  await using server = await startServer((_, response, index) =>
    index === 1 ? response.socket?.destroy() : sendResults(response, {}),
  )
  await using site = server.open()
  await site.navExpand('/', { entityFields: { Shot: ['code'] } })
  await site.navSearchString('/Project/12', 'LH', { seedEntityField: 'Version.entity' })
  const row = { ...shot, code: 'x' }
  await site.navSearchEntity('/', row)
  expect(server.calls.map(({ body }) => body.method_name)).toEqual([
    'nav_expand',
    'nav_expand',
    'nav_search',
    'nav_search',
  ])
  expect(server.calls.slice(1).map(argumentOf)).toEqual([
    { path: '/', seed_entity_field: null, entity_fields: { Shot: ['code'] } },
    { root_path: '/Project/12', seed_entity_field: 'Version.entity', search_criteria: { search_string: 'LH' } },
    { root_path: '/', seed_entity_field: null, search_criteria: { entity: shot } },
  ])
})

test('a call without path or text is refused before anything is sent', async () => {
  await using server = await startServer(() => {})
  await using site = server.open()
  for (const call of [site.navExpand(''), site.navSearchString('', 'x'), site.navSearchString('/', '')]) {
    expect(await failureOf(call)).toMatchObject({
      code: 'SITE_CALL_INVALID',
      message: expect.stringContaining('is ""'),
    })
  }
  expect(server.received).toEqual([])
})
