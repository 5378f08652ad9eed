import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand, startServerProcess } from '../helpers/server-process.ts'

const root = join(import.meta.dirname, '../..')
const studio = mkdtempSync(join(tmpdir(), 'amiable-studio-'))
const repository = join(studio, 'our handlers')

/** A program in the repository, as its people run it. */
async function inRepository(program: string, ...args: string[]): Promise<string> {
  return inFolder(repository, process.env.PATH, program, ...args)
}

async function inFolder(
  cwd: string,
  PATH: string | undefined,
  program: string,
  ...args: readonly string[]
): Promise<string> {
  const { HOME, LANG } = process.env
  const options = { cwd, env: { PATH, HOME, LANG } }
  const { stdout } = await promisify(execFile)(program, args, options).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${program} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`)
    },
  )
  return stdout
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(studio, file, '..'), { recursive: true })
    writeFileSync(join(studio, file), text)
  }
}

beforeAll(async () => {
  const made = await runCommand(['new', 'handlers', repository], {})
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('say-hello.ts') })
  // A package of the studio, and a zod of its own that is not ours.
  write({
    'words/package.json': JSON.stringify({ name: 'words', version: '1.0.0', type: 'module', exports: './index.js' }),
    'words/index.js': `export const word = 'from a package of the studio'\n`,
    'words/index.d.ts': `export declare const word: string\n`,
  })
  cpSync(join(root, 'node_modules/zod'), join(studio, 'zod'), { recursive: true })
  const versions = join(studio, 'zod/v4/core/versions.js')
  writeFileSync(versions, readFileSync(versions, 'utf8').replace(/minor: \d+/, 'minor: 2'))
  const file = join(repository, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies: { words: 'file:../words', zod: 'file:../zod' } }))
  write({
    'our handlers/handlers/speak.ts': `import { defineHandler, message } from 'amiable'
import { word } from 'words'
import { z } from 'zod'
import { loud } from './lib/loud.ts'

export default defineHandler({
  title: 'Speak',
  entityTypes: ['Version'],
  params: z.object({ times: z.int().min(1).default(2), tone: z.enum(['low', 'high']).optional() }),
  run: ({ params, selection }) => message(loud(\`\${params.times.toFixed(0)} \${word} \${params.tone?.length ?? 0} \${selection.ids.length}\`)),
})
`,
    'our handlers/handlers/lib/loud.ts': `export const loud = (text: string): string => text.toUpperCase()\n`,
    'our handlers/test/speak.test.ts': `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testHandler } from 'amiable/testing'
import speak from '../handlers/speak.ts'

test('speaks', async () => {
  const { text } = await testHandler(speak, { selection: [1], params: { times: 3, tone: 'low' } })
  assert.equal(text, '3 FROM A PACKAGE OF THE STUDIO 3 1')
})
`,
  })
  await inRepository('npm', 'install', '--offline', '--no-audit', '--no-fund')
}, 120_000)

afterAll(() => rmSync(studio, { recursive: true, force: true }))

describe('a repository of handlers outside of the checkout', { timeout: 180_000 }, () => {
  test('has types, for tsc and for the check', async () => {
    await inRepository(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--noEmit')
    const out = await inRepository('npm', 'run', '--silent', 'check')
    expect(out).toMatch(/ok {6}say-hello[\s\S]*ok {6}speak[\s\S]*Types are right[\s\S]*no mistakes/)
    const wrong = join(repository, 'handlers/wrong.ts')
    writeFileSync(
      wrong,
      `import { defineHandler } from 'amiable'\nexport default defineHandler({ title: 3, run() {} })\n`,
    )
    await expect(inRepository('npm', 'run', '--silent', 'check')).rejects.toThrow(/wrong\.ts:2:\d+ TS2322/)
    rmSync(wrong)
  })

  test('has tests that pass, with what came along and with its own packages', async () => {
    expect(await inRepository('npm', 'test')).toMatch(/pass 2\n/)
  })

  test('gets new handlers to start from, once', async () => {
    const made = await inRepository('npx', 'amiable', 'new', 'handler', 'set-due-date')
    const file = join(repository, 'handlers/set-due-date.ts')
    expect(made).toContain(file)
    expect(readFileSync(file, 'utf8')).toContain(`title: 'Set due date'`)
    expect(await inRepository('npm', 'run', '--silent', 'check')).toMatch(/ok {6}set-due-date[\s\S]*no mistakes/)
    await expect(inRepository('npx', 'amiable', 'new', 'handler', 'set-due-date')).rejects.toThrow('FILE_EXISTS')
    await expect(inRepository('npx', 'amiable', 'new', 'handler', 'Due!')).rejects.toThrow('lower case')
    await expect(inRepository('npx', 'amiable', 'new', 'handlers', '.')).rejects.toThrow('FILE_EXISTS')
  })

  test('is served, reloaded, and debugged by the configuration that came along', async () => {
    await using server = await startServerProcess({ AMIABLE_HANDLERS: join(repository, 'handlers') })
    const click = ['click', 'speak', '--type', 'Version', '--ids', '1,2']
    const clicked = await runCommand([...click, '--param', 'times=4'], server.env)
    expect(clicked).toMatchObject({ code: 0, stdout: '4 FROM A PACKAGE OF THE STUDIO 0 2\n' })

    write({ 'our handlers/handlers/lib/loud.ts': `export const loud = (text: string): string => text + '!'\n` })
    expect(await runCommand(['reload'], server.env)).toMatchObject({ code: 0 })
    expect(await runCommand(click, server.env)).toMatchObject({ stdout: '2 from a package of the studio 0 2!\n' })

    const { configurations } = JSON.parse(readFileSync(join(repository, '.vscode/launch.json'), 'utf8'))
    const [debug] = configurations
    const values: Record<string, string> = {
      workspaceFolder: repository,
      file: join(repository, 'handlers/speak.ts'),
      'input:entityType': 'Version',
      'input:ids': '1,2,3',
    }
    const fill = (text: string): string => text.replace(/\$\{([\w:]+)\}/g, (_, name: string) => values[name] ?? '?')
    const { stdout } = await promisify(execFile)(process.execPath, [fill(debug.program), ...debug.args.map(fill)], {
      cwd: repository,
      env: { ...server.env, AMIABLE_HANDLERS: fill(debug.env.AMIABLE_HANDLERS) },
    })
    expect(stdout).toContain('2 from a package of the studio 0 3!')
  })
})

describe('a repository as it is made, with nothing added to its packages', { timeout: 180_000 }, () => {
  const made = join(studio, 'as-made')
  // The PATH of somebody whose Node is the machine's own, however old.
  const own = process.env.PATH?.split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
  const path = own?.join(delimiter)
  const [, nodeOfMachine] =
    /^v(\d+)/.exec(spawnSync('node', ['-v'], { env: { PATH: path }, encoding: 'utf8' }).stdout) ?? []

  beforeAll(async () => {
    expect(await runCommand(['new', 'handlers', made], {})).toMatchObject({ code: 0 })
    write({
      'as-made/handlers/ask.ts': `import { defineHandler, message } from 'amiable'
import { z } from 'zod'

export default defineHandler({
  title: 'Ask…',
  entityTypes: ['Version'],
  params: z.object({ times: z.int().min(1).default(2), due: z.iso.date().optional().meta({ title: 'Due' }) }),
  run: ({ params }) => message(\`\${params.times.toFixed(0)} by \${params.due?.slice(0, 4) ?? 'any time'}\`),
})
`,
      'as-made/test/ask.test.ts': `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testHandler } from 'amiable/testing'
import ask from '../handlers/ask.ts'

test('asks', async () => {
  const { text } = await testHandler(ask, { selection: [1], params: { due: '2026-05-02' } })
  assert.equal(text, '2 by 2026')
})
`,
    })
    await inFolder(made, process.env.PATH, 'npm', 'install', '--offline', '--no-audit', '--no-fund')
  }, 120_000)

  test('has the zod that forms are written with, for types and tests', async () => {
    await inFolder(made, process.env.PATH, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '--noEmit')
    expect(await inFolder(made, process.env.PATH, 'npm', 'test')).toMatch(/pass 2\n/)
  })

  test('fails when a test fails', async () => {
    write({
      'as-made/test/wrong.test.ts': `import { test } from 'node:test'\ntest('wrong', () => { throw new Error('no') })\n`,
    })
    const file = join('test', 'wrong.test.ts')
    await expect(inFolder(made, process.env.PATH, 'npm', 'test', '--', file)).rejects.toThrow(/fail 1\n/)
    rmSync(join(made, file))
  })

  test.skipIf(Number(nodeOfMachine ?? 24) >= 24)(
    'runs its tests where the Node of npm is too old for them',
    async () => {
      expect(await inFolder(made, path, 'npm', 'test')).toMatch(/pass 2\n/)
      const { configurations } = JSON.parse(readFileSync(join(made, '.vscode/launch.json'), 'utf8'))
      const fill = (text: string): string =>
        text.replace(/\$\{workspaceFolder\}/, made).replace(/\$\{file\}/, join(made, 'test/ask.test.ts'))
      const { program, args } = configurations[1]
      expect(await inFolder(made, path, 'node', fill(program), ...args.map(fill))).toMatch(/pass 1\n/)
    },
  )
})
