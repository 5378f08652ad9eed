import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkProject, type Editor, openEditor, writeTsconfig } from '../helpers/typescript.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'amiable-typed-'))
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A call on a site with the schema of the tests. */
const around = (call: string): string => `import type { Site } from '${root}/src/site/index.ts'
import type { StudioSchema } from '${root}/test/fixtures/typed/studio-schema.ts'
export async function use(site: Site<StudioSchema>): Promise<unknown> {
${call}
}
`

test('calls with a schema have the types that are expected of them', async () => {
  const tsconfig = writeTsconfig(folder, [join(root, 'test/fixtures/typed/*.ts')])
  expect(await checkProject(tsconfig)).toEqual([])
})

/** What is wrong, the call, and what the compiler says of it. */
const mistakes: readonly (readonly [what: string, call: string, message: RegExp])[] = [
  ['an entity type', `site.find('Shoot', [])`, /'"Shoot"' is not assignable to parameter of type/],
  ['a field', `site.find('Shot', [], ['code', 'colour'])`, /^Type '"colour"' is not assignable/],
  [
    'a field, nearly',
    `site.find('Shot', [], ['sg_status_lst'])`,
    /^Type '"sg_status_lst"' .* Did you mean '"sg_status_list"'\?$/,
  ],
  [
    'the end of a dotted field',
    `site.find('Version', [], ['entity.Shot.cod'])`,
    /^Type '"entity\.Shot\.cod"' .* Did you mean '"entity\.Shot\.code"'\?$/,
  ],
  [
    'a type that the link never leads to',
    `site.find('Version', [], ['entity.Sequence.code'])`,
    /^Type '"entity\.Sequence\.code"' is not assignable/,
  ],
  [
    'the end of a long dotted field',
    `site.find('Version', [], ['entity.Shot.sg_sequence.Sequence.project.Project.nam'])`,
    /Did you mean '"entity\.Shot\.sg_sequence\.Sequence\.project\.Project\.name"'\?$/,
  ],
  ['the field of a filter', `site.find('Shot', [['cod', 'is', 'x']])`, /^Type '"cod"' .* Did you mean '"code"'\?$/],
  [
    'the field of a filter in a group',
    `site.find('Shot', [{ filterOperator: 'any', filters: [['code', 'is', 'x'], ['cod', 'is', 'y']] }])`,
    /^Type '"cod"' .* Did you mean '"code"'\?$/,
  ],
  [
    'a relation of another data type',
    `site.find('Shot', [['sg_status_list', 'contains', 'ip']])`,
    /^Type '"contains"' is not assignable to type '"in" \| "is" \| "is_not" \| "not_in"'/,
  ],
  [
    'a status',
    `site.find('Shot', [['sg_status_list', 'is', 'apr']])`,
    /^Type '"apr"' .* '"fin" \| "ip" \| "wtg" \| null'/,
  ],
  [
    'a status in a list',
    `site.find('Shot', [['sg_status_list', 'in', ['ip', 'apr']]])`,
    /^Type '"apr"' is not assignable/,
  ],
  ['null for a checkbox', `site.find('Shot', [['sg_hero', 'is', null]])`, /^Type 'null' .* type 'boolean'/],
  ['a number for a text', `site.find('Shot', [['code', 'is', 3]])`, /^Type 'number' .* type 'string/],
  ['a Date for a day', `site.find('Shot', [['sg_due', 'is', new Date()]])`, /^Type 'Date' .* type 'string/],
  [
    'a link to another type',
    `site.find('Shot', [['sg_sequence', 'is', { type: 'Asset', id: 3 }]])`,
    /^Type '"Asset"' is not assignable to type '"Sequence"'/,
  ],
  [
    'a count without its unit',
    `site.find('Shot', [['created_at', 'in_last', 2]])`,
    /Source has 3 element\(s\) but target requires 4/,
  ],
  ['an empty list', `site.find('Shot', [['id', 'in', []]])`, /Source has 0 element\(s\) but target requires 1/],
  [
    'a filter on what cannot be filtered',
    `site.find('Shot', [['sg_meta', 'is', 3]])`,
    /^Type '"sg_meta"' is not assignable to type '"sg_meta cannot be used in a filter"'/,
  ],
  [
    'a condition without a list around it',
    `site.find('Shot', ['code', 'is', 'x'])`,
    /^Type 'string' is not assignable/,
  ],
  [
    'the field of an order',
    `site.find('Shot', [], [], { order: [{ field: 'cod' }] })`,
    /^Type '"cod"' .* Did you mean '"code"'\?$/,
  ],
  [
    'a value of a list field',
    `site.create('Shot', { sg_shot_type: 'Half CG' })`,
    /^Type '"Half CG"' is not assignable to type '"FX" \| "Full CG" \| null \| undefined'/,
  ],
  [
    'a field that is written',
    `site.update({ type: 'Shot', id: 1 }, { sg_cut_on: 3 })`,
    /'sg_cut_on' does not exist.* 'sg_cut_in'/,
  ],
  [
    'a field that only the site writes',
    `site.update({ type: 'Shot', id: 1 }, { created_at: '' })`,
    /'created_at' does not exist/,
  ],
  ['a column of the pages', `site.create('Shot', { step_0: null })`, /'step_0' does not exist/],
  [
    'a picture as text',
    `site.update({ type: 'Shot', id: 1 }, { image: '/a.jpg' })`,
    /^Type 'string' is not assignable to type 'null/,
  ],
  ['the type of an update', `site.update({ type: 'Shoot', id: 1 }, {})`, /^Type '"Shoot"' .* Did you mean '"Shot"'\?$/],
  [
    'a status beside a link that is known at run time only',
    `site.update({ type: 'Version', id: 1 }, { entity: { type: String(), id: 1 }, sg_status_list: 'ip' })`,
    /^Type '"ip"' is not assignable to type '"apr" \| "rev" \| null \| undefined'/,
  ],
  [
    'a field beside a status that is known at run time only',
    `site.create('Version', { sg_status_list: String(), cod: 'x' })`,
    /'cod' does not exist in type .* Did you mean to write 'code'/,
  ],
  [
    'a link to another type, written',
    `site.update({ type: 'Playlist', id: 1 }, { versions: [{ type: 'Shot', id: 1 }] })`,
    /^Type '"Shot"' is not assignable to type '"Version"'/,
  ],
  ['the type of a delete', `site.delete({ type: 'Shoot', id: 1 })`, /^Type '"Shoot"' .* Did you mean '"Shot"'\?$/],
  ['the type of a revive', `site.revive({ type: 'Shoot', id: 1 })`, /^Type '"Shoot"' .* Did you mean '"Shot"'\?$/],
  [
    'a mode of a field that is no list of links',
    `site.update({ type: 'Shot', id: 1 }, {}, { multiEntityUpdateModes: { code: 'add' } })`,
    /'code' does not exist/,
  ],
  [
    'a status in a batch',
    `site.batch([{ requestType: 'update', entityType: 'Shot', entityId: 1, data: { sg_status_list: 'apr' } }])`,
    /^Type '"apr"' is not assignable/,
  ],
  [
    'a field in a batch',
    `site.batch([{ requestType: 'create', entityType: 'Shot', data: { cod: 'x' } }])`,
    /'cod' does not exist in type .* Did you mean to write 'code'/,
  ],
  [
    'an entity type in a batch',
    `site.batch([{ requestType: 'delete', entityType: 'Shoot', entityId: 1 }])`,
    /^Type '"Shoot"' .* Did you mean '"Shot"'\?$/,
  ],
  [
    'a relation that nobody has',
    `site.find(String('Shot'), [['code', 'equals', 'x']])`,
    /^Type '"equals"' is not assignable/,
  ],
]

describe('the compiler finds', () => {
  const found = new Map<string, string[]>()
  beforeAll(async () => {
    for (const [at, [, call]] of mistakes.entries())
      writeFileSync(join(folder, `wrong-${at}.ts`), around(`  return ${call}`))
    for (const { file = '', message } of await checkProject(writeTsconfig(folder, ['wrong-*.ts']))) {
      found.set(file, [...(found.get(file) ?? []), message.split('\n').join(' ')])
    }
  })

  test.each(mistakes.map(([what, , message], at) => [what, at, message] as const))('%s', (_what, at, message) => {
    const said = found.get(join(folder, `wrong-${at}.ts`)) ?? []
    expect([...new Set(said)]).toEqual([expect.stringMatching(message)]) // and nothing else besides
    expect(said[0]?.length).toBeLessThan(500)
  })
})

describe('an editor', () => {
  let editor: Editor
  beforeAll(async () => {
    writeTsconfig(folder, ['*.ts'])
    editor = await openEditor(folder)
  })
  afterAll(() => editor[Symbol.asyncDispose]())

  let files = 0
  const complete = (call: string) => editor.complete(`edited-${++files}.ts`, around(call))
  const hover = (call: string) => editor.hover(`edited-${++files}.ts`, around(call))

  test.each([
    ['entity types', `site.find('|')`, ['Project', 'Shot', 'Version']],
    ['fields', `site.find('Shot', [], ['code', '|'])`, ['sg_status_list', 'sg_sequence', 'created_at']],
    [
      'fields behind a link',
      `site.find('Version', [], ['entity.Shot.|'])`,
      ['entity.Shot.code', 'entity.Shot.sg_sequence'],
    ],
    ['types behind a link', `site.find('Version', [], ['entity.|'])`, ['entity.Shot.code', 'entity.Asset.code']],
    ['fields of filters', `site.find('Shot', [['code', 'is', 'x'], ['|']])`, ['sg_status_list', 'assets']],
    ['relations of a data type', `site.find('Shot', [['sg_due', '|']])`, ['in_last', 'between', 'is']],
    ['statuses', `site.find('Shot', [['sg_status_list', 'in', ['ip', '|']]])`, ['wtg', 'fin']],
    ['orders', `site.find('Shot', [], [], { order: [{ field: '|' }] })`, ['code', 'created_at']],
    ['fields to write', `site.update({ type: 'Shot', id: 1 }, { | })`, ['sg_status_list', 'code']],
    ['values to write', `site.update({ type: 'Shot', id: 1 }, { sg_shot_type: '|' })`, ['FX', 'Full CG']],
    [
      'values to write in a batch',
      `site.batch([{ requestType: 'update', entityType: 'Shot', entityId: 1, data: { sg_shot_type: '|' } }])`,
      ['FX', 'Full CG'],
    ],
    ['what a row has', `const [shot] = await site.find('Shot', [], ['code']); shot?.|`, ['code', 'id', 'type']],
  ])('proposes %s', async (_what, call, expected) => {
    expect(await complete(call)).toEqual(expect.arrayContaining(expected))
  })

  test('proposes only relations that the data type has, and no field that the site alone writes', async () => {
    expect((await complete(`site.find('Shot', [['sg_status_list', '|']])`)).toSorted()).toEqual([
      'in',
      'is',
      'is_not',
      'not_in',
    ])
    const written = await complete(`site.update({ type: 'Shot', id: 1 }, { | })`)
    expect(written).not.toContain('created_at')
    expect(written).not.toContain('id')
  })

  test('shows rows and values by short names, and leads from a value to its field in the schema', async () => {
    expect(await hover(`const sh|ot = await site.findOne('Shot', [], ['code']); return shot`)).toBe(
      'const shot: RowOf<StudioSchema, "Shot", "code"> | undefined',
    )
    const value = `const shot = await site.findOne('Shot', [], ['sg_status_list']); return shot?.sg_sta|tus_list`
    expect(await hover(value)).toBe('(property) sg_status_list: "fin" | "ip" | "wtg" | null | undefined')
    expect(await editor.define(`edited-${++files}.ts`, around(value))).toEqual([
      join(root, 'test/fixtures/typed/studio-schema.ts'),
    ])
  })
})
