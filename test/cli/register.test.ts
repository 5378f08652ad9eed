import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secretTokenOf } from '../../src/ami/signature.ts'
import { runCommand } from '../helpers/server-process.ts'
import { startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'

const secret = 'a-secret-for-tests-only'

let site: WatchedSite
let folder: string
let env: NodeJS.ProcessEnv

beforeEach(async () => {
  site = await startWatchedSite({ seed: smallShow })
  folder = mkdtempSync(join(tmpdir(), 'amiable-register-'))
  env = {
    SHOTGRID_URL: site.url,
    SHOTGRID_SCRIPT_NAME: 'amiable',
    SHOTGRID_SCRIPT_KEY: 'sandbox-script-key',
    AMIABLE_SECRET: secret,
    AMIABLE_PUBLIC_URL: 'https://amiable.example',
    AMIABLE_DATA: join(folder, 'data'),
    AMIABLE_HANDLERS: join(import.meta.dirname, '../fixtures/restricted'),
  }
})
afterEach(async () => {
  await site[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const register = (args: readonly string[] = [], overrides: NodeJS.ProcessEnv = {}) =>
  runCommand(['register', ...args], { ...env, ...overrides })
const items = () => site.read('ActionMenuItem', ['title', 'url'])

test('a dry run shows the plan and writes nothing, neither on the site nor on disk', async () => {
  const { code, stdout, stderr } = await register(['--dry-run'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('\n  create\n    for-admins  every type  For admins\n        permission groups: Admin\n')
  expect(stdout).toContain('nothing was changed. To do: 2 to create, 0 to update.')
  expect(await items()).toEqual([])
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('registering says what it did; a second time there is nothing to do', async () => {
  expect((await register()).stdout).toContain('Done: 2 created, 0 updated.')
  expect((await items()).map(({ url }) => url).sort()).toEqual([
    'https://amiable.example/ami/for-admins',
    'https://amiable.example/ami/in-kelp',
  ])
  const again = await register()
  expect([again.code, again.stderr]).toEqual([0, ''])
  expect(again.stdout).toContain('Nothing to do; 2 unchanged.')
})

test('for programs the plan is one JSON value, without tokens or what tells of them', async () => {
  const { stdout } = await register(['--json'])
  const plan = JSON.parse(stdout)
  expect(plan).toMatchObject({ site: site.url, publicUrl: 'https://amiable.example', done: { created: 2, updated: 0 } })
  expect(plan.items[0]).toMatchObject({ action: 'create', id: null, handler: 'for-admins', entityType: null })
  expect(plan.items[0].changes).toContainEqual({ field: 'permissions_groups', from: null, to: ['Admin'] })
  expect(stdout).not.toContain(secretTokenOf('for-admins', { secret, environment: 'main' }))
  expect(JSON.parse((await register(['--json', '--dry-run'])).stdout)).toMatchObject({ done: null })
})

test('another installation’s items are listed, and taken over only when that is asked for', async () => {
  await site.create('ActionMenuItem', { title: 'Thei\u001b[31mrs\u202e', url: 'https://staging.example/ami/in-kelp' })
  const plan = await register(['--dry-run'])
  expect(plan.stdout).toContain('left alone')
  expect(plan.stdout).toContain('--adopt')
  expect(plan.stdout).toMatch(/#1 +\(at https:\/\/staging\.example\)/)
  for (const hidden of ['\u001b', '\u202e']) expect(plan.stdout).not.toContain(hidden)
  const adopted = await register(['--adopt'])
  expect(adopted.stdout).toContain('→ https://amiable.example/ami/in-kelp')
  expect(adopted.stdout).toContain('Done: 1 created, 1 updated.')
})

test('a name that the site does not have is an error, before anything is changed', async () => {
  await site.update('Project', 12, { name: 'Other' })
  const { code, stdout, stderr } = await register()
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain('in-kelp: the site has no project "Kelp".')
  expect(stderr).toContain('MENU_INVALID')
  expect(await items()).toEqual([])
})

test('a new secret reaches every item, and then it says that the previous one may go', async () => {
  await register()
  const rotated = { AMIABLE_SECRET: 'a-new-secret-for-tests', AMIABLE_SECRET_PREVIOUS: secret }
  const plan = await register(['--dry-run'], rotated)
  expect(plan.stdout).toContain('secret token  of another secret → set anew')
  expect(plan.stdout).toContain('Then every item has a token of AMIABLE_SECRET')
  const done = await register([], rotated)
  expect(done.stdout).toContain('Done: 0 created, 2 updated.')
  expect(done.stdout).toContain('AMIABLE_SECRET_PREVIOUS may be removed.')
  const { stdout } = await runCommand(['token', 'for-admins'], { ...env, ...rotated })
  const [item] = (await items()).filter(({ title }) => title === 'For admins')
  expect(site.sandbox.secretTokenOf(item?.id ?? 0)).toBe(stdout.trim())
})

test('a menu for everybody never leads to a server that only this machine reaches', async () => {
  const { code, stderr } = await register([], { SHOTGRID_URL: 'https://studio.example.com', AMIABLE_PUBLIC_URL: '' })
  expect(code).toBe(1)
  expect(stderr).toContain('AMIABLE_PUBLIC_URL is not set')
  expect(site.calls).toEqual([])
})

test('without a site and without a running sandbox there is nothing to register at, and nothing is made', async () => {
  const none = { SHOTGRID_URL: '', SHOTGRID_SCRIPT_NAME: '', SHOTGRID_SCRIPT_KEY: '', AMIABLE_PUBLIC_URL: '' }
  const { code, stderr } = await register(['--dry-run'], none)
  expect(code).toBe(1)
  expect(stderr).toContain('SERVER_UNREACHABLE')
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

test('a site that does not let the script in is named as such', async () => {
  const { code, stderr } = await register([], { SHOTGRID_SCRIPT_KEY: 'wrong' })
  expect(code).toBe(1)
  expect(stderr).toContain('SITE_AUTHENTICATION_FAILED')
})
