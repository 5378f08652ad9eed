import { expect, test } from 'vitest'
import { argumentOf, sendResults, sendShots, startServer } from './helpers/test-server.ts'

const authParams = { script_name: 'ingest', script_key: 'k-5f0c-"very/secret"' }
const shot = { type: 'Shot', id: 310 } as const

test('info is sent without credentials and asked once', async () => {
  await using server = await startServer((_, response) => sendShots(response, []))
  await using site = server.open()
  const [first] = await Promise.all([site.info(), site.info(), site.find('Shot', [])])
  expect(server.received.filter(({ body }) => body.method_name === 'info').map(({ body }) => body)).toEqual([
    { method_name: 'info', params: [] },
  ])
  expect(first).toMatchObject({
    version: [8, 60, 1],
    fullVersion: '8.60.1.0',
    maxEntitiesPerPage: 500,
    isDevelopment: false,
  })
})

test('find sends the whole query in the form of the API', async () => {
  await using server = await startServer((_, response) => sendShots(response, [310]))
  await using site = server.open({ sessionUuid: 'window-1', sudoAsLogin: 'ann' })
  const rows = await site.find(
    'Shot',
    [
      ['project', 'is', { type: 'Project', id: 12, name: 'Lighthouse', valid: 'valid' }],
      {
        filterOperator: 'any',
        filters: [
          ['sg_status_list', 'in', ['ip', 'rev']],
          ['created_at', 'between', new Date(0), new Date(999)],
        ],
      },
    ],
    ['code', 'sg_sequence.Sequence.code'],
    {
      order: [{ field: 'code' }, { field: 'id', direction: 'desc' }],
      limit: 10,
      retiredOnly: true,
      includeArchivedProjects: false,
      additionalFilterPresets: [{ preset_name: 'LATEST', latest_by: 'ENTITIES_CREATED_AT' }],
    },
  )
  expect(rows).toEqual([{ type: 'Shot', id: 310, code: 'LH_310' }])
  expect(server.calls[0]?.path).toBe('/api3/json')
  expect(server.calls[0]?.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'accept-encoding': 'gzip, deflate',
  })
  expect(server.calls[0]?.body).toEqual({
    method_name: 'read',
    params: [
      { ...authParams, session_uuid: 'window-1', sudo_as_login: 'ann' },
      {
        type: 'Shot',
        return_fields: ['code', 'sg_sequence.Sequence.code'],
        filters: {
          logical_operator: 'and',
          conditions: [
            { path: 'project', relation: 'is', values: [{ type: 'Project', id: 12, name: 'Lighthouse' }] },
            {
              logical_operator: 'or',
              conditions: [
                { path: 'sg_status_list', relation: 'in', values: ['ip', 'rev'] },
                { path: 'created_at', relation: 'between', values: ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'] },
              ],
            },
          ],
        },
        return_only: 'retired',
        paging: { entities_per_page: 10, current_page: 1 },
        sorts: [
          { field_name: 'code', direction: 'asc' },
          { field_name: 'id', direction: 'desc' },
        ],
        include_archived_projects: false,
        additional_filter_presets: [{ preset_name: 'LATEST', latest_by: 'ENTITIES_CREATED_AT' }],
        api_return_image_urls: true,
        return_paging_info_without_counts: false,
      },
    ],
  })
})

test('findOne asks for one record and no info', async () => {
  await using server = await startServer((_, response, index) => sendShots(response, index === 1 ? [310] : []))
  await using site = server.open()
  expect(await site.findOne('Shot', [])).toMatchObject(shot)
  expect(await site.findOne('Shot', [])).toBeUndefined()
  expect(server.received).toHaveLength(2)
  expect(argumentOf(server.calls[0])).toMatchObject({
    return_fields: ['id'],
    paging: { entities_per_page: 1, current_page: 1 },
  })
})

test('create sends every field untrimmed, null included and undefined left out', async () => {
  await using server = await startServer((_, response) =>
    sendResults(response, { type: 'Shot', id: 311, code: 'LH_020' }),
  )
  await using site = server.open()
  const project = { type: 'Project', id: 12, valid: 'valid' }
  const row = await site.create(
    'Shot',
    { code: 'LH_020', project, description: null, sg_cut_in: undefined },
    { returnFields: ['id', 'created_at'] },
  )
  expect(row).toEqual({ type: 'Shot', id: 311, code: 'LH_020' })
  expect(server.calls[0]?.body).toEqual({
    method_name: 'create',
    params: [
      authParams,
      {
        type: 'Shot',
        fields: [
          { field_name: 'code', value: 'LH_020' },
          { field_name: 'project', value: project },
          { field_name: 'description', value: null },
        ],
        return_fields: ['id', 'created_at'],
      },
    ],
  })
})

test('update sends modes only for fields that are written, trims links and takes a list as answer', async () => {
  await using server = await startServer((_, response) =>
    sendResults(response, [{ type: 'Playlist', id: 51, versions: [] }]),
  )
  await using site = server.open()
  const version = { type: 'Version', id: 902, name: 'v004', sg_status_list: 'rev' }
  const row = await site.update(
    { type: 'Playlist', id: 51 },
    { versions: [version], due: new Date('2026-05-02T09:00:00.999Z') },
    { multiEntityUpdateModes: { versions: 'add', notes: 'remove' } },
  )
  expect(row).toEqual({ type: 'Playlist', id: 51, versions: [] })
  expect(argumentOf(server.calls[0])).toEqual({
    type: 'Playlist',
    id: 51,
    fields: [
      { field_name: 'versions', value: [{ type: 'Version', id: 902, name: 'v004' }], multi_entity_update_mode: 'add' },
      { field_name: 'due', value: '2026-05-02T09:00:00Z' },
    ],
  })
})

test('delete and revive send type and id alone and answer true or false', async () => {
  await using server = await startServer(({ body }, response) => sendResults(response, body.method_name === 'revive'))
  await using site = server.open()
  expect(await site.delete({ ...shot, ...{ code: 'LH_010' } })).toBe(false)
  expect(await site.revive(shot)).toBe(true)
  expect(server.calls.map(({ body }) => [body.method_name, body.params?.[1]])).toEqual([
    ['delete', shot],
    ['revive', shot],
  ])
})

test('batch sends its requests as a list and returns the results in order; an empty one is not sent', async () => {
  await using server = await startServer((_, response) =>
    sendResults(response, [{ type: 'Shot', id: 311, code: 'a&lt;b' }, { type: 'Shot', id: 310, assets: [] }, true]),
  )
  await using site = server.open()
  const asset = { type: 'Asset', id: 7 }
  const results = await site.batch([
    { requestType: 'create', entityType: 'Shot', data: { code: 'LH_030' } },
    {
      requestType: 'update',
      entityType: 'Shot',
      entityId: 310,
      data: { assets: [asset] },
      multiEntityUpdateModes: { assets: 'remove' },
    },
    { requestType: 'delete', entityType: 'Shot', entityId: 309 },
  ])
  expect(results).toEqual([{ type: 'Shot', id: 311, code: 'a<b' }, { type: 'Shot', id: 310, assets: [] }, true])
  expect(server.calls[0]?.body.params?.[1]).toEqual([
    { request_type: 'create', type: 'Shot', fields: [{ field_name: 'code', value: 'LH_030' }], return_fields: ['id'] },
    {
      request_type: 'update',
      ...shot,
      fields: [{ field_name: 'assets', value: [asset], multi_entity_update_mode: 'remove' }],
    },
    { request_type: 'delete', type: 'Shot', id: 309 },
  ])
  expect(await site.batch([])).toEqual([])
  expect(server.calls).toHaveLength(1)
})

test('schema reads leave the argument out unless there is one', async () => {
  const attribute = (value: unknown) => ({ value, editable: false })
  const code = {
    name: attribute('Shot Code'),
    description: attribute(''),
    entity_type: attribute('Shot'),
    data_type: attribute('text'),
    editable: attribute(true),
    mandatory: attribute(false),
    unique: attribute(false),
    visible: attribute(true),
    custom_metadata: attribute(''),
    properties: { default_value: attribute(null), valid_types: attribute(['Shot']) },
  }
  await using server = await startServer(({ body }, response) => {
    if (body.method_name === 'schema_entity_read')
      return sendResults(response, { Shot: { name: attribute('Shot'), visible: attribute(true) } })
    if (body.method_name === 'schema_field_read') return sendResults(response, { code })
    return sendResults(response, { Shot: { code } })
  })
  await using site = server.open()
  expect((await site.schema.entityTypes()).Shot?.name.value).toBe('Shot')
  expect((await site.schema.fields('Shot', 'code')).code).toEqual(code)
  await site.schema.fields('Shot', undefined, { project: { type: 'Project', id: 12 } })
  expect((await site.schema.read()).Shot?.code?.properties.valid_types?.value).toEqual(['Shot'])
  expect(server.calls.map(({ body }) => [body.method_name, body.params])).toEqual([
    ['schema_entity_read', [authParams]],
    ['schema_field_read', [authParams, { type: 'Shot', field_name: 'code' }]],
    ['schema_field_read', [authParams, { type: 'Shot', project: { type: 'Project', id: 12 } }]],
    ['schema_read', [authParams]],
  ])
})

test('other kinds of credentials, a path prefix and basic auth reach the wire', async () => {
  await using server = await startServer((_, response) => sendShots(response, []))
  const url = `${server.url.replace('//', '//gate:p%40ss@')}/Studio/`
  await using site = server.open({ url, auth: { sessionToken: 'token-1' }, userAgent: 'nightly' })
  await site.findOne('Shot', [])
  await using person = server.open({ auth: { login: 'ann', password: 'hunter22' } })
  await person.findOne('Shot', [])
  expect(site.url).toBe(`${server.url}/studio`)
  expect(server.calls[0]).toMatchObject({
    path: '/studio/api3/json',
    headers: {
      authorization: `Basic ${Buffer.from('gate:p@ss').toString('base64')}`,
      'user-agent': expect.stringMatching(/; nightly$/),
    },
  })
  expect(server.calls[0]?.body.params?.[0]).toEqual({ session_token: 'token-1', reject_if_expired: true })
  expect(server.calls[1]?.body.params?.[0]).toEqual({ user_login: 'ann', user_password: 'hunter22' })
})

test('with() changes who and why, and closing it closes nothing', async () => {
  await using server = await startServer((_, response) => sendShots(response, []))
  await using site = server.open({ sessionUuid: 'a' })
  {
    await using tagged = site.with({ sessionUuid: 'b', sudoAsLogin: 'ann' })
    await tagged.findOne('Shot', [])
  }
  await site.findOne('Shot', [])
  expect(server.calls.map(({ body }) => body.params?.[0])).toEqual([
    { ...authParams, session_uuid: 'b', sudo_as_login: 'ann' },
    { ...authParams, session_uuid: 'a' },
  ])
})
