import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldsOf, openSandbox, smallShow, type TestSandbox, where } from './sandbox-site.ts'

type Descriptor = {
  name: { value: string }
  visible: { value: boolean; editable: boolean }
  properties: Record<string, { value: unknown; editable: boolean }>
}

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ seed: smallShow })
})
afterAll(() => sandbox.app.close())

const properties = (values: Record<string, unknown>) =>
  Object.entries(values).map(([property_name, value]) => ({ property_name, value }))
const create = (type: string, data_type: string, values: Record<string, unknown>) =>
  sandbox.results<string>('schema_field_create', { type, data_type, properties: properties(values) })
const update = (type: string, field_name: string, values: Record<string, unknown>, project?: number) =>
  sandbox.call('schema_field_update', {
    type,
    field_name,
    properties: properties(values),
    ...(project !== undefined && { project: { type: 'Project', id: project } }),
  })
const readField = async (type: string, field_name: string, project?: number): Promise<Descriptor | undefined> => {
  const argument = { type, field_name, ...(project !== undefined && { project: { type: 'Project', id: project } }) }
  return (await sandbox.results<Record<string, Descriptor>>('schema_field_read', argument))[field_name]
}
const kelp = { type: 'Project', id: 12 }

describe('a new field', () => {
  test.each([
    ['text', { name: 'Camera Move' }, 'sg_camera_move', 'slow pan'],
    ['number', { name: 'Weight kg' }, 'sg_weight_kg', 12],
    ['float', { name: 'Ratio' }, 'sg_ratio', 2.39],
    ['date', { name: 'Shot On' }, 'sg_shot_on', '2026-02-03'],
    ['date_time', { name: 'Seen At' }, 'sg_seen_at', '2026-02-03T09:00:00Z'],
    ['duration', { name: 'Setup' }, 'sg_setup', 90],
    ['percent', { name: 'Done %' }, 'sg_done__', 40],
    ['footage', { name: 'Feet' }, 'sg_feet', '10-05'],
    ['list', { name: 'Glow', valid_values: ['low', 'high'] }, 'sg_glow', 'high'],
    ['checkbox', { name: 'Wet', default_value: false }, 'sg_wet', true],
    ['entity', { name: 'Twin', valid_types: ['Shot'] }, 'sg_twin', { type: 'Shot', id: 311 }],
    ['multi_entity', { name: 'Cousins', valid_types: ['Shot'] }, 'sg_cousins', [{ type: 'Shot', id: 312 }]],
  ])('of type %s can be written, read and filtered by', async (dataType, values, name, value) => {
    expect(await create('Shot', dataType, values)).toBe(name)
    const fields = fieldsOf({ code: `with ${name}`, project: kelp, [name]: value })
    const shot = await sandbox.results<{ id: number }>('create', { type: 'Shot', fields })
    const read = await sandbox.read('Shot', {
      return_fields: [name],
      filters: where(name, 'is', Array.isArray(value) ? value[0] : value),
    })
    expect(read).toMatchObject([{ id: shot.id, [name]: value }])
    expect(await readField('Shot', name)).toMatchObject({
      name: { value: values.name },
      data_type: { value: dataType, editable: false },
      visible: { value: true, editable: true },
    })
  })

  test('with links to many is also seen from the other side', async () => {
    expect(await create('Shot', 'multi_entity', { name: 'Crates', valid_types: ['Asset'] })).toBe('sg_crates')
    const asset = await sandbox.results<{ id: number }>('create', {
      type: 'Asset',
      fields: fieldsOf({ code: 'Crate', project: kelp }),
    })
    await sandbox.results('update', {
      type: 'Shot',
      id: 310,
      fields: fieldsOf({ sg_crates: [{ type: 'Asset', id: asset.id }] }),
    })
    const [read] = await sandbox.read('Asset', {
      filters: where('id', 'is', asset.id),
      return_fields: ['shot_sg_crates_shots'],
    })
    expect(read).toMatchObject({ shot_sg_crates_shots: [{ type: 'Shot', id: 310 }] })
    await sandbox.results('schema_field_delete', { type: 'Shot', field_name: 'sg_crates' })
    expect(
      await sandbox.call('schema_field_read', { type: 'Asset', field_name: 'shot_sg_crates_shots' }),
    ).toMatchObject({
      exception: true,
    })
  })

  test('whose default is on is on in new entities and off in old ones', async () => {
    const name = await create('Sequence', 'checkbox', { name: 'Fresh', default_value: true })
    await sandbox.results('create', { type: 'Sequence', fields: fieldsOf({ code: 'new', project: kelp }) })
    const read = await sandbox.read('Sequence', { return_fields: [name] })
    expect(read.map((sequence) => sequence[name])).toEqual([false, true])
  })

  test('gets a number when its name is taken', async () => {
    expect(await create('Task', 'text', { name: 'Same' })).toBe('sg_same')
    expect(await create('Task', 'number', { name: 'same' })).toBe('sg_same_1')
    expect(await create('Task', 'number', { name: 'Same' })).toBe('sg_same_2')
    expect(await create('Task', 'text', { name: 'sg_x' })).toBe('sg_sg_x')
  })

  test('has a name of small letters, digits and underscores, whatever it is called', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.trim() !== ''),
        async (name) => {
          const field = await create('Ticket', 'text', { name })
          expect(field).toMatch(/^sg_[a-z0-9_]+$/)
          expect(await readField('Ticket', field)).toMatchObject({ name: { value: name.trim() } })
        },
      ),
      { numRuns: 40 },
    )
  })

  test('belongs to its own site only', async () => {
    await create('Shot', 'text', { name: 'Mine alone' })
    await using other = await openSandbox({ empty: true })
    expect(await other.call('schema_field_read', { type: 'Shot', field_name: 'sg_mine_alone' })).toMatchObject({
      exception: true,
      message: expect.stringContaining("Shot.sg_mine_alone doesn't exist."),
    })
  })

  test.each([
    ['color', { name: 'A' }, 'Valid data types: ["text", "number"'],
    ['image', { name: 'A' }, 'invalid/missing string \'data_type\': "image"'],
    ['text', {}, "missing 'name' property"],
    ['text', { name: ' ' }, "'name' expected [String] data type(s) but got String"],
    ['checkbox', { name: 'A' }, "missing 'default_value' property for a checkbox field"],
    ['checkbox', { name: 'A', default_value: 'maybe' }, 'expected [TrueClass, FalseClass]'],
    ['entity', { name: 'A' }, "missing 'valid_types' property"],
    ['entity', { name: 'A', valid_types: ['Shot', 'Asset'] }, 'exactly one type'],
    ['entity', { name: 'A', valid_types: ['Shoot'] }, 'names no entity type of this site: "Shoot"'],
    ['list', { name: 'A', valid_values: [1] }, "invalid string array 'valid_values'"],
    ['list', { name: 'A', default_value: 'x', valid_values: ['y'] }, "'x' is not a valid list value"],
    ['text', { name: 'A', valid_values: ['y'] }, "property 'valid_values' is not editable"],
    ['text', { name: 'A', colour: 'red' }, 'Editable properties: ["name", "description"'],
    ['number', { name: 'A', summary_default: 'median' }, 'invalid \'summary_default\': "median"'],
  ])('of type %s with %j is refused', async (data_type, values, message) => {
    const argument = { type: 'Shot', data_type, properties: properties(values) }
    expect(await sandbox.call('schema_field_create', argument)).toMatchObject({
      exception: true,
      message: expect.stringContaining(message),
    })
    expect(sandbox.site.schema.get('Shot')?.fields.has('sg_a')).toBe(false)
  })
})

describe('a field that is changed', () => {
  test('has its new properties, and takes its new values', async () => {
    const name = await create('Asset', 'list', { name: 'Mood', valid_values: ['calm'], default_value: 'calm' })
    const changes = { name: 'Temper', description: 'How it feels.', valid_values: ['wild'], summary_default: 'count' }
    expect(await update('Asset', name, changes)).toEqual({ results: true })
    expect(await readField('Asset', name)).toMatchObject({
      name: { value: 'Temper' },
      description: { value: 'How it feels.' },
      properties: {
        valid_values: { value: ['wild'] },
        default_value: { value: null },
        summary_default: { value: 'count' },
      },
    })
    const calm = { type: 'Asset', fields: fieldsOf({ code: 'A', project: kelp, [name]: 'calm' }) }
    expect(await sandbox.call('create', calm)).toMatchObject({
      message: expect.stringContaining('Valid list values: wild'),
    })
  })

  test('can be hidden in one project and shown again', async () => {
    const name = await create('Version', 'text', { name: 'Grain' })
    const seen = async () => [
      (await readField('Version', name))?.visible.value,
      (await readField('Version', name, 12))?.visible.value,
      (await readField('Version', name, 13))?.visible.value,
    ]
    expect(await update('Version', name, { visible: false }, 12)).toEqual({ results: true })
    expect(await seen()).toEqual([true, false, true])
    const whole = await sandbox.results<Record<string, Record<string, Descriptor>>>('schema_read', { project: kelp })
    expect(whole.Version?.[name]?.visible.value).toBe(false)
    expect(await update('Version', name, { visible: true }, 12)).toEqual({ results: true })
    expect(await seen()).toEqual([true, true, true])
  })

  test.each([
    ['sg_cut_in', { visible: false }, 12, 'the site came with it'],
    ['sg_tint', { visible: false }, undefined, "'visible' can only be updated together with a 'project'"],
    ['sg_tint', { data_type: 'number' }, undefined, "Shot.sg_tint property 'data_type' is not editable"],
    ['sg_tint', { default_value: 'x' }, undefined, "property 'default_value' is not editable"],
    ['sg_none', { name: 'x' }, undefined, "Shot.sg_none doesn't exist."],
    ['sg_tint', { name: 'Tinted', description: 5 }, undefined, "'description' expected [String]"],
  ])('%s to %j is refused and stays as it was', async (field, values, project, message) => {
    if (!sandbox.site.schema.get('Shot')?.fields.has('sg_tint')) await create('Shot', 'text', { name: 'Tint' })
    expect(await update('Shot', field, values, project)).toMatchObject({
      exception: true,
      error_code: 103,
      message: expect.stringContaining(message),
    })
    expect(await readField('Shot', 'sg_tint', 12)).toMatchObject({ name: { value: 'Tint' }, visible: { value: true } })
  })
})

describe('a field that is deleted', () => {
  test('is gone, and its name stays taken', async () => {
    const name = await create('Playlist', 'text', { name: 'Venue' })
    expect(await sandbox.results('schema_field_delete', { type: 'Playlist', field_name: name })).toBe(true)
    const [playlist] = await sandbox.read('Playlist', { return_fields: [name] })
    expect(playlist).toEqual({ type: 'Playlist', id: 51 })
    expect(await sandbox.call('read', { type: 'Playlist', filters: where(name, 'is', 'x') })).toMatchObject({
      message: expect.stringContaining("Playlist.sg_venue doesn't exist."),
    })
    const again = { type: 'Playlist', data_type: 'text', properties: properties({ name: 'Venue' }) }
    expect(await sandbox.call('schema_field_create', again)).toMatchObject({
      exception: true,
      message: 'API schema_field_create() failed, there is a retired field with the same field_name: sg_venue.',
    })
    const [event] = await sandbox.read('EventLogEntry', {
      filters: where('event_type', 'is', 'Shotgun_DisplayColumn_Retirement'),
      sorts: [{ field_name: 'id', direction: 'desc' }],
      return_fields: ['meta'],
    })
    expect(event?.meta).toMatchObject({ display_name: 'Venue' })
  })

  test('must be one that a site can be without', async () => {
    expect(await sandbox.call('schema_field_delete', { type: 'Shot', field_name: 'code' })).toMatchObject({
      exception: true,
      error_code: 104,
      message: 'API schema_field_delete() Shot.code can not be deleted.',
    })
  })
})
