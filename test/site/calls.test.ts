import { Agent } from 'undici'
import { expect, test } from 'vitest'
import { createSite, type Site } from '../../src/site/index.ts'
import { auth, expectRefusal, sendShots, startServer } from './helpers/test-server.ts'

const shot = { type: 'Shot', id: 1 } as const
const apply = (method: (...values: never[]) => unknown, ...values: unknown[]): Promise<unknown> =>
  Promise.resolve(Reflect.apply(method, undefined, values))

test.each<[string, (site: Site) => Promise<unknown>, string]>([
  ['no entity type', (site) => site.find('', []), 'The entity type is "": expected a name'],
  ['fields that are no list', (site) => apply(site.find, 'Shot', [], 'code'), 'fields is "code": expected a list'],
  ['a field without name', (site) => site.find('Shot', [], ['']), 'fields[0] is ""'],
  ['an order that is no list', (site) => apply(site.find, 'Shot', [], [], { order: 'code' }), 'order is "code"'],
  [
    'a wrong direction',
    (site) => apply(site.find, 'Shot', [], [], { order: [{ field: 'id', direction: 'up' }] }),
    '"up": expected "asc" or "desc"',
  ],
  ['data that is no object', (site) => apply(site.create, 'Shot', ['x']), 'data is not an object'],
  ['data with an id', (site) => site.update(shot, { id: 2 }), 'data holds "id"'],
  [
    'a picture as a value',
    (site) => site.create('Shot', { image: '/a.png' }),
    'data.image takes null alone: pictures are uploaded, with uploadThumbnail()',
  ],
  ['a value that JSON loses', (site) => site.create('Shot', { sg_cut_in: Number.NaN }), 'data.sg_cut_in is NaN'],
  [
    'an unknown update mode',
    (site) => apply(site.update, shot, {}, { multiEntityUpdateModes: { a: 'append' } }),
    '"append": expected "set"',
  ],
  ['no entity', (site) => apply(site.delete), 'The entity is undefined: expected { type, id }'],
  ['an id of 0', (site) => site.delete({ type: 'Shot', id: 0 }), 'The id of the Shot is 0'],
  [
    'an unknown request',
    (site) => apply(site.batch, [{ requestType: 'upsert' }]),
    'Request 0 of the batch: requestType is upsert',
  ],
  [
    'a wrong request',
    (site) => site.batch([{ requestType: 'create', entityType: '', data: {} }]),
    'Request 0 of the batch: The entity type',
  ],
])('%s is refused before anything is sent', (_, call, message) => expectRefusal(call, message))

test('a dispatcher of the caller carries the calls and is left open', async () => {
  await using server = await startServer((_, response) => sendShots(response, [1]))
  let dispatched = 0
  const agent = new Agent().compose((dispatch) => (options, handler) => {
    dispatched += 1
    return dispatch(options, handler)
  })
  for (let round = 1; round <= 2; round += 1) {
    await using site = createSite({ url: server.url, auth, dispatcher: agent })
    expect(await site.findOne('Shot', [])).toMatchObject(shot)
    expect(dispatched).toBe(round)
  }
  await agent.close()
})
