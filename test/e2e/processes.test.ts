import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { words } from '../../src/words.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { openTestStorage, postgresUrl } from '../helpers/engines.ts'
import { descendantsOf, isRunning, runCommand, startServerProcess } from '../helpers/server-process.ts'

const hostile = join(import.meta.dirname, '../fixtures/hostile')

describe('starting and stopping', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it cleanly, with everything it started', async (signal) => {
    await using server = await startServerProcess()
    const family = descendantsOf(server.child.pid ?? 0)
    expect(family.length).toBeGreaterThan(1)
    server.child.kill(signal)
    expect(await server.ended).toBe(0)
    await expect.poll(() => family.filter(isRunning), { timeout: 5000 }).toEqual([])
  })

  test('SIGKILL leaves no process behind, not even one whose handler loops', async () => {
    await using server = await startServerProcess({
      AMIABLE_HANDLERS: hostile,
      AMIABLE_SECRET: 'a-secret-for-tests-only',
    })
    await postClick(server.url, 'busy')
    const family = descendantsOf(server.child.pid ?? 0)
    server.child.kill('SIGKILL')
    await server.ended
    await expect.poll(() => family.filter(isRunning), { timeout: 10_000 }).toEqual([])
  })

  test('a run that a SIGKILL cut off is interrupted after the next start, and finished ones are still there', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'amiable-kill-'))
    const settings = { AMIABLE_DATA: dataDir, AMIABLE_HANDLERS: hostile, AMIABLE_SECRET: 'a-secret-for-tests-only' }
    const first = await startServerProcess(settings)
    const done = await postClick(first.url, 'hello')
    await fetch(`${first.url}${done}/state?wait=10000`)
    const cutOff = await postClick(first.url, 'busy')
    first.child.kill('SIGKILL')
    await first.ended
    await using second = await startServerProcess(settings)
    expect(await stateOf(second.url, done)).toMatchObject({ status: 'succeeded' })
    expect(await stateOf(second.url, cutOff)).toMatchObject({
      status: 'interrupted',
      error: { code: 'RUN_INTERRUPTED' },
    })
    expect(await (await fetch(`${second.url}${done}`)).text()).toBe('<h1>Hello mira</h1>')
    await rm(dataDir, { recursive: true, force: true })
  })

  test('a run under way when the server is stopped ends as interrupted, not as a crash', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'amiable-stop-'))
    const settings = { AMIABLE_DATA: dataDir, AMIABLE_HANDLERS: hostile, AMIABLE_SECRET: 'a-secret-for-tests-only' }
    const first = await startServerProcess(settings)
    const run = await postClick(first.url, 'busy')
    await expect.poll(() => statusNow(first.url, run), { timeout: 20_000 }).toBe('running')
    const watching = await fetch(`${first.url}${run}/events`)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(await watching.text()).toContain('"status":"running"')
    await using second = await startServerProcess(settings)
    expect(await stateOf(second.url, run)).toMatchObject({ status: 'interrupted' })
    await rm(dataDir, { recursive: true, force: true })
  })

  test('a request that never arrives whole does not keep it from stopping', async () => {
    await using server = await startServerProcess()
    const { port, hostname } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(
      'POST /ami/version-report HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\na=1',
    )
    expect((await fetch(server.url)).status).toBe(200) // by now the other one has been taken up
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    socket.destroy()
  })

  test('SIGKILL leaves no detached child of a handler behind', async () => {
    await using server = await startServerProcess({
      AMIABLE_HANDLERS: hostile,
      AMIABLE_SECRET: 'a-secret-for-tests-only',
    })
    const run = await postClick(server.url, 'detaches')
    await expect.poll(() => readPid(server, run), { timeout: 10_000 }).toBeGreaterThan(0)
    const pid = await readPid(server, run)
    expect(isRunning(pid)).toBe(true)
    server.child.kill('SIGKILL')
    await server.ended
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
  })

  test('two of them live side by side; a second one on the same data folder or port says what to do', async () => {
    await using one = await startServerProcess()
    await using two = await startServerProcess()
    expect((await fetch(`${one.url}/health/ready`)).status).toBe(200)
    expect((await fetch(`${two.url}/health/ready`)).status).toBe(200)

    const sameData = await startServerProcess({ AMIABLE_DATA: one.dataDir }, { waitUntilReady: false })
    expect(await sameData.ended).toBe(1)
    expect(sameData.output()).toContain('STORE_LOCKED')
    const samePort = await startServerProcess({ PORT: new URL(one.url).port }, { waitUntilReady: false })
    expect(await samePort.ended).toBe(1)
    expect(samePort.output()).toContain('PORT_IN_USE')
    const sameSandbox = await startServerProcess(
      { SANDBOX_PORT: new URL(one.sandboxUrl).port },
      { waitUntilReady: false },
    )
    expect(await sameSandbox.ended).toBe(1)
    expect(sameSandbox.output()).toContain('PORT_IN_USE')
    expect((await fetch(`${one.url}/health/ready`)).status).toBe(200)
  })
})

describe('the command line', () => {
  test('click saves the file that a handler made, list and token tell what the site needs', async () => {
    await using server = await startServerProcess({ AMIABLE_HANDLERS: hostile })
    const folder = await mkdtemp(join(tmpdir(), 'amiable-click-'))
    const out = join(folder, 'out.txt')
    const clicked = await runCommand(
      ['click', 'files', '--type', 'Version', '--ids', '1,2,3', '--out', out],
      server.env,
    )
    expect(clicked).toMatchObject({ code: 0, stdout: '' })
    expect(existsSync(out)).toBe(true)
    const failed = await runCommand(['click', 'throws', '--type', 'Version', '--ids', '1'], server.env)
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain('LH_010 has no task named comp')

    const listed = JSON.parse((await runCommand(['list', '--json'], server.env)).stdout)
    const byName = Object.fromEntries(listed.handlers.map((handler: { name: string }) => [handler.name, handler]))
    expect(byName.hello).toMatchObject({ url: `${server.url}/ami/hello`, entityTypes: null, error: null })
    expect(byName['broken-import'].error).toContain('not-there.ts')

    const token = await runCommand(['token', 'hello'], server.env)
    expect(token.stdout).toMatch(/^[\w-]{43}\n$/)
    const unknown = await runCommand(['token', 'helo'], server.env)
    expect([unknown.code, unknown.stdout]).toEqual([1, ''])
    expect(unknown.stderr).toContain('hello')
    await rm(folder, { recursive: true, force: true })
  })

  test('click without a server says how to start one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'amiable-alone-'))
    const { code, stderr } = await runCommand(['click', 'hello', '--type', 'Version', '--ids', '1'], {
      AMIABLE_DATA: folder,
      PORT: '1',
      SANDBOX_PORT: '1',
    })
    expect(code).toBe(1)
    expect(stderr).toContain('npm start')
    await rm(folder, { recursive: true, force: true })
  })

  test.each([
    [['--help'], 0, 'Usage: amiable'],
    [['click', '--help'], 0, '--ids <list>'],
    [['clik'], 1, 'click'],
    [['click', 'hello', '--type', 'Version', '--ids', '1,x'], 1, '1,2,3'],
  ])('amiable %j', async (args, code, text) => {
    const answer = await runCommand(args, {})
    expect(answer.code).toBe(code)
    expect(answer.stdout + answer.stderr).toContain(text)
  })

  test('a folder without handlers starts, and says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'amiable-empty-'))
    await mkdir(join(folder, 'shared'))
    await writeFile(join(folder, 'notes.md'), '')
    await using server = await startServerProcess({ AMIABLE_HANDLERS: folder })
    expect(await (await fetch(server.url)).text()).toContain(words.dashboard.handlersEmpty)
    await rm(folder, { recursive: true, force: true })
  })
})

describe.runIf(postgresUrl)('with a real site and PostgreSQL', () => {
  test('a second server on the same data folder changes nothing about the versions that the first one serves', async () => {
    await using storage = await openTestStorage('postgres')
    await using sandbox = await startServerProcess()
    const settings = {
      SHOTGRID_URL: sandbox.sandboxUrl,
      SHOTGRID_SCRIPT_NAME: 'amiable',
      SHOTGRID_SCRIPT_KEY: 'sandbox-script-key',
      AMIABLE_SECRET: 'a-secret-for-tests-only',
      DATABASE_URL: storage.databaseUrl,
    }
    await using first = await startServerProcess({ ...settings, AMIABLE_HANDLERS: hostile })
    const versionsDir = join(first.dataDir, 'site', 'versions')
    const history = join(versionsDir, 'history.json')
    await expect.poll(() => existsSync(history), { timeout: 20_000 }).toBe(true)
    const before = { history: await readFile(history, 'utf8'), versions: await readdir(versionsDir) }
    const handlers = join(import.meta.dirname, '../../handlers')
    const second = await startServerProcess(
      { ...settings, AMIABLE_DATA: first.dataDir, AMIABLE_HANDLERS: handlers },
      { waitUntilReady: false },
    )
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain('STORE_LOCKED')
    expect(await readFile(history, 'utf8')).toBe(before.history)
    expect(await readdir(versionsDir)).toEqual(expect.arrayContaining(before.versions))
  })

  test('the same server runs with four settings and DATABASE_URL', async () => {
    await using storage = await openTestStorage('postgres')
    await using sandbox = await startServerProcess()
    await using server = await startServerProcess({
      SHOTGRID_URL: sandbox.sandboxUrl,
      SHOTGRID_SCRIPT_NAME: 'amiable',
      SHOTGRID_SCRIPT_KEY: 'sandbox-script-key',
      AMIABLE_SECRET: 'a-secret-for-tests-only',
      DATABASE_URL: storage.databaseUrl,
      AMIABLE_HANDLERS: hostile,
    })
    const fields = { server_hostname: new URL(sandbox.sandboxUrl).host } // what the site calls itself
    const run = await postClick(server.url, 'hello', fields)
    expect(await stateOf(server.url, run)).toMatchObject({ status: 'succeeded' })
    await stateOf(server.url, await postClick(server.url, 'repeats-its-key', fields))
    await expect.poll(() => server.output(), { timeout: 5000 }).toContain('run settled') // lines are written together
    expect(server.output()).not.toContain('sandbox-script-key')
    expect(server.output()).not.toMatch(/\/r\/[\w-]{43}/)
    const page = await (await fetch(server.url)).text()
    expect(page).not.toContain('/r/') // addresses of runs are for those who clicked
  })
})

async function statusNow(url: string, run: string): Promise<string> {
  const { status } = (await (await fetch(`${url}${run}/state`)).json()) as { status: string }
  return status
}

/** The number that the handler tells as its progress; 0 before. */
async function readPid(server: { url: string }, run: string): Promise<number> {
  const state = (await (await fetch(`${server.url}${run}/state`)).json()) as { progress?: { done: number } }
  return state.progress?.done ?? 0
}

async function postClick(url: string, handler: string, fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await fetch(`${url}/ami/${handler}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: amiForm(fields, { handler }),
    redirect: 'manual',
  })
  expect(response.status).toBe(303)
  return response.headers.get('location') ?? ''
}

async function stateOf(url: string, run: string): Promise<unknown> {
  return (await fetch(`${url}${run}/state?wait=20000`)).json()
}
