import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Runner, type RunnerOptions, startRunner } from '../../src/handlers/runner/runner.ts'
import {
  askHandler,
  type HandlersFolder,
  makeHandlersFolder,
  sayingHandler,
  untilChanged,
} from '../helpers/handlers-folder.ts'

let folder: HandlersFolder
let versionsDir: string
let runner: Runner

beforeEach(() => {
  folder = makeHandlersFolder({ 'a.ts': sayingHandler(1) })
  versionsDir = join(mkdtempSync(join(tmpdir(), 'amiable-versions-')), 'versions')
})

afterEach(async () => {
  await runner.close()
  folder[Symbol.dispose]()
  rmSync(join(versionsDir, '..'), { recursive: true, force: true })
})

async function start(options: Partial<RunnerOptions> = {}): Promise<void> {
  runner = await startRunner({ handlersDir: folder.path, versionsDir, slots: 1, ...options })
}

async function restart(options: Partial<RunnerOptions> = {}): Promise<void> {
  await runner.close()
  await start(options)
}

/** Save the handler so that it says this, and serve that. */
async function serve(said: number): Promise<void> {
  folder.write({ 'a.ts': sayingHandler(said) })
  expect(await runner.reload()).toMatchObject({ kind: 'taken' })
  expect(await ask()).toBe(String(said))
}

const ask = (): Promise<string> => askHandler(runner, 'a')
const kept = (): string[] => readdirSync(versionsDir).filter((name) => name !== 'history.json')

describe('going back', { timeout: 120_000 }, () => {
  test('brings the version before at once, a second time the one before that, and says so when there is none', async () => {
    await start()
    await serve(2)
    await serve(3)
    const third = runner.registry.version
    expect(await runner.rollback()).toMatchObject({ from: { id: third.id }, to: { rolledBack: true }, left: 1 })
    expect([await ask(), runner.registry.version.rolledBack]).toEqual(['2', true])
    expect(await runner.rollback()).toMatchObject({ left: 0 })
    expect(await ask()).toBe('1')
    await expect(runner.rollback()).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message: expect.stringContaining('before'),
    })
    expect(await ask()).toBe('1')
  })

  test('stays through restarts and through changes of nothing, until the content changes', async () => {
    await start()
    await serve(2)
    await runner.rollback()
    await restart({ watch: 'on' })
    expect([await ask(), runner.registry.version.rolledBack]).toEqual(['1', true])
    folder.write({ 'a.ts': sayingHandler(2) }) // the same again
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(3) }))
    expect([await ask(), runner.registry.version.rolledBack]).toEqual(['3', false])
    await restart()
    expect(await ask()).toBe('3')
    await runner.rollback()
    expect(await ask()).toBe('1') // what was served before, not what was gone back from
  })

  test('ends when somebody asks for what is in the folder', async () => {
    await start()
    await serve(2)
    await runner.rollback()
    expect(await runner.reload()).toMatchObject({ kind: 'taken', version: { rolledBack: false } })
    expect(await ask()).toBe('2')
    await restart()
    expect(await ask()).toBe('2')
  })

  test('ends when the folder is put back to what is served', async () => {
    await start({ watch: 'on' })
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(2) }))
    await runner.rollback()
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(1) }))
    expect([await ask(), runner.registry.version.rolledBack]).toEqual(['1', false])
    await restart()
    expect([await ask(), runner.registry.version.rolledBack]).toEqual(['1', false])
  })

  test('works while the folder is broken', async () => {
    await start()
    await serve(2)
    folder.write({ 'a.ts': 'broken (' })
    expect(await runner.reload()).toMatchObject({ kind: 'refused', errors: [{ file: 'a.ts' }] })
    await runner.rollback()
    expect([await ask(), runner.registry.errors]).toEqual(['1', []])
    await restart()
    expect(await ask()).toBe('1')
  })

  test('to a version that does not load any more changes nothing, and says why', async () => {
    folder.write({
      '../node_modules/words/package.json': `{ "name": "words", "type": "module", "exports": "./index.js" }`,
      '../node_modules/words/index.js': `export const word = 'word'`,
      'a.ts': sayingHandler('word', `import { word } from 'words'`),
    })
    await start()
    folder.write({ 'a.ts': sayingHandler(2) })
    folder.remove('../node_modules')
    await runner.reload()
    await expect(runner.rollback()).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      message: expect.stringMatching(/a\.ts: .*words/),
    })
    expect(await ask()).toBe('2')
    await restart()
    expect(await ask()).toBe('2')
  })

  test('reaches five versions back; older ones are removed from the disk', async () => {
    await start()
    for (const said of [2, 3, 4, 5, 6, 7, 8]) await serve(said)
    expect(kept()).toHaveLength(6)
    for (const said of [7, 6, 5, 4, 3]) {
      await runner.rollback()
      expect(await ask()).toBe(String(said))
    }
    await expect(runner.rollback()).rejects.toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' })
  })
})

describe('a restart', { timeout: 120_000 }, () => {
  test('with a folder that was broken meanwhile serves the last good version, and mends itself', async () => {
    await start()
    await serve(2)
    await runner.close()
    folder.write({ 'a.ts': 'broken (', 'b.ts': sayingHandler(1) })
    await start({ watch: 'on' })
    expect(await ask()).toBe('2')
    expect(runner.registry.errors).toMatchObject([{ file: 'a.ts', stillServed: true }, { file: 'b.ts' }])
    await untilChanged(runner, () => folder.write({ 'a.ts': sayingHandler(3) }))
    expect([await ask(), runner.registry.errors]).toEqual(['3', []])
  })

  test.each([
    ['missing', () => renameSync(folder.path, `${folder.path}-away`), 'is not there'],
    [
      'too large',
      () => folder.write(Object.fromEntries(Array.from({ length: 5001 }, (_, at) => [`dump/${at}.json`, '{}']))),
      'Most of it is in dump/',
    ],
  ])('with a folder that is %s serves the last good version, and mends itself', async (_what, harm, said) => {
    await start()
    await serve(2)
    const good = runner.registry.version.id
    await runner.close()
    harm()
    await start({ watch: 'on' })
    expect([await ask(), runner.registry.version]).toEqual([
      '2',
      expect.objectContaining({ id: good, rolledBack: false }),
    ])
    expect(runner.registry.errors).toMatchObject([
      { file: folder.path, message: expect.stringContaining(said), stillServed: true },
    ])
    await untilChanged(runner, () => {
      rmSync(folder.path, { recursive: true, force: true })
      folder.write({ 'a.ts': sayingHandler(3) })
    })
    expect([await ask(), runner.registry.errors]).toEqual(['3', []])
  })

  test('with a folder that is missing keeps to the version that somebody went back to', async () => {
    await start()
    await serve(2)
    await runner.rollback()
    await runner.close()
    renameSync(folder.path, `${folder.path}-away`)
    await start()
    expect([await ask(), runner.registry.version.rolledBack]).toEqual(['1', true])
    await runner.close()
    renameSync(`${folder.path}-away`, folder.path)
    await start()
    expect([await ask(), runner.registry.version.rolledBack]).toEqual(['1', true])
  })

  test('with a folder that is missing and never had a good version fails', async () => {
    await start()
    await expect(startRunner({ handlersDir: `${folder.path}-never`, versionsDir, slots: 1 })).rejects.toMatchObject({
      code: 'HANDLERS_FOLDER_MISSING',
    })
  })

  test('with a folder that was broken from the start serves what is not', async () => {
    folder.write({ 'a.ts': 'broken (', 'b.ts': sayingHandler(1) })
    await start()
    await restart()
    expect(runner.registry.manifests.map(({ name }) => name)).toEqual(['b'])
    expect(runner.registry.errors).toMatchObject([{ file: 'a.ts' }])
  })

  test('after a crash between copying and switching finds nothing broken, and tidies up', async () => {
    await start()
    await serve(2)
    await runner.close()
    const [whole = ''] = kept()
    cpSync(join(versionsDir, whole), join(versionsDir, '.draft-1-half'), { recursive: true })
    rmSync(join(versionsDir, '.draft-1-half/version.json'))
    mkdirSync(join(versionsDir, '0123456789abcdef0123')) // taken, never served
    folder.write({ 'a.ts': sayingHandler(3) })
    await start()
    expect(await ask()).toBe('3')
    await serve(4)
    expect(kept()).toHaveLength(4)
    await runner.rollback()
    expect(await ask()).toBe('3')
  })

  test('takes a version anew whose copy is not whole', async () => {
    await start()
    await runner.close()
    const [only = ''] = kept()
    writeFileSync(join(versionsDir, only, 'files/a.ts'), '')
    await start()
    expect(await ask()).toBe('1')
  })

  test('with a history that cannot be read, or of another folder, begins anew', async () => {
    await start()
    await serve(2)
    await runner.close()
    writeFileSync(join(versionsDir, 'history.json'), '{ "v": 1, "fol')
    await start()
    await expect(runner.rollback()).rejects.toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' })
    await runner.close()
    using other = makeHandlersFolder({ 'a.ts': sayingHandler(`'other'`) })
    await start({ handlersDir: other.path })
    expect(await ask()).toBe('other')
    await expect(runner.rollback()).rejects.toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' })
  })

  test('of a server that finds the data folder taken writes nothing about versions', async () => {
    const lock = Promise.withResolvers<never>()
    await start({ mayRecord: lock.promise })
    expect(await ask()).toBe('1')
    expect(kept().length).toBeGreaterThan(0)
    expect(readdirSync(versionsDir)).not.toContain('history.json')
    lock.reject(new Error('the store is locked'))
  })
})
