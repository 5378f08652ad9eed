import { expect, test } from 'vitest'
import type { CallOptions, Site } from '../../src/site/index.ts'
import { failureOf, startServer } from './helpers/test-server.ts'

const shot = { type: 'Shot', id: 310 } as const
const person = { type: 'HumanUser', id: 61 } as const
const note = { type: 'Note', id: 88 } as const

type Call = (site: Site, options: CallOptions) => Promise<unknown>

const reads: readonly [string, Call][] = [
  ['summarize', (site, options) => site.summarize('Shot', [], [], options)],
  ['followers', (site, options) => site.followers(shot, options)],
  ['following', (site, options) => site.following(person, options)],
  ['noteThread', (site, options) => site.noteThread(note, options)],
  ['activityStream', (site, options) => site.activityStream(shot, options)],
  ['textSearch', (site, options) => site.textSearch('abc', { Shot: [] }, options)],
  ['navExpand', (site, options) => site.navExpand('/', options)],
  ['navSearchString', (site, options) => site.navSearchString('/', 'abc', options)],
  ['navSearchEntity', (site, options) => site.navSearchEntity('/', shot, options)],
]
const writes: readonly [string, Call][] = [
  ['follow', (site, options) => site.follow(person, shot, options)],
  ['unfollow', (site, options) => site.unfollow(person, shot, options)],
  ['schema.createField', (site, options) => site.schema.createField('Shot', 'text', 'x', {}, options)],
  ['schema.updateField', (site, options) => site.schema.updateField('Shot', 'sg_x', { name: 'y' }, options)],
  ['schema.deleteField', (site, options) => site.schema.deleteField('Shot', 'sg_x', options)],
]

test.each([...reads, ...writes])('%s rejects with the reason of its signal', async (_, call) => {
  const stopping = new AbortController()
  const reason = new Error('enough')
  await using server = await startServer(() => stopping.abort(reason))
  await using site = server.open()
  expect(await failureOf(call(site, { signal: stopping.signal }))).toBe(reason)
  expect(await failureOf(call(site, { signal: stopping.signal }))).toBe(reason)
  expect(server.calls).toHaveLength(1)
})

test.each(reads)('%s ends at its deadline', async (_, call) => {
  await using server = await startServer(() => {})
  await using site = server.open()
  expect(await failureOf(call(site, { timeoutMs: 30 }))).toMatchObject({ code: 'SITE_TIMEOUT' })
})

test('writes end at their deadline and say that their outcome is unknown', async () => {
  await using server = await startServer(() => {})
  await using site = server.open()
  const failures = await Promise.all(writes.map(([, call]) => failureOf(call(site, { timeoutMs: 1_000 }))))
  for (const failure of failures) {
    expect(failure).toMatchObject({
      code: 'SITE_OUTCOME_UNKNOWN',
      cause: expect.objectContaining({ code: 'SITE_TIMEOUT' }),
    })
  }
  expect(server.calls).toHaveLength(writes.length)
})
