import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { forkExecutor } from '../../src/handlers/runner/executor.ts'
import { type Runner, startRunner } from '../../src/handlers/runner/runner.ts'
import { takeVersion } from '../../src/handlers/runner/take-version.ts'
import { buildEnvelope } from '../helpers/envelope.ts'
import { askHandler, makeHandlersFolder, sayingHandler } from '../helpers/handlers-folder.ts'

afterEach(() => vi.useRealTimers())

describe('a version that loaded before and cannot be loaded in one more process', { timeout: 120_000 }, () => {
  /** Loads once as it should, and then fails as often as the file `failures` has letters. */
  const failing = sayingHandler(
    `'fine'`,
    `import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
const failures = join(import.meta.dirname, '../failures')
const left = existsSync(failures) ? readFileSync(failures, 'utf8') : ''
if (left !== '') {
  writeFileSync(failures, left.slice(1))
  process.exit(1)
}`,
    'memoryMb: 300,', // so that its executor is forked for it
  )
  let runner: Runner
  afterEach(() => runner.close())

  test('is tried again', async () => {
    using folder = makeHandlersFolder({ 'a.ts': failing })
    runner = await startRunner({ handlersDir: folder.path, slots: 1 })
    folder.write({ '../failures': 'x' })
    expect(await askHandler(runner, 'a')).toBe('fine')
  })

  test('is given up after some attempts, and nobody says that the handler is broken', async () => {
    using folder = makeHandlersFolder({ 'a.ts': failing })
    runner = await startRunner({ handlersDir: folder.path, slots: 1 })
    folder.write({ '../failures': 'x'.repeat(1000) })
    await expect(askHandler(runner, 'a')).rejects.toMatchObject({ code: 'RUN_CRASHED' })
  })
})

test('a run that began while the server stood still is not taken for one that did not begin', async () => {
  using folder = makeHandlersFolder({
    'slow.ts': sayingHandler(
      `(await wait(), 'done')`,
      `import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
const begun = join(import.meta.dirname, '../begun')
const go = join(import.meta.dirname, '../go')
const wait = async () => {
  writeFileSync(begun, '')
  while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 20))
}`,
    ),
  })
  const { dir } = await takeVersion(folder.path, { versionsDir: join(folder.path, '../versions'), outside: [] })
  const executor = forkExecutor({ memoryMb: 128, onOutput: () => {} })
  await executor.load({ version: dir, skip: {} }, () => {})
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await delay(1) // from here on this is a timer's turn of the event loop, as the deadline's is
  const running = executor.run(buildEnvelope('slow', { timeoutMs: 60_000 }), () => {})
  const giveUpMs = Date.now() + 20_000
  const still = new Int32Array(new SharedArrayBuffer(4))
  while (!existsSync(join(folder.path, '../begun')) && Date.now() < giveUpMs) Atomics.wait(still, 0, 0, 50)
  vi.advanceTimersByTime(15_000)
  vi.useRealTimers()
  await delay(0)
  folder.write({ '../go': '' })
  expect(await running).toMatchObject({ ok: true, outcome: { text: 'done' } })
  await executor.kill()
})
