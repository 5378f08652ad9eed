import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from '../../src/site/index.ts'
import { lost, startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { argumentOf, expectRefusal, failureOf, sendResults, startServer } from './helpers/test-server.ts'

let watched: WatchedSite
let site: Site
beforeAll(async () => {
  watched = await startWatchedSite({ seed: smallShow })
  site = watched.client
})
afterAll(() => watched[Symbol.asyncDispose]())

const project = { type: 'Project', id: 12 } as const

test('a field is created, used, changed and deleted', async () => {
  const glow = await site.schema.createField('Shot', 'list', 'Glow', { valid_values: ['low', 'high'] })
  expect(glow).toBe('sg_glow')
  const shot = await site.create('Shot', { code: 'glowing', project, [glow]: 'high' })
  expect(await site.find('Shot', [[glow, 'is', 'high']], [glow])).toEqual([
    { type: 'Shot', id: shot.id, sg_glow: 'high' },
  ])

  expect(await site.schema.updateField('Shot', glow, { name: 'Glow level', valid_values: ['none'] })).toBe(true)
  const { sg_glow } = await site.schema.fields('Shot', glow)
  expect(sg_glow?.name.value).toBe('Glow level')
  expect(sg_glow?.properties.valid_values?.value).toEqual(['none'])
  expect(await failureOf(site.update(shot, { [glow]: 'high' }))).toMatchObject({ code: 'SITE_VALIDATION_FAILED' })

  expect(await site.schema.deleteField('Shot', glow)).toBe(true)
  expect(await failureOf(site.schema.fields('Shot', glow))).toMatchObject({ code: 'SITE_REQUEST_REFUSED' })
  expect(await failureOf(site.schema.createField('Shot', 'text', 'Glow'))).toMatchObject({
    message: expect.stringContaining('there is a retired field with the same field_name: sg_glow'),
  })
})

test('a field is hidden in one project', async () => {
  const field = await site.schema.createField('Shot', 'text', 'Lens')
  await site.schema.updateField('Shot', field, { visible: false }, { project })
  expect((await site.schema.fields('Shot', field, { project })).sg_lens?.visible.value).toBe(false)
  expect((await site.schema.fields('Shot', field)).sg_lens?.visible.value).toBe(true)
})

test('what travels is what the site expects', async () => {
  await using server = await startServer(({ body }, response) =>
    sendResults(response, body.method_name === 'schema_field_create' ? 'sg_weight' : true),
  )
  await using site = server.open()
  await site.schema.createField('Asset', 'number', 'Weight', { description: undefined, summary_default: 'sum' })
  await site.schema.updateField('Asset', 'sg_weight', { visible: true }, { project: { ...project } })
  await site.schema.deleteField('Asset', 'sg_weight')
  expect(server.calls.map(({ body }) => body.method_name)).toEqual([
    'schema_field_create',
    'schema_field_update',
    'schema_field_delete',
  ])
  expect(server.calls.map(argumentOf)).toEqual([
    {
      type: 'Asset',
      data_type: 'number',
      properties: [
        { property_name: 'name', value: 'Weight' },
        { property_name: 'summary_default', value: 'sum' },
      ],
    },
    {
      type: 'Asset',
      field_name: 'sg_weight',
      properties: [{ property_name: 'visible', value: true }],
      project: { type: 'Project', id: 12 },
    },
    { type: 'Asset', field_name: 'sg_weight' },
  ])
})

test.each<[string, (site: Site) => Promise<unknown>, object]>([
  [
    'schema_field_create',
    (site) => site.schema.createField('Shot', 'text', 'A b'),
    { operation: 'createField', entityType: 'Shot', fields: ['A b'] },
  ],
  [
    'schema_field_update',
    (site) => site.schema.updateField('Shot', 'sg_a', { name: 'b' }),
    { operation: 'updateField', entityType: 'Shot', fields: ['sg_a'] },
  ],
  [
    'schema_field_delete',
    (site) => site.schema.deleteField('Shot', 'sg_a'),
    { operation: 'deleteField', entityType: 'Shot', fields: ['sg_a'] },
  ],
])('%s is not repeated and says when its outcome is unknown', async (method, call, attempted) => {
  await using losing = await startWatchedSite({ intercept: () => lost })
  expect(await failureOf(call(losing.client.with({})))).toMatchObject({
    name: 'SiteOutcomeUnknownError',
    attempted: [attempted],
  })
  expect(losing.calls.map((one) => one.method)).toEqual([method])
})

test.each<[string, (site: Site) => Promise<unknown>, string]>([
  ['a field without display name', (site) => site.schema.createField('Shot', 'text', ''), 'The display name is ""'],
  ['a field without data type', (site) => site.schema.createField('Shot', '', 'x'), 'The data type is ""'],
  [
    'a change of nothing',
    (site) => site.schema.updateField('Shot', 'sg_x', { name: undefined }),
    'properties holds nothing to change',
  ],
  [
    'properties that are no object',
    (site) => Reflect.apply(site.schema.updateField, undefined, ['Shot', 'sg_x', 'hidden']),
    'properties is not an object',
  ],
  [
    'a value that JSON loses',
    (site) => site.schema.createField('Shot', 'float', 'x', { default_value: Number.NaN }),
    'properties.default_value is NaN',
  ],
  ['the deletion of no field', (site) => site.schema.deleteField('Shot', ''), 'The field is ""'],
])('%s is refused before anything is sent', (_, call, message) => expectRefusal(call, message))

test('an aborted write rejects with the reason, and a wrong answer is no name', async () => {
  await using server = await startServer((_, response) => sendResults(response, 17))
  await using site = server.open()
  const reason = new Error('enough')
  expect(await failureOf(site.schema.deleteField('Shot', 'sg_x', { signal: AbortSignal.abort(reason) }))).toBe(reason)
  expect(await failureOf(site.schema.createField('Shot', 'text', 'x'))).toMatchObject({
    code: 'SITE_OUTCOME_UNKNOWN',
    cause: expect.objectContaining({ code: 'SITE_ANSWER_INVALID' }),
  })
})
