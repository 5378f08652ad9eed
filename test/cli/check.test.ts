import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readMistakes } from '../../src/cli/check-types.ts'
import { makeHandlersFolder, sayingHandler } from '../helpers/handlers-folder.ts'
import { runCommand } from '../helpers/server-process.ts'

const root = join(import.meta.dirname, '../..')
const tsconfig = JSON.stringify({ extends: join(root, 'tsconfig.handlers.json') })

async function check(folder: string, env: NodeJS.ProcessEnv = {}, ...args: string[]) {
  const { code, stdout, stderr } = await runCommand(['check', folder, '--json', ...args], env)
  if (stdout === '') throw new Error(stderr)
  return { code, ...JSON.parse(stdout) }
}

describe('amiable check', { timeout: 120_000 }, () => {
  test('has a line for each handler that is right, and exits 0', async () => {
    using folder = makeHandlersFolder({
      'a.ts': sayingHandler(1),
      'b.js': sayingHandler(2),
      '../tsconfig.json': tsconfig,
    })
    const { code, stdout, stderr } = await runCommand(['check', folder.path], {})
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('  ok      a  Says · every type\n  ok      b  Says · every type\n')
    expect(stdout).toMatch(/Types are right \(TypeScript [\d.]+, \.\.\/tsconfig\.json\)\n\n2 handlers, no mistakes\n$/)
  })

  test('names every mistake with its file, and exits 1', async () => {
    using folder = makeHandlersFolder({
      'good.ts': sayingHandler(1),
      'syntax.ts': 'export default {',
      'missing.ts': sayingHandler('x', `import { x } from './lib/nowhere.ts'`),
      'no-title.ts': sayingHandler(1).replace(`title: 'Says',`, ''),
      'no-form.ts': sayingHandler(1, '', 'params: 3,'),
      'types.ts': sayingHandler(1, '', `entityTypes: ['version'],`),
      'greedy.ts': sayingHandler(1, '', `env: ['AMIABLE_SECRET'],`),
      'Odd Name.ts': sayingHandler(1),
      'ends.ts': 'process.exit(0)',
      'notes.md': '',
      'good.test.ts': 'not loaded',
    })
    const outcome = await check(folder.path, {}, '--no-types')
    expect(outcome).toMatchObject({ code: 1, ok: false, types: { checked: false } })
    const errors = Object.fromEntries(
      outcome.errors.map(({ file, message }: Record<string, string>) => [file, message]),
    )
    expect(errors).toEqual({
      'syntax.ts': expect.stringMatching(/syntax\.ts:1/),
      'missing.ts': expect.stringContaining('lib/nowhere.ts'),
      'no-title.ts': expect.stringContaining('title'),
      'no-form.ts': expect.stringContaining('params'),
      'Odd Name.ts': expect.stringContaining('lower case'),
      'ends.ts': expect.stringContaining('process.exit'),
    })
    const mistakes = outcome.handlers.flatMap((one: Record<string, string[]>) =>
      one.mistakes?.length ? [[one.name, one.mistakes]] : [],
    )
    expect(Object.fromEntries(mistakes)).toEqual({
      types: [expect.stringContaining('"version"')],
      greedy: [expect.stringContaining('AMIABLE_SECRET')],
    })
  })

  test('notes what is not configured here, which is no mistake', async () => {
    using folder = makeHandlersFolder({
      'a.ts': sayingHandler(1, '', `env: ['DELIVERY_TOKEN', 'DELIVERY_URL'], script: 'review-bot',`),
    })
    const bare = await check(folder.path)
    expect(bare).toMatchObject({ code: 0, types: { checked: false, why: expect.stringContaining('tsconfig.json') } })
    expect(bare.handlers[0].notes).toEqual([
      expect.stringContaining('DELIVERY_TOKEN, DELIVERY_URL'),
      expect.stringContaining('SHOTGRID_SCRIPT_NAME_REVIEW_BOT'),
    ])
    const set = { DELIVERY_TOKEN: 'x', DELIVERY_URL: 'x', SHOTGRID_SCRIPT_NAME_REVIEW_BOT: 'review' }
    expect((await check(folder.path, set)).handlers[0].notes).toEqual([])
  })

  test('checks types, of what handlers import too', async () => {
    using folder = makeHandlersFolder({
      'a.ts': sayingHandler('part', `import { part } from './lib/part.ts'`, 'timeoutMs: part,'),
      'lib/part.ts': `export const part: number = 'no number'`,
      '../tsconfig.json': tsconfig,
    })
    folder.write({ 'a.ts': sayingHandler('selectio', '', '').replace('async ()', 'async ({ selectio })') })
    const outcome = await check(folder.path)
    expect(outcome).toMatchObject({ code: 1, ok: false, errors: [] })
    expect(outcome.types.mistakes).toMatchObject([
      { file: join(folder.path, 'a.ts'), line: 3, code: 'TS2339', message: expect.stringContaining('selectio') },
      { file: join(folder.path, 'lib/part.ts'), line: 1, code: 'TS2322' },
    ])
    expect(await check(folder.path, {}, '--no-types')).toMatchObject({ code: 0, ok: true })
  })

  test('does not take a TypeScript that breaks down for one that is content', async () => {
    using folder = makeHandlersFolder({
      'a.ts': sayingHandler(1),
      '../tsconfig.json': '{}',
      '../node_modules/typescript/package.json': '{ "version": "5.0.0", "bin": { "tsc": "./tsc.js" } }',
      '../node_modules/typescript/tsc.js': `console.error('out of memory'); process.exit(134)`,
    })
    const outcome = await check(folder.path)
    expect(outcome).toMatchObject({ code: 1, ok: false, types: { with: 'TypeScript 5.0.0, ../tsconfig.json' } })
    expect(outcome.types.mistakes).toMatchObject([{ message: expect.stringContaining('out of memory') }])
  })

  test('needs no settings: broken ones, a missing data folder and an unreachable store are nothing to it', async () => {
    using folder = makeHandlersFolder({ 'a.ts': sayingHandler(1) })
    const settings = { PORT: 'x', SHOTGRID_URL: 'nonsense', AMIABLE_DATA: '/proc/none', DATABASE_URL: 'postgres://x' }
    expect(await check(folder.path, settings)).toMatchObject({ code: 0, ok: true })
    const named = await runCommand(['check', '--json'], { ...settings, AMIABLE_HANDLERS: folder.path })
    expect(JSON.parse(named.stdout)).toMatchObject({ folder: folder.path, handlers: [{ name: 'a' }] })
  })

  test('of a folder that is none says so', async () => {
    const { code, stderr } = await runCommand(['check', '/nope'], {})
    expect([code, stderr]).toEqual([1, expect.stringContaining('HANDLERS_FOLDER_MISSING')])
  })
})

test('mistakes of TypeScript are read with what explains them', () => {
  const output = [
    'handlers/a.ts(3,5): error TS2322: Type x is wrong.',
    "  Type 'x' is not y.",
    "error TS18003: No inputs were found in config file '/x/tsconfig.json'.",
    '',
  ].join('\n')
  expect(readMistakes(output, '/studio')).toEqual([
    {
      file: '/studio/handlers/a.ts',
      line: 3,
      column: 5,
      code: 'TS2322',
      message: "Type x is wrong.\n  Type 'x' is not y.",
    },
    { code: 'TS18003', message: "No inputs were found in config file '/x/tsconfig.json'." },
  ])
})
