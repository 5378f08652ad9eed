import { expectTypeOf, test } from 'vitest'
import type { EntityRef, FieldValue, Filters, Row, Site } from '../../src/site/index.ts'

// Never called: the compiler is the test.
async function calls(site: Site, studio: Site<StudioSchema>): Promise<void> {
  const [version] = await site.find('Version', [['code', 'is', 'x']], ['code', 'entity.Shot.code'])
  if (version === undefined) return
  expectTypeOf(version.type).toEqualTypeOf<'Version'>()
  expectTypeOf(version.id).toEqualTypeOf<number>()
  expectTypeOf(version.code).toEqualTypeOf<FieldValue | undefined>()
  expectTypeOf(version['entity.Shot.code']).toEqualTypeOf<FieldValue | undefined>()
  expectTypeOf(version).toExtend<Row>()
  expectTypeOf(version).toExtend<EntityRef>()
  // @ts-expect-error a field that was not asked for
  version.description
  // @ts-expect-error no such relation
  await site.find('Version', [['code', 'equals', 'x']])

  await site.update(version, { entity: version, versions: [version] })
  await site.find('Note', [['note_links', 'in', [version]]])
  const results = await site.batch([
    { requestType: 'delete', entityType: 'Shot', entityId: 1 },
    { requestType: 'create', entityType: 'Shot', data: {} },
  ])
  expectTypeOf(results[0]).toEqualTypeOf<boolean>()
  expectTypeOf(results[1]).toEqualTypeOf<Row>()
  const list = await site.batch(
    [version].map(({ type, id }) => ({ requestType: 'update', entityType: type, entityId: id, data: {} })),
  )
  expectTypeOf(list).toEqualTypeOf<Row[]>()

  // The same calls, checked by a schema.
  const shot = await studio.findOne('Shot', [], ['code', 'sg_cut_in'])
  expectTypeOf(shot?.sg_cut_in).toEqualTypeOf<number | null | undefined>()
  // @ts-expect-error no such type in the studio's schema
  await studio.find('Shoot', [])
  // @ts-expect-error no such field in the studio's schema
  await studio.find('Shot', [], ['colour'])
}

interface StudioSchema {
  Shot: { code: string; sg_cut_in: number | null }
  Task: { content: string }
}

test('calls are typed with and without a schema', () => {
  expectTypeOf(calls).toBeFunction()
  const nested: Filters = [
    { filterOperator: 'any', filters: [['id', 'is', 1], { filterOperator: 'all', filters: [] }] },
  ]
  expectTypeOf(nested).toExtend<Filters>()
})
