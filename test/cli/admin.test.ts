import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chooseAdminAddress } from '../../src/cli/admin-address.ts'
import { askServer } from '../../src/cli/admin-client.ts'
import { type AdminRoutes, startAdminServer } from '../../src/cli/admin-server.ts'
import { createLogger } from '../../src/cli/logger.ts'
import { writeServerFile } from '../../src/cli/server-file.ts'
import { AppError } from '../../src/errors.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { makeHandlersFolder, sayingHandler } from '../helpers/handlers-folder.ts'
import { runCommand, startServerProcess } from '../helpers/server-process.ts'

const secret = 'a-secret-for-tests-only'

describe('the admin socket', () => {
  let dataDir: string

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'amiable-admin-test-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true }))

  async function start(routes: AdminRoutes, dir = dataDir) {
    const admin = await startAdminServer({ dataDir: dir, log: createLogger({ level: 'silent', secrets: [] }) }, routes)
    writeServerFile(dir, { pid: process.pid, url: 'http://x', siteUrl: 'http://x', admin: admin.address })
    return { address: admin.address, [Symbol.asyncDispose]: () => admin.close() }
  }

  test('is for this user alone, takes questions and bodies, and is gone when the server has stopped', async () => {
    const admin = await start({ 'GET /ping': () => ({ pong: true }), 'POST /twice': (body) => ({ body }) })
    expect(statSync(admin.address).mode & 0o777).toBe(0o600)
    expect(await askServer(dataDir, 'GET', '/ping')).toEqual({ pong: true })
    expect(await askServer(dataDir, 'POST', '/twice', { a: 'ä' })).toEqual({ body: { a: 'ä' } })
    await admin[Symbol.asyncDispose]()
    expect(existsSync(admin.address)).toBe(false)
    await expect(askServer(dataDir, 'GET', '/ping')).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  })

  test('passes refusals on with code and text, and no internals of what else goes wrong', async () => {
    await using _admin = await start({
      'POST /refused': () => {
        throw new AppError('ROLLBACK_IMPOSSIBLE', 'There is none.')
      },
      'POST /broken': () => {
        throw new TypeError('no such property')
      },
    })
    await expect(askServer(dataDir, 'POST', '/refused')).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message: 'There is none.',
    })
    await expect(askServer(dataDir, 'POST', '/broken')).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(askServer(dataDir, 'POST', '/unknown')).rejects.toBeInstanceOf(AppError)
  })

  test('has a short path of its own where the data folder’s is longer than a socket may have', async () => {
    const deep = join(dataDir, 'x'.repeat(120))
    mkdirSync(deep)
    const admin = await start({ 'GET /ping': () => ({ pong: true }) }, deep)
    expect(dirname(admin.address)).not.toBe(deep)
    expect(statSync(dirname(admin.address)).mode & 0o777).toBe(0o700)
    expect(await askServer(deep, 'GET', '/ping')).toEqual({ pong: true })
    await admin[Symbol.asyncDispose]()
    expect(existsSync(dirname(admin.address))).toBe(false)
  })

  test('is not taken from a server that answers on it', async () => {
    await using _admin = await start({ 'GET /ping': () => ({ pong: true }) })
    await expect(start({})).rejects.toMatchObject({ code: 'STORE_LOCKED' })
    expect(await askServer(dataDir, 'GET', '/ping')).toEqual({ pong: true })
  })

  test('is a named pipe on Windows', () => {
    expect(chooseAdminAddress('C:\\amiable', 'win32')).toMatch(/^\\\\\.\\pipe\\amiable-[0-9a-f]{16}$/)
  })
})

describe('a running server', { timeout: 180_000 }, () => {
  test('reloads and goes back when it is told to, and list shows what it serves', async () => {
    using folder = makeHandlersFolder({ 'hello.ts': sayingHandler(`'one'`) })
    await using server = await startServerProcess({
      AMIABLE_HANDLERS: folder.path,
      AMIABLE_WATCH: 'off',
      AMIABLE_SECRET: secret,
    })
    folder.write({ 'hello.ts': sayingHandler(`'two'`), 'broken.ts': 'export default (' })
    expect(await click(server.url)).toBe('one')

    const reloaded = await runCommand(['reload'], server.env)
    expect(reloaded).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Version [0-9a-f]{20} is served: hello\.\n$/),
    })
    expect(reloaded.stderr).toContain('not loaded: broken.ts')
    expect(await click(server.url)).toBe('two')

    folder.write({ 'hello.ts': 'export default (' })
    const refused = await runCommand(['reload'], server.env)
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(/hello\.ts: .*\n[\s\S]*next {2}Mend the files[\s\S]*VERSION_REFUSED/)
    expect(await click(server.url)).toBe('two')

    const listed = JSON.parse((await runCommand(['list', '--json'], server.env)).stdout)
    expect(listed.handlers).toMatchObject([
      { name: 'hello', title: 'Says', error: expect.stringContaining('still served') },
      { name: 'broken', title: null },
    ])
    expect(listed.version).toMatchObject({ rolledBack: false })

    const back = await runCommand(['rollback'], server.env)
    expect(back.stdout).toMatch(/^Version [0-9a-f]{20} is served again: hello\.\n/)
    expect(await click(server.url)).toBe('one')
    expect((await runCommand(['list'], server.env)).stdout).toContain('somebody went back to')
    const none = await runCommand(['rollback'], server.env)
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('ROLLBACK_IMPOSSIBLE')])
  })

  test('watches the folder, and brings the menu of the sandbox up to date', async () => {
    using folder = makeHandlersFolder({})
    await using server = await startServerProcess({ AMIABLE_HANDLERS: folder.path, AMIABLE_SECRET: secret })
    folder.write({ 'hello.ts': sayingHandler(`'dropped in'`).replace('Says', 'Say it'), 'lib/x.ts': '' })
    await expect.poll(() => clickStatus(server.url), { timeout: 20_000 }).toBe(303)
    expect(await click(server.url)).toBe('dropped in')
    await expect.poll(() => menuTitles(server.sandboxUrl), { timeout: 10_000 }).toContain('Say it')
    folder.remove('hello.ts')
    await expect.poll(() => clickStatus(server.url), { timeout: 20_000 }).toBe(404)
    await expect.poll(() => menuTitles(server.sandboxUrl), { timeout: 10_000 }).not.toContain('Say it')
  })

  test('that is killed leaves nothing that a new one or a command stumbles over', async () => {
    using folder = makeHandlersFolder({ 'hello.ts': sayingHandler(`'one'`) })
    const dataDir = mkdtempSync(join(tmpdir(), 'amiable-killed-'))
    const settings = { AMIABLE_DATA: dataDir, AMIABLE_HANDLERS: folder.path, AMIABLE_SECRET: secret }
    const first = await startServerProcess(settings)
    const { admin } = JSON.parse(await readFile(join(dataDir, 'sandbox/server.json'), 'utf8'))
    const versions = join(dataDir, 'sandbox/versions')
    const before = readdirSync(versions).length
    folder.write({ 'hello.ts': sayingHandler(`'two'`) })
    await expect.poll(() => readdirSync(versions).length, { interval: 5, timeout: 20_000 }).toBeGreaterThan(before)
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(admin)).toBe(true)
    for (const command of ['reload', 'rollback']) {
      const alone = await runCommand([command], settings)
      expect([alone.code, alone.stderr]).toEqual([1, expect.stringMatching(/npm start[\s\S]*SERVER_UNREACHABLE/)])
    }
    expect((await runCommand(['list'], settings)).stdout).toContain('hello')

    await using second = await startServerProcess(settings)
    expect(await click(second.url)).toBe('two')
    expect(await runCommand(['reload'], second.env)).toMatchObject({ code: 0 })
    second.child.kill('SIGTERM')
    await second.ended
    expect(existsSync(admin)).toBe(false)
    rmSync(dataDir, { recursive: true, force: true })
  })
})

async function post(url: string): Promise<Response> {
  return fetch(`${url}/ami/hello`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: amiForm({ user_id: '61', user_login: 'admin' }, { handler: 'hello', secret }),
    redirect: 'manual',
  })
}

const clickStatus = async (url: string): Promise<number> => (await post(url)).status

/** What the handler says, as the person who clicks sees it. */
async function click(url: string): Promise<string | undefined> {
  const clicked = await post(url)
  expect(clicked.status).toBe(303)
  const run = new URL(clicked.headers.get('location') ?? '', url)
  const state = (await (await fetch(`${run}/state?wait=20000`)).json()) as { result?: { text?: string } }
  return state.result?.text
}

async function menuTitles(sandboxUrl: string): Promise<string> {
  return (await fetch(`${sandboxUrl}/action-menu-items`)).text()
}
