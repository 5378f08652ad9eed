import { expect, test } from 'vitest'
import { openSandbox, smallShow } from './sandbox-site.ts'

const admin = { type: 'HumanUser', id: 61 }
const shot = { type: 'Shot', id: 310 }
const seed = { ...smallShow, users: [{ login: 'mira', password: 'sea', name: 'Mira Sol' }] }

test('a person follows something until they unfollow it, and twice is once', async () => {
  await using sandbox = await openSandbox({ seed: smallShow })
  const pair = { user: { ...admin, name: 'x', image: null }, entity: { ...shot, code: 'KP_010' } }
  for (let round = 1; round <= 2; round += 1) {
    expect(await sandbox.results('follow', pair)).toEqual({ followed: true, user: admin, entity: shot })
    expect(await sandbox.results('followers', { entity: shot })).toEqual([
      { ...admin, name: 'Élodie Marchand', status: 'act', valid: 'valid' },
    ])
    expect(await sandbox.results('following', { user: admin })).toEqual([shot])
  }
  for (let round = 1; round <= 2; round += 1) {
    expect(await sandbox.results('unfollow', pair)).toEqual({ unfollowed: true, user: admin, entity: shot })
    expect(await sandbox.results('followers', { entity: shot })).toEqual([])
    expect(await sandbox.results('following', { user: admin })).toEqual([])
  }
})

test('what is followed can be narrowed by project and type, and leaves out what is retired', async () => {
  await using sandbox = await openSandbox({ seed })
  const old = { type: 'Shot', id: 320 }
  const task = { type: 'Task', id: 900 }
  for (const entity of [old, task, shot, { type: 'Project', id: 12 }])
    await sandbox.results('follow', { user: admin, entity })
  const following = (argument: object) => sandbox.results('following', { user: admin, ...argument })
  expect(await following({ project: { type: 'Project', id: 12 } })).toEqual([task, shot])
  expect(await following({ entity_type: 'Shot', project: null })).toEqual([old, shot])
  expect(await following({ entity_type: 'Shot', project: { type: 'Project', id: 13 } })).toEqual([old])
  await sandbox.results('delete', shot)
  expect(await following({ entity_type: 'Shot' })).toEqual([old])
})

test('a disabled person still follows', async () => {
  await using sandbox = await openSandbox({ seed })
  const [mira] = await sandbox.read('HumanUser', {
    filters: { logical_operator: 'and', conditions: [{ path: 'login', relation: 'is', values: ['mira'] }] },
  })
  const user = { type: 'HumanUser', id: mira?.id }
  await sandbox.results('update', { ...user, fields: [{ field_name: 'sg_status_list', value: 'dis' }] })
  await sandbox.results('follow', { user, entity: shot })
  expect(await sandbox.results('followers', { entity: shot })).toMatchObject([{ ...user, status: 'dis' }])
})

test.each([
  ['follow', { user: admin }, 103, 'invalid/missing entity hash: nil'],
  ['follow', { user: 61, entity: shot }, 103, 'API follow() invalid/missing entity hash: 61'],
  ['follow', { user: shot, entity: shot }, 103, "'user' must be a HumanUser, but got: Shot"],
  [
    'unfollow',
    { user: admin, entity: { type: 'Shot', id: 1 } },
    104,
    'Entity of type [Shot] with id=1 does not exist.',
  ],
  ['followers', { entity: { type: 'Shoot', id: 1 } }, 103, 'invalid/missing string entity \'type\': "Shoot"'],
  ['following', { user: admin, entity_type: 'Shoot' }, 103, 'invalid/missing string entity \'type\': "Shoot"'],
  ['following', { user: admin, project: shot }, 103, "invalid 'project'"],
])('%s with %j is refused', async (method, argument, error_code, message) => {
  await using sandbox = await openSandbox({ seed: smallShow })
  expect(await sandbox.call(method, argument)).toMatchObject({
    exception: true,
    error_code,
    message: expect.stringContaining(message),
  })
})
