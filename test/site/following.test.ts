import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from '../../src/site/index.ts'
import { lost, startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'
import { argumentOf, failureOf, sendResults, startServer } from './helpers/test-server.ts'

let watched: WatchedSite
let site: Site
beforeAll(async () => {
  watched = await startWatchedSite({ seed: smallShow })
  site = watched.client
})
afterAll(() => watched[Symbol.asyncDispose]())

const person = { type: 'HumanUser', id: 61 } as const
const shot = { type: 'Shot', id: 310 } as const
const task = { type: 'Task', id: 900 } as const
const project = { type: 'Project', id: 12 } as const

test('a person follows things, and both sides are told', async () => {
  expect(await site.follow(person, shot)).toEqual({ followed: true, user: person, entity: shot })
  expect(await site.follow(person, shot)).toMatchObject({ followed: true })
  await site.follow(person, task)
  expect(await site.followers(shot)).toMatchObject([{ ...person, name: 'Élodie Marchand', status: 'act' }])
  expect(await site.following(person)).toEqual([shot, task])
  expect(await site.following(person, { project, entityType: 'Task' })).toEqual([task])
  expect(await site.unfollow(person, shot)).toEqual({ unfollowed: true, user: person, entity: shot })
  expect(await site.followers(shot)).toEqual([])
})

test('what does not exist is not found', async () => {
  expect(await failureOf(site.follow(person, { type: 'Shot', id: 1 }))).toMatchObject({ code: 'SITE_ENTITY_NOT_FOUND' })
})

test('whole rows are cut down to refs', async () => {
  await using server = await startServer((_, response) => sendResults(response, []))
  await using site = server.open()
  const shotRow = { ...shot, code: 'KP_010' }
  const personRow = { ...person, name: 'É' }
  await site.followers(shotRow)
  await site.following(personRow, { project: { ...project }, entityType: 'Shot' })
  await site.following(person)
  expect(server.calls.map(argumentOf)).toEqual([
    { entity: shot },
    { user: person, project, entity_type: 'Shot' },
    { user: person },
  ])
})

test.each(['follow', 'unfollow'] as const)(
  '%s is not repeated and says when its outcome is unknown',
  async (method) => {
    await using losing = await startWatchedSite({ intercept: () => lost })
    expect(await failureOf(losing.client[method](person, shot))).toMatchObject({
      name: 'SiteOutcomeUnknownError',
      attempted: [{ operation: method, entityType: 'Shot', entityId: 310 }],
    })
    expect(losing.calls).toHaveLength(1)
  },
)

test('lists are asked for again when the answer is lost', async () => {
  await using server = await startServer((_, response, index) =>
    index % 2 === 1 ? response.socket?.destroy() : sendResults(response, [shot]),
  )
  await using site = server.open()
  expect(await site.followers(shot)).toEqual([shot])
  expect(await site.following(person)).toEqual([shot])
  expect(server.calls).toHaveLength(4)
})

test('an answer that is no list of links is told with its place', async () => {
  await using server = await startServer((_, response) => sendResults(response, [shot, { id: 5 }]))
  await using site = server.open()
  expect(await failureOf(site.following(person))).toMatchObject({
    code: 'SITE_ANSWER_INVALID',
    message: expect.stringContaining('a list of links at 1: expected { type, id }'),
  })
})
