import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { compareSchemaFiles, isSchemaFile, type ReadSchema, writeSchemaFile } from '../../src/cli/schema-file.ts'
import type { FieldSchema, FieldValue } from '../../src/site/index.ts'
import { checkProject, writeTsconfig } from '../helpers/typescript.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'amiable-schema-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fixed = <V>(value: V) => ({ value, editable: false })

interface GivenField {
  readonly name?: string
  readonly description?: string
  readonly editable?: boolean
  readonly visible?: boolean
  readonly properties?: Readonly<Record<string, FieldValue>>
}

function field(dataType: string, given: GivenField = {}): FieldSchema {
  const { name = 'Name', description = '', editable = true, visible = true, properties = {} } = given
  return {
    name: fixed(name),
    description: fixed(description),
    entity_type: fixed('Shot'),
    data_type: fixed(dataType),
    editable: fixed(editable),
    mandatory: fixed(false),
    unique: fixed(false),
    visible: fixed(visible),
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, fixed(value)])),
  }
}

function schemaOf(fields: ReadSchema['fields'], hidden: readonly string[] = []): ReadSchema {
  const types = Object.keys(fields).map((type) => [type, { name: fixed(type), visible: fixed(!hidden.includes(type)) }])
  return { entityTypes: Object.fromEntries(types), fields }
}

test('an interface says of each field what it is called, holds and takes', () => {
  const { text, entityTypes, fields } = writeSchemaFile(
    schemaOf({
      Shot: {
        sg_status_list: field('status_list', {
          name: 'Status',
          properties: { valid_values: ['wtg', 'ip'], display_values: { ip: 'In Progress', wtg: 'Waiting to Start' } },
        }),
        code: field('text', { name: 'Shot Code', description: 'Sequence, then\n number.' }),
        created_at: field('date_time', { name: 'Date Created', editable: false }),
        entity: field('entity', { name: 'Link', properties: { valid_types: ['Shot', 'Asset', 'Shot'] } }),
        sg_any: field('entity', { name: 'Any', properties: { valid_types: [] } }),
      },
    }),
  )
  expect([entityTypes, fields]).toEqual([1, 5])
  expect(text.slice(text.indexOf('declare'))).toBe(`declare module 'amiable' {
  interface SiteSchema {
    /** Shot */
    Shot: ShotFields
  }
}

export interface ShotFields {
  /**
   * Shot Code · text
   *
   * Sequence, then number.
   */
  code: Field<'text'>
  /** Date Created · date_time */
  created_at: ReadOnlyField<'date_time'>
  /** Link · entity: Asset, Shot */
  entity: Field<'entity', 'Asset' | 'Shot'>
  /** Any · entity */
  sg_any: Field<'entity'>
  /** Status · status_list: ip (In Progress), wtg (Waiting to Start) */
  sg_status_list: Field<'status_list', 'ip' | 'wtg'>
}
`)
})

test('what is hidden is left out, and columns that only the pages of the site can read', () => {
  const { text, entityTypes, fields } = writeSchemaFile(
    schemaOf(
      {
        Shot: { code: field('text'), sg_old: field('text', { visible: false }), step_0: field('pivot_column') },
        Scene: { code: field('text') },
      },
      ['Scene'],
    ),
  )
  expect([entityTypes, fields]).toEqual([1, 1])
  expect(text).not.toMatch(/Scene|sg_old|step_0/)
})

const names = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom(`it's`, '"', '\\', '*/', '\u2028', '__proto__', 'a b', 'ünï', '1st', '</script>'),
)
const schemas = fc
  .dictionary(
    names,
    fc.dictionary(
      names,
      fc
        .record({
          name: names,
          description: names,
          editable: fc.boolean(),
          values: fc.uniqueArray(names, { maxLength: 4 }),
        })
        .map(({ values, ...given }) => field('list', { ...given, properties: { valid_values: values } })),
      { maxKeys: 4 },
    ),
    { minKeys: 1, maxKeys: 4 },
  )
  .map((fields) => schemaOf(fields))

test('the same schema is the same text, in whatever order the site tells it', () => {
  const reversed = <V>(record: Readonly<Record<string, V>>): Record<string, V> =>
    Object.fromEntries(Object.entries(record).toReversed())
  fc.assert(
    fc.property(schemas, ({ entityTypes, fields }) => {
      const { text } = writeSchemaFile({ entityTypes, fields })
      const turned = Object.fromEntries(Object.entries(reversed(fields)).map(([type, own]) => [type, reversed(own)]))
      expect(writeSchemaFile({ entityTypes: reversed(entityTypes), fields: turned }).text).toBe(text)
      expect(isSchemaFile(text)).toBe(true)
      expect(compareSchemaFiles(text, text)).toEqual([])
    }),
  )
})

test('whatever fields and values are called, the file is TypeScript that says just that', async () => {
  const samples = fc.sample(schemas, { numRuns: 60, seed: 7 })
  for (const [at, schema] of samples.entries()) {
    const { text } = writeSchemaFile(schema)
    const own = text
      .slice(text.indexOf('declare module'))
      .replace('amiable', './schema.ts')
      .replace('SiteSchema', `Schema${at}`)
    const expected = Object.entries(schema.fields).map(([type, fields]) => {
      const lines = Object.entries(fields).map(([name, { editable, properties }]) => {
        const values = Array.isArray(properties.valid_values?.value) ? properties.valid_values.value : []
        const union = values.length === 0 ? '' : `, ${values.map((value) => JSON.stringify(value)).join(' | ')}`
        return `${JSON.stringify(name)}: ${editable.value ? 'Field' : 'ReadOnlyField'}<'list'${union}>`
      })
      return `${JSON.stringify(type)}: { ${lines.join(', ')} }`
    })
    writeFileSync(
      join(folder, `schema-${at}.ts`),
      `import type { Field, ReadOnlyField } from '${root}/src/site/index.ts'
import type { Schema${at} } from './schema.ts'
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Read = { [T in keyof Schema${at}]: { [F in keyof Schema${at}[T]]: Schema${at}[T][F] } }
export const same: Same<Read, { ${expected.join(', ')} }> = true
${own}`,
    )
  }
  writeFileSync(join(folder, 'schema.ts'), samples.map((_, at) => `export interface Schema${at} {}\n`).join(''))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  expect(await checkProject(writeTsconfig(folder, ['*.ts']))).toEqual([])
})

test('two files differ by fields that have come, gone or changed', () => {
  const before = writeSchemaFile(
    schemaOf({
      Shot: { code: field('text'), sg_glow: field('text'), sg_old: field('number') },
      Asset: { code: field('text') },
    }),
  )
  const now = writeSchemaFile(
    schemaOf({
      Shot: { code: field('text'), sg_glow: field('checkbox'), 'sg new': field('number') },
      Asset: { code: field('text') },
    }),
  )
  expect(compareSchemaFiles(before.text, now.text)).toEqual([
    { field: `Shot.'sg new'`, change: 'new' },
    { field: 'Shot.sg_glow', change: 'changed' },
    { field: 'Shot.sg_old', change: 'gone' },
  ])
})
