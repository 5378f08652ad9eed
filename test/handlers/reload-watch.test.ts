import { rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type SourceWatcher, watchSources } from '../../src/handlers/runner/watch-sources.ts'
import { type HandlersFolder, makeHandlersFolder } from '../helpers/handlers-folder.ts'

let folder: HandlersFolder
let watcher: SourceWatcher

afterEach(async () => {
  await watcher.close()
  folder[Symbol.dispose]()
})

async function watch(files: Readonly<Record<string, string>>, patienceMs: number) {
  folder = makeHandlersFolder(files)
  const told: string[] = []
  let quiet = Promise.withResolvers<void>()
  watcher = watchSources(folder.path, {
    poll: false,
    onQuiet() {
      told.push('quiet')
      quiet.resolve()
    },
    onWarning: (text) => told.push(text),
    patienceMs,
  })
  const untilQuiet = async (): Promise<void> => {
    await quiet.promise
    quiet = Promise.withResolvers()
  }
  return { told, untilQuiet }
}

describe('watching the folder of the handlers', () => {
  test('a lock of git that stays is an old one', async () => {
    const { told, untilQuiet } = await watch({ '../.git/index.lock': '' }, 500)
    await untilQuiet()
    expect(told).toEqual([expect.stringMatching(/^git has kept .*index\.lock for 0\.5 seconds/), 'quiet'])
  })

  test('files that never stop changing are looked at all the same', async () => {
    const { told, untilQuiet } = await watch({ 'a.ts': '' }, 800)
    const writing = setInterval(() => folder.write({ 'a.ts': String(performance.now()) }), 50)
    await untilQuiet()
    clearInterval(writing)
    expect(told).toEqual([expect.stringMatching(/^files of the handlers have gone on changing/), 'quiet'])
  })

  test('git works in a worktree too', async () => {
    const { told, untilQuiet } = await watch(
      {
        'a.ts': '',
        '../.git': 'gitdir: ../elsewhere/worktrees/one\n',
        '../../elsewhere/worktrees/one/index.lock': '',
      },
      60_000,
    )
    const elsewhere = join(folder.path, '../../elsewhere')
    setTimeout(() => {
      expect(told).toEqual([])
      unlinkSync(join(elsewhere, 'worktrees/one/index.lock'))
    }, 1000)
    await untilQuiet()
    expect(told).toEqual(['quiet'])
    rmSync(elsewhere, { recursive: true })
  })
})
