import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSandbox, type Sandbox } from 'amiable/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findRunningServer, writeServerFile } from '../../src/cli/server-file.ts'
import { freePort, runCommand } from '../helpers/server-process.ts'

const DEAD_PID = 2 ** 22 + 1 // beyond what Linux gives
const dir = mkdtempSync(join(tmpdir(), 'amiable-click-'))
const handlers = join(dir, 'handlers')

let other: Server
let otherUrl: string
let asked: string[] = []
let sandbox: Sandbox

beforeAll(async () => {
  other = createServer(async (request, response) => {
    asked.push(request.url ?? '')
    response.statusCode = 404
    response.end()
  }).listen(0, '127.0.0.1')
  await once(other, 'listening')
  otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  sandbox = await openSandbox()
  mkdirSync(handlers)
  writeFileSync(
    join(handlers, 'pick.ts'),
    `import { defineHandler, message } from 'amiable'
import { z } from 'zod'

export default defineHandler({
  title: 'Pick',
  entityTypes: ['Version'],
  params: z.object({ shots: z.array(z.string()), fail: z.boolean().default(false) }),
  form: () => ({ choices: { shots: ['a,b', 'c'] } }),
  run({ params, progress }) {
    progress.item({ type: 'Version', id: 1, name: 'v1' }, 'done', 'the last item')
    if (params.fail) throw new Error('as asked')
    return message(params.shots.join(' & '))
  },
})
`,
  )
})
afterAll(async () => {
  await sandbox?.close()
  other?.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  asked = []
})

function siteEnvironment(name: string): NodeJS.ProcessEnv {
  return {
    AMIABLE_DATA: join(dir, name),
    AMIABLE_HANDLERS: handlers,
    AMIABLE_SECRET: 'x'.repeat(40),
    AMIABLE_PUBLIC_URL: 'http://127.0.0.1:9',
    SHOTGRID_URL: sandbox.url,
    SHOTGRID_SCRIPT_NAME: sandbox.scriptName,
    SHOTGRID_SCRIPT_KEY: sandbox.scriptKey,
  }
}

const inspectPick = ['click', 'pick', '--type', 'Version', '--ids', '1', '--user', 'admin', '--inspect']

describe('which site a click asks', () => {
  test('the one that is configured, whatever the file of a server says', async () => {
    writeServerFile(join(dir, 'named/site'), { pid: process.pid, url: otherUrl, siteUrl: otherUrl })
    const clicked = await runCommand([...inspectPick, '--param', 'shots=c'], siteEnvironment('named'))
    expect(clicked).toMatchObject({ code: 0, stdout: 'c\n' })
    expect(asked).toEqual([])
  })

  test('in the sandbox, none of a server that was killed', async () => {
    const stale = { pid: DEAD_PID, url: `http://127.0.0.1:${await freePort()}`, siteUrl: otherUrl }
    writeServerFile(join(dir, 'killed/sandbox'), stale)
    const env = {
      AMIABLE_DATA: join(dir, 'killed'),
      AMIABLE_HANDLERS: handlers,
      SANDBOX_PORT: new URL(sandbox.url).port,
    }
    expect(await runCommand([...inspectPick, '--param', 'shots=c'], env)).toMatchObject({ code: 0, stdout: 'c\n' })
    expect(asked).toEqual([])
  })

  test('a server is known by its process or by its answer', async () => {
    const data = join(dir, 'known')
    writeServerFile(data, { pid: process.pid, url: otherUrl, siteUrl: otherUrl })
    expect(await findRunningServer(data)).toMatchObject({ url: otherUrl })
    writeServerFile(data, { pid: DEAD_PID, url: otherUrl, siteUrl: otherUrl })
    expect(await findRunningServer(data)).toBeUndefined()
    expect(asked).toEqual(['/health/live'])
    const live = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
    await once(live, 'listening')
    const url = `http://127.0.0.1:${(live.address() as AddressInfo).port}`
    writeServerFile(data, { pid: DEAD_PID, url, siteUrl: otherUrl })
    expect(await findRunningServer(data)).toMatchObject({ url })
    live.close()
    live.closeAllConnections()
  })
})

describe('click --inspect', () => {
  test('takes the choices of form(), and no others', async () => {
    const env = siteEnvironment('inspect')
    const both = await runCommand([...inspectPick, '--param', 'shots=a,b', '--param', 'shots=c'], env)
    expect(both).toMatchObject({ code: 0, stdout: 'a,b & c\n' })
    const wrong = await runCommand([...inspectPick, '--param', 'shots=d'], env)
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/“d” is not one of the choices/) })
  })

  test('tells the last items of a run that failed', async () => {
    const params = ['--param', 'shots=c', '--param', 'fail=true']
    const failed = await runCommand([...inspectPick, ...params], siteEnvironment('inspect'))
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('done v1: the last item') })
    expect(failed.stderr).toContain('as asked')
  })
})
