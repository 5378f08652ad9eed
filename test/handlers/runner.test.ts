import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExecutorEvent } from '../../src/handlers/events.ts'
import { type Runner, startRunner } from '../../src/handlers/runner/runner.ts'
import { buildEnvelope } from '../helpers/envelope.ts'

const folder = join(import.meta.dirname, '../fixtures/hostile')

let runner: Runner

beforeAll(async () => {
  process.env.NOT_FOR_HANDLERS = 'a secret of the server'
  runner = await startRunner({ handlersDir: folder, slots: 3 })
})

afterAll(() => runner.close())

async function run(handler: string, onEvent: (event: ExecutorEvent) => void = () => {}) {
  const timeoutMs = runner.registry.find(handler)?.timeoutMs ?? 20_000
  return runner.execute(buildEnvelope(handler, { timeoutMs }), onEvent)
}

async function expectHealthy() {
  await expect(run('hello')).resolves.toMatchObject({ ok: true, outcome: { kind: 'short-html' } })
}

describe('loading the folder', () => {
  test('a file that cannot be used is named with its reason, and the others load', () => {
    const errors = Object.fromEntries(runner.registry.errors.map(({ file, message }) => [file, message]))
    expect(errors['broken-import.ts']).toContain('not-there.ts')
    expect(errors['no-handler.ts']).toContain('defineHandler')
    expect(errors['exits-early.ts']).toContain('process.exit')
    expect(errors['Bad Name.ts']).toContain('lower case')
    expect(errors['rejects-early.ts']).toContain('nobody waits for this')
    expect(Object.keys(errors)).toHaveLength(5)
    expect(runner.registry.find('hello')).toMatchObject({ title: 'Hello', selection: { min: 1 }, timeoutMs: 60_000 })
    expect(runner.registry.ignored).toEqual(['notes.md'])
  })
})

describe('a handler that goes wrong fails its own run and no other', () => {
  test.each([
    ['throws', 'RUN_FAILED', 'LH_010 has no task named comp'],
    ['loops', 'RUN_TIMEOUT', '0.3 seconds'],
    ['waits', 'RUN_TIMEOUT', '0.3 seconds'],
    ['heap', 'RUN_OUT_OF_MEMORY', '64 MB'],
    ['buffers', 'RUN_OUT_OF_MEMORY', '64 MB'],
    ['exits', 'RUN_CRASHED', 'exit code 0'],
    ['kills-itself', 'RUN_CRASHED', 'SIGKILL'],
    ['reads-dead-pipe', 'RUN_TIMEOUT', '0.5 seconds'],
    ['garbage', 'RESULT_INVALID', 'cake'],
    ['floats', 'RUN_FAILED', 'nobody waited for me'],
    ['prints-for-ever', 'RUN_TIMEOUT', '1.5 seconds'],
    ['odd-type', 'RESULT_INVALID', 'MIME type'],
  ])('%s', async (handler, code, text) => {
    const [answer] = await Promise.all([run(handler), expectHealthy()])
    expect(answer).toMatchObject({ ok: false, code, message: expect.stringContaining(text) })
    await expectHealthy()
  })

  test('all of them at once leave the runner able to work', async () => {
    const names = ['throws', 'loops', 'heap', 'exits', 'kills-itself', 'garbage', 'floats', 'waits']
    const answers = await Promise.all(names.map((name) => run(name)))
    expect(answers.map(({ ok }) => ok)).toEqual(names.map(() => false))
    await expectHealthy()
  })

  test.each(['leaves-child', 'leaves-shell-child'])('children that %s are ended with it', async (handler) => {
    const answer = await run(handler)
    if (!answer.ok || answer.outcome.kind !== 'message') throw new Error('expected a message')
    for (const pid of answer.outcome.text.split(' ').map(Number)) {
      await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false)
    }
  })
})

describe('a handler whose time is up', () => {
  test('may clean up and tell of it, and its process is used again', async () => {
    const single = await startRunner({ handlersDir: folder, slots: 1 })
    try {
      const events: ExecutorEvent[] = []
      const envelope = buildEnvelope('tidies-up', { timeoutMs: 300 })
      const answer = await single.execute(envelope, (event) => events.push(event))
      expect(answer).toMatchObject({ ok: false, code: 'RUN_TIMEOUT', unclean: false })
      expect(existsSync(join(envelope.scratch, 'tidied'))).toBe(true)
      expect(events).toContainEqual(
        expect.objectContaining({ kind: 'items', items: [expect.objectContaining({ id: 1, why: 'tidied up' })] }),
      )
      await single.execute(buildEnvelope('hello'), (event) => events.push(event))
      const pids = events.flatMap((event) => (event.kind === 'started' ? [event.pid] : []))
      expect(pids).toHaveLength(2)
      expect(new Set(pids).size).toBe(1)
    } finally {
      await single.close()
    }
  })
})

describe('what a run leaves behind does not reach the next one', () => {
  test.each(['throws-later', 'goes-on', 'blocks-later'])('%s', async (handler) => {
    const single = await startRunner({ handlersDir: folder, slots: 1 })
    try {
      const first = await single.execute(buildEnvelope(handler), () => {})
      expect(first).toMatchObject({ ok: true, outcome: { text: 'returned' } })
      const seen: string[] = []
      const second = await single.execute(buildEnvelope('looks-around'), ({ kind }) => seen.push(kind))
      expect(second).toMatchObject({ ok: true, outcome: { text: `${process.cwd()} clean` } })
      expect(seen).toEqual(['started'])
    } finally {
      await single.close()
    }
  })

  test('a runner that is closed while it forks runs nothing more', async () => {
    const single = await startRunner({ handlersDir: folder, slots: 2 })
    const late = single.execute(buildEnvelope('heap'), () => {}) // its memory limit needs an executor of its own
    const refused = expect(late).rejects.toMatchObject({ code: 'SERVER_BUSY' })
    await single.close()
    await refused
  })
})

describe('what comes back', () => {
  test('log, progress and result arrive in order', async () => {
    const seen: string[] = []
    const answer = await run('counts', (event) => {
      if (event.kind === 'log') seen.push(event.line.text)
      if (event.kind === 'progress') seen.push(`${event.progress.done}/${event.progress.total}`)
    })
    expect(answer).toMatchObject({ ok: true, outcome: { kind: 'message', text: 'counted' } })
    expect(seen.filter((entry) => entry.startsWith('line'))).toEqual(['line 1', 'line 2', 'line 3'])
    expect(seen.at(-1)).toBe('3/3')
  })

  test('nothing of the server’s environment reaches a handler, and console lines are log lines', async () => {
    const lines: { text: string; fields: unknown }[] = []
    await run(
      'leaks',
      (event) => event.kind === 'log' && lines.push({ text: event.line.text, fields: event.line.fields }),
    )
    const names = (lines[0]?.fields as { names?: string[] } | undefined)?.names ?? []
    expect(names).toContain('PATH')
    expect(names).not.toContain('NOT_FOR_HANDLERS')
    expect(lines[1]?.text).toBe('printed with console.log')
  })

  test('log lines and progress of the wrong types hurt nobody', async () => {
    const events: ExecutorEvent[] = []
    const answer = await run('speaks-wrongly', (event) => events.push(event))
    expect(answer).toMatchObject({ ok: true, outcome: { text: 'spoken' } })
    expect(events.filter(({ kind }) => kind === 'log').length).toBe(4)
    await expectHealthy()
  })

  test('no more than 10,000 lines of a run arrive', async () => {
    let lines = 0
    await run('prints-for-ever', ({ kind }) => {
      if (kind === 'log') lines += 1
    })
    expect(lines).toBeLessThanOrEqual(10_002)
  })

  test('numbers that JSON does not know become text', async () => {
    expect(await run('odd-table')).toMatchObject({ ok: true, outcome: { table: { rows: [['NaN', 'Infinity']] } } })
  })

  test('a file keeps its letters and gets a name that every file system takes', async () => {
    const envelope = buildEnvelope('files')
    const answer = await runner.execute(envelope, () => {})
    if (!answer.ok || answer.outcome.kind !== 'file') throw new Error('expected a file')
    expect(answer.outcome.file).toMatchObject({
      name: 'Отчёт- -日本- -1-.txt',
      type: 'text/plain; charset=utf-8',
      bytes: 4,
      inline: false,
    })
    await expect(readFile(join(envelope.scratch, answer.outcome.file.path), 'utf8')).resolves.toBe('text')
  })
})

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !isZombie(pid)
}

function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}
