import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, unlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Runner, startRunner } from '../../src/handlers/runner/runner.ts'
import { buildEnvelope } from '../helpers/envelope.ts'
import {
  askHandler,
  type HandlersFolder,
  makeHandlersFolder,
  sayingHandler,
  untilChanged,
} from '../helpers/handlers-folder.ts'

let runner: Runner
const folders: HandlersFolder[] = []

afterEach(async () => {
  await runner?.close()
  for (const folder of folders.splice(0)) folder[Symbol.dispose]()
})

async function serve(files: Readonly<Record<string, string>>, options: { watch?: 'on' | 'poll' | 'off' } = {}) {
  const folder = makeHandlersFolder(files)
  folders.push(folder)
  runner = await startRunner({ handlersDir: folder.path, slots: 3, watch: 'on', ...options })
  return folder
}

const names = (): string[] => runner.registry.manifests.map(({ name }) => name)
const errors = () => Object.fromEntries(runner.registry.errors.map((error) => [error.file, error]))

describe('a change in the folder is served', { timeout: 120_000 }, () => {
  test.each(['on', 'poll'] as const)('of a handler, with watching %s', async (watch) => {
    const folder = await serve({ 'a.ts': sayingHandler(`'one'`) }, { watch })
    expect(await askHandler(runner, 'a')).toBe('one')
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(`'two, much longer'`) }))
    expect(await askHandler(runner, 'a')).toBe('two, much longer')
  })

  test('of everything that it imports, from subfolders and from beside the folder', async () => {
    const folder = await serve({
      'a.ts': sayingHandler(
        'part + data.text + beside',
        `import { part } from './lib/deep/part.ts'\nimport data from './lib/data.json' with { type: 'json' }\nimport { beside } from '../beside/beside.ts'`,
      ),
      'lib/deep/part.ts': `export const part = 'p1'`,
      'lib/data.json': `{ "text": "d1" }`,
      '../beside/beside.ts': `export { beside } from './further.ts'`,
      '../beside/further.ts': `export const beside = 'b1'`,
    })
    expect(await askHandler(runner, 'a')).toBe('p1d1b1')
    await untilChanged(runner, () => folder.write({ 'lib/deep/part.ts': `export const part = 'p2'` }))
    expect(await askHandler(runner, 'a')).toBe('p2d1b1')
    await untilChanged(runner, () => folder.write({ 'lib/data.json': `{ "text": "d2" }` }))
    expect(await askHandler(runner, 'a')).toBe('p2d2b1')
    await untilChanged(runner, () => folder.write({ '../beside/further.ts': `export const beside = 'b2'` }))
    expect(await askHandler(runner, 'a')).toBe('p2d2b2')
  })

  test('of a template', async () => {
    const page = `import { defineHandler, page } from 'amiable'\nexport default defineHandler({ title: 'P', run: () => page('card', {}) })`
    const folder = await serve({ 'a.ts': page, 'templates/card.eta': 'first card' })
    await untilChanged(runner, () => folder.write({ 'templates/card.eta': 'second card' }))
    expect(await askHandler(runner, 'a')).toContain('second card')
  })

  test('of what is installed', async () => {
    const folder = await serve({
      'a.ts': sayingHandler('word', `import { word } from 'words'`),
      '../node_modules/words/package.json': `{ "name": "words", "type": "module", "exports": "./index.js" }`,
      '../node_modules/words/index.js': `export const word = 'old'`,
    })
    expect(await askHandler(runner, 'a')).toBe('old')
    await untilChanged(runner, () => {
      folder.write({ '../node_modules/words/index.js': `export const word = 'new'` })
      folder.write({ '../node_modules/.package-lock.json': `{ "words": 2 }` }) // npm writes it last
    })
    expect(await askHandler(runner, 'a')).toBe('new')
  })

  test('new files appear, deleted ones are gone, in a folder that was empty, and in one that was away', async () => {
    const folder = await serve({})
    expect(names()).toEqual([])
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(1), 'b.ts': sayingHandler(2) }))
    expect(names()).toEqual(['a', 'b'])
    await untilChanged(runner, () => folder.remove('a.ts'))
    expect(names()).toEqual(['b'])
    expect(runner.registry.errors).toEqual([])

    await untilChanged(runner, () => renameSync(folder.path, `${folder.path}-away`))
    expect(names()).toEqual(['b']) // a disk that is not mounted takes no menu items away
    expect(runner.registry.errors).toMatchObject([
      { message: expect.stringContaining('is not there'), stillServed: true },
    ])
    expect(await askHandler(runner, 'b')).toBe('2')
    await untilChanged(runner, () => folder.write({ 'c.ts': sayingHandler(3) }))
    expect(names()).toEqual(['c'])
    await untilChanged(runner, () => folder.write({ 'd.ts': sayingHandler(4) }))
    expect(names()).toEqual(['c', 'd'])
  })

  test('once for many files, and not before git is done', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1), '../.git/HEAD': 'ref: refs/heads/main' })
    let changes = 0
    runner.registry.onChange(() => {
      changes += 1
    })
    folder.write({ '../.git/index.lock': '' })
    const lock = join(folder.path, '../.git/index.lock')
    await untilChanged(runner, () => {
      folder.write({ 'a.ts': sayingHandler('b', `import { b } from './lib/b.ts'`) }) // half of the pull
      setTimeout(() => {
        expect(changes).toBe(0)
        folder.write({ 'lib/b.ts': `export const b = 'whole'`, 'c.ts': sayingHandler(3) })
        unlinkSync(lock)
      }, 900)
    })
    expect(await askHandler(runner, 'a')).toBe('whole')
    expect(runner.registry.errors).toEqual([])
    expect(changes).toBe(1)
  })

  test('the same content again changes nothing', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1), 'notes.md': '' })
    const before = runner.registry.version
    let changes = 0
    runner.registry.onChange(() => {
      changes += 1
    })
    folder.write({ 'a.ts': sayingHandler(1), 'notes.md': 'more', '.cache/x.ts': '', 'a.test.ts': 'no handler' })
    utimesSync(join(folder.path, 'a.ts'), new Date(), new Date())
    await untilChanged(runner, () => folder.write({ 'b.ts': sayingHandler(2) })) // by now the rest has been seen
    expect(changes).toBe(1)
    expect(before.id).not.toBe(runner.registry.version.id)
  })
})

describe('a mistake', { timeout: 120_000 }, () => {
  test('of a handler that is served leaves the last good version in place, all of it, until it is mended', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1), 'b.ts': sayingHandler(1) })
    const before = runner.registry.version
    await untilChanged(runner, () =>
      folder.write({
        'a.ts': sayingHandler(2).replace('run:', 'run::'),
        'b.ts': sayingHandler(2),
        'c.ts': sayingHandler(2),
      }),
    )
    expect(runner.registry.version).toEqual(before)
    expect(errors()).toEqual({
      'a.ts': expect.objectContaining({
        stillServed: true,
        message: expect.stringMatching(/a\.ts:3[\s\S]*still served/),
      }),
      'c.ts': expect.objectContaining({ message: expect.stringContaining('a.ts is not') }),
    })
    expect(JSON.stringify(runner.registry.errors)).not.toContain('versions')
    expect([await askHandler(runner, 'a'), await askHandler(runner, 'b'), names()]).toEqual(['1', '1', ['a', 'b']])

    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(3) }))
    expect(runner.registry.errors).toEqual([])
    expect([await askHandler(runner, 'a'), await askHandler(runner, 'b'), names()]).toEqual(['3', '2', ['a', 'b', 'c']])
  })

  test('that is taken back clears the board', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1) })
    await untilChanged(runner, () => folder.write({ 'a.ts': 'export default 3' }))
    expect(errors()['a.ts']?.message).toContain('defineHandler()')
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(1) }))
    expect(runner.registry.errors).toEqual([])
    expect(await askHandler(runner, 'a')).toBe('1')
  })

  test('in a file that was never good is named, and holds up nobody', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1), 'old.ts': 'broken from the start (' })
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(2), 'new.ts': `process.exit()` }))
    expect(await askHandler(runner, 'a')).toBe('2')
    expect(errors()).toEqual({
      'new.ts': expect.objectContaining({ message: expect.stringContaining('process.exit') }),
      'old.ts': expect.objectContaining({ message: expect.stringContaining('old.ts:1') }),
    })
    expect(runner.registry.errors.some(({ stillServed }) => stillServed)).toBe(false)
  })

  test('that blocks while it is loaded does not hold up what mends it', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1) })
    const started = performance.now()
    folder.write({ 'a.ts': 'for (;;) {}' })
    await untilChanged(runner, () => {
      setTimeout(() => folder.write({ 'a.ts': sayingHandler(2) }), 1500) // by then the loop is being loaded
    })
    expect(await askHandler(runner, 'a')).toBe('2')
    expect(performance.now() - started).toBeLessThan(15_000) // sooner than a load gives up
  })
})

describe('runs and versions', { timeout: 120_000 }, () => {
  test('a run under way finishes on the code that it began with, what waits begins with the new one', async () => {
    const folder = makeHandlersFolder({
      'slow.ts': sayingHandler(
        `(await wait(), 'old')`,
        `import { existsSync } from 'node:fs'\nimport { join } from 'node:path'
const wait = async () => { while (!existsSync(join(import.meta.dirname, '../go'))) await new Promise((r) => setTimeout(r, 20)) }`,
      ),
      'a.ts': sayingHandler(`'old'`),
    })
    folders.push(folder)
    runner = await startRunner({ handlersDir: folder.path, slots: 1, watch: 'on' })
    const begun = Promise.withResolvers<void>()
    const slow = runner.execute(buildEnvelope('slow'), ({ kind }) => kind === 'started' && begun.resolve())
    await begun.promise
    const waiting = askHandler(runner, 'a')
    await untilChanged(runner, () =>
      folder.write({ 'a.ts': sayingHandler(`'new'`), 'slow.ts': sayingHandler(`'new'`) }),
    )
    folder.write({ '../go': '' })
    expect(await slow).toMatchObject({ ok: true, outcome: { text: 'old' } })
    expect(await waiting).toBe('new')
    expect(await askHandler(runner, 'slow')).toBe('new')
  })

  test('clicks during ten reloads all succeed', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(0) })
    const answers: string[] = []
    let over = false
    const clicking = Array.from({ length: 2 }, async () => {
      while (!over) answers.push(await askHandler(runner, 'a'))
    })
    for (let at = 1; at <= 10; at += 1) await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(at) }))
    over = true
    await Promise.all(clicking)
    expect(answers.filter((answer) => !/^\d+$/.test(answer))).toEqual([])
    expect(new Set(answers).size).toBeGreaterThan(5)
    expect(answers.length).toBeGreaterThan(50)
    expect(await askHandler(runner, 'a')).toBe('10')
  })

  test('a run whose handler is taken away while it waits says so', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1) })
    await untilChanged(runner, () => folder.remove('a.ts'))
    expect(await askHandler(runner, 'a')).toMatch(/^HANDLER_BROKEN: .*taken away/)
  })

  test('executors that are forked later run the code of their version, whatever has become of the folder', async () => {
    const folder = await serve(
      {
        'a.ts': sayingHandler(
          `[part, common, import.meta.dirname, import.meta.url, new Error('x').stack.split('\\n')[1].trim(), (await import('./lib/late.mts')).late].join('\\n')`,
          `import { part } from './lib/part.mts'\nimport common from './lib/common.cjs'`,
          'memoryMb: 300,', // so that its executor is forked for it
        ),
        'lib/part.mts': `export const part: string = 'old part'`,
        'lib/common.cjs': `module.exports = require('./more').more + require('./data').from`,
        'lib/more.js': `exports.more = 'old more '`,
        'lib/package.json': `{ "type": "commonjs" }`,
        'lib/data.json': `{ "from": "old data" }`,
        'lib/late.mts': `export const late: string = 'old late'`,
      },
      { watch: 'off' },
    )
    const late = join(folder.path, 'lib/late.mts')
    folder.write({ 'lib/part.mts': 'broken (', 'lib/more.js': 'broken (' })
    folder.remove('a.ts', 'lib/common.cjs', 'lib/data.json', 'lib/late.mts')
    expect(existsSync(late)).toBe(false)
    const said = (await askHandler(runner, 'a')).split('\n')
    expect(said).toEqual([
      'old part',
      'old more old data',
      folder.path,
      `file://${folder.path}/a.ts`,
      expect.stringMatching(new RegExp(`^at .*\\(file://${folder.path}/a\\.ts:4:\\d+\\)$`)),
      'old late',
    ])
  })

  test.each([
    [
      'ES modules',
      '{ "type": "module" }',
      'handler.js',
      `import { defineHandler, message } from 'amiable'\nexport default`,
    ],
    [
      'CommonJS',
      '{ "type": "commonjs" }',
      'handler.js',
      `const { defineHandler, message } = require('amiable')\nmodule.exports =`,
    ],
    [
      'CommonJS in TypeScript',
      '{}',
      'handler.ts',
      `const { defineHandler, message } = require('amiable')\nconst x: number = 1\nmodule.exports =`,
    ],
    ['neither', '{}', 'handler.js', `import { defineHandler, message } from 'amiable'\nexport default`],
    [
      '.mts beside CommonJS',
      '{ "type": "commonjs" }',
      'handler.mts',
      `import { defineHandler, message } from 'amiable'\nconst x: number = 1\nexport default`,
    ],
  ])('a package of %s works as it does without us', async (_kind, manifest, file, begin) => {
    await serve({
      '../package.json': manifest,
      [file]: `${begin} defineHandler({ title: 'T', run: () => message('fine') })`,
    })
    expect(runner.registry.errors).toEqual([])
    expect(await askHandler(runner, 'handler')).toBe('fine')
  })

  test('imports of the package itself lead into the version too', async () => {
    await serve({
      '../package.json': `{ "type": "module", "imports": { "#lib/*": "./handlers/lib/*" } }`,
      'a.ts': sayingHandler('part', `import { part } from '#lib/part.ts'`),
      'lib/part.ts': `export const part: string = 'mine'`,
    })
    expect(await askHandler(runner, 'a')).toBe('mine')
  })

  test('links are followed, circles are not, and a link that leads elsewhere is a change', async () => {
    const folder = makeHandlersFolder({
      '../releases/1/a.ts': sayingHandler('word', `import { word } from './lib/round/words/word.ts'`),
      '../releases/2/a.ts': sayingHandler(`'second release'`),
      '../words/word.ts': `export const word: string = 'through links'`,
    })
    folders.push(folder)
    const lib = join(folder.path, '../releases/1/lib')
    mkdirSync(lib)
    symlinkSync('.', join(lib, 'round'))
    symlinkSync('../../../words', join(lib, 'words'))
    symlinkSync('nowhere', join(lib, 'broken'))
    rmSync(folder.path, { recursive: true })
    symlinkSync('releases/1', folder.path)
    runner = await startRunner({ handlersDir: folder.path, slots: 1, watch: 'on' })
    expect(await askHandler(runner, 'a')).toBe('through links')
    await untilChanged(runner, () => {
      unlinkSync(folder.path)
      symlinkSync('releases/2', folder.path)
    })
    expect(await askHandler(runner, 'a')).toBe('second release')
    await untilChanged(runner, () => folder.write({ '../releases/2/a.ts': sayingHandler(`'edited behind the link'`) }))
    expect(await askHandler(runner, 'a')).toBe('edited behind the link')
  })

  test('a folder with far too much in it is named with what to do, and the version before goes on', async () => {
    const folder = await serve({ 'a.ts': sayingHandler(1) })
    const many = Object.fromEntries(Array.from({ length: 5001 }, (_, at) => [`dump/${at}.json`, '{}']))
    await untilChanged(runner, () => folder.write(many))
    expect(runner.registry.errors).toMatchObject([
      {
        file: folder.path,
        message: expect.stringMatching(/5,000 scripts.*Most of it is in dump\//),
        stillServed: true,
      },
    ])
    expect(await askHandler(runner, 'a')).toBe('1')
  })

  test('files that handlers import from beside the folder count too', async () => {
    const folder = await serve({
      'a.ts': sayingHandler('data.length', `import data from '../beside.json' with { type: 'json' }`),
      '../beside.json': '[]',
    })
    await untilChanged(runner, () => truncateSync(join(folder.path, '../beside.json'), 65 * 1024 * 1024))
    expect(runner.registry.errors).toMatchObject([
      { message: expect.stringMatching(/64 MB.*Most of it is in .*\/beside\.json/), stillServed: true },
    ])
    expect(await askHandler(runner, 'a')).toBe('0')
  })
})
