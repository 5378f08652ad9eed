import { expect, test } from 'vitest'
import { Manifest } from '../../src/handlers/manifest.ts'

const plain = { name: 'approve', file: '/handlers/approve.ts', title: 'Approve' }

test('who may use a handler, where, and as whom, is kept as it was declared', () => {
  const declared = {
    access: { groups: ['Admin', 'Lead Artist'] },
    projects: [71, 'Lighthouse'],
    script: 'review',
    actAs: 'user',
    env: ['DELIVERY_TOKEN', 'no_proxy'],
    orPage: true,
    confirm: 'Approve all of them?',
  }
  expect(Manifest.parse({ ...plain, ...declared })).toMatchObject(declared)
})

test('a name with spaces around it is the name', () => {
  expect(Manifest.parse({ ...plain, access: { groups: [' Admin '] }, projects: [' Reef '] })).toMatchObject({
    access: { groups: ['Admin'] },
    projects: ['Reef'],
  })
})

test.each([
  ['no group at all', { access: { groups: [] } }, 'leave access out for everybody'],
  ['a group without a name', { access: { groups: [' '] } }, 'a name is empty'],
  [
    'a misspelt list of groups, which would let everybody in',
    { access: { group: ['Admin'] } },
    'Unrecognized key: "group"',
  ],
  ['no project at all', { projects: [] }, 'leave it out for every project'],
  ['a project that is neither id nor name', { projects: [0] }, 'id of a project'],
  ['a project that is a whole entity', { projects: [{ id: 71 }] }, 'id of a project or its name'],
  ['a script user written like its variable', { script: 'REVIEW' }, 'SHOTGRID_SCRIPT_NAME_REVIEW'],
  ['somebody else to act as', { actAs: 'admin' }, '"script" or "user"'],
  ['a variable with its value', { env: ['TOKEN=1'] }, 'name of an environment variable'],
  ['an empty question', { confirm: ' ' }, 'confirm is empty'],
])('refused: %s', (_what, wrong, why) => {
  const messages = Manifest.safeParse({ ...plain, ...wrong }).error?.issues.map(({ message }) => message)
  expect(messages?.join('; ')).toContain(why)
})
