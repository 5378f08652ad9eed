import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../../src/sandbox/json.ts'
import { createEntity, deleteEntity, reviveEntity, updateEntity } from '../../src/sandbox/rpc/write.ts'
import { parseSeed } from '../../src/sandbox/seed/seed-file.ts'
import { seededSite } from '../../src/sandbox/serve.ts'
import type { SandboxSite } from '../../src/sandbox/site.ts'
import { refsIn, sameRef } from '../../src/sandbox/store/links.ts'
import { now } from './sandbox-site.ts'

const project = { type: 'Project', id: 1 }
const ids = [1, 2, 3] as const

/** Three of each, so that links between them can go every way. */
function openSite(): SandboxSite {
  const of = (type: string) => ids.map((id) => ({ type, id, code: `${type} ${id}`, project }))
  const entities = [{ ...project, name: 'P' }, ...['Sequence', 'Shot', 'Asset', 'Version', 'Playlist'].flatMap(of)]
  return seededSite({ now: () => now, empty: true, seed: parseSeed({ entities }) })
}

const id = fc.constantFrom(...ids)
const links = (type: string) => fc.uniqueArray(id).map((all): Json => all.map((one) => ({ type, id: one })))
const link = (type: string) => fc.option(id).map((one): Json => (one === null ? null : { type, id: one }))
const mode = fc.constantFrom('set' as const, 'add' as const, 'remove' as const)

/** Writes to both sides of links, and the trash. */
const step = fc.oneof(
  fc.record({ type: fc.constant('Shot'), field: fc.constant('sg_sequence'), id, value: link('Sequence'), mode }),
  fc.record({ type: fc.constant('Sequence'), field: fc.constant('shots'), id, value: links('Shot'), mode }),
  fc.record({ type: fc.constant('Shot'), field: fc.constant('assets'), id, value: links('Asset'), mode }),
  fc.record({ type: fc.constant('Asset'), field: fc.constant('shots'), id, value: links('Shot'), mode }),
  fc.record({ type: fc.constant('Shot'), field: fc.constant('shots'), id, value: links('Shot'), mode }),
  fc.record({ type: fc.constant('Version'), field: fc.constant('entity'), id, value: link('Shot'), mode }),
  fc.record({ type: fc.constant('Playlist'), field: fc.constant('versions'), id, value: links('Version'), mode }),
  fc.record({ type: fc.constant('Version'), field: fc.constant('playlists'), id, value: links('Playlist'), mode }),
)
type Step = { type: string; field: string; id: number; value: Json; mode: 'set' | 'add' | 'remove' }

function write(site: SandboxSite, { type, field, id, value, mode }: Step): void {
  const actor = site.actorFor({ type: 'ApiUser', id: 1 })
  updateEntity(site, actor, { type, id, fields: [{ field_name: field, value, multi_entity_update_mode: mode }] })
}

/** Everything on a site, for comparing. */
function snapshot(site: SandboxSite): string {
  return JSON.stringify([...site.schema.keys()].map((type) => site.store.rows(type)))
}

test('after any writes, every link is linked back, and connections say the same as playlists', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const site = openSite()
      for (const one of steps) write(site, one)
      for (const { name: type, fields } of site.schema.values()) {
        for (const { name, mirror } of fields.values()) {
          if (mirror === null) continue
          for (const row of site.store.rows(type)) {
            for (const ref of refsIn(row.values[name])) {
              const target = site.store.find(ref.type, ref.id)
              if (site.schema.get(ref.type)?.fields.get(mirror)?.mirror !== name) continue
              const back = refsIn(target?.values[mirror])
              expect(back.filter((one) => sameRef(one, row)).length, `${type}.${name}`).toBe(1)
            }
          }
        }
      }
      const inPlaylists = site.store.rows('Playlist').flatMap((row) => refsIn(row.values.versions)).length
      expect(site.store.rows('PlaylistVersionConnection').filter(({ retired }) => !retired).length).toBe(inPlaylists)
    }),
    { numRuns: 200 },
  )
})

test('a transaction that fails leaves no trace, whatever it did', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), fc.array(step, { maxLength: 8 }), (before, undone) => {
      const site = openSite()
      const actor = site.actorFor({ type: 'ApiUser', id: 1 })
      for (const one of before) write(site, one)
      const state = snapshot(site)
      const failure = new Error('on purpose')
      const work = () =>
        site.store.transact(() => {
          createEntity(site, actor, { type: 'Shot', fields: [{ field_name: 'project', value: project }] })
          deleteEntity(site, actor, { type: 'Shot', id: 1 })
          reviveEntity(site, actor, { type: 'Shot', id: 1 })
          for (const one of undone) write(site, one)
          throw failure
        })
      expect(work).toThrow(failure)
      expect(snapshot(site)).toBe(state)
      const next = createEntity(site, actor, { type: 'Shot', fields: [{ field_name: 'project', value: project }] })
      expect(next.id).toBe(4)
      const events = site.store.rows('EventLogEntry').map((row) => row.id)
      expect(events).toEqual(events.map((_, index) => index + 1))
    }),
    { numRuns: 200 },
  )
})

test('entities with given ids stand in their order, and new ones come after the highest', () => {
  const site = openSite()
  for (const given of [50, 20, 30]) site.store.insert('Tag', given)
  expect(site.store.insert('Tag').id).toBe(51)
  expect(site.store.rows('Tag').map((row) => row.id)).toEqual([20, 30, 50, 51])
  expect(site.store.rowsAfter('Tag', 25).map((row) => row.id)).toEqual([30, 50, 51])
  expect(() => site.store.insert('Tag', 30)).toThrow('There is already a Tag with id 30')
})
