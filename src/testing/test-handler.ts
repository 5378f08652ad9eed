import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Handler } from '../handlers/define.ts'
import type { ExecutorEvent, LogLine, RunItem, RunWrite } from '../handlers/events.ts'
import { readHandler } from '../handlers/executor/load.ts'
import { performHere } from '../handlers/executor/perform-here.ts'
import { runHandler } from '../handlers/executor/run.ts'
import type { Outcome, Progress } from '../handlers/outcome.ts'
import { buildTestEnvelope } from './test-envelope.ts'
import type { TestOptions } from './test-options.ts'

export interface TestFailure {
  readonly code: string
  /** What the person would read. */
  readonly message: string
  readonly stack?: string
}

/** What became of the run. */
export interface TestAnswer {
  /** Why it failed; everything about the result is missing then. */
  readonly error?: TestFailure
  /** What it returned, as plain data. */
  readonly outcome?: Outcome
  /** Of `message()`. */
  readonly text?: string
  /** Of `page()` and `html()`. */
  readonly html?: string
  /** Of `file()`, `csv()` and `pdf()`. */
  readonly file?: { readonly name: string; readonly type: string; readonly inline: boolean; readonly bytes: Buffer }
  /** Of `redirect()`. */
  readonly url?: string
  readonly log: readonly LogLine[]
  readonly progress: readonly Progress[]
  /** What became of each entity: the last word on it. */
  readonly items: readonly RunItem[]
  /** What it changed on the site, in order, with what was there before. */
  readonly writes: readonly RunWrite[]
}

/**
 * Run a handler in this process, as an executor would, against a sandbox. What it throws is in the answer.
 *
 * @example
 * test('says how many', async () => {
 *   const { text } = await testHandler(handler, { selection: [1, 2] })
 *   assert.equal(text, 'You selected 2 Versions.')
 * })
 *
 * @throws {TypeError} when no such click could reach the handler: an entity type or a number of entities that it does not
 *   take, params that its schema refuses
 */
export async function testHandler(handler: Handler, options: TestOptions = {}): Promise<TestAnswer> {
  const loaded = readHandler(handler, { name: 'test', file: 'test' })
  const scratch = await mkdtemp(join(tmpdir(), 'amiable-test-'))
  try {
    const envelope = await buildTestEnvelope(loaded, options, scratch)
    const log: LogLine[] = []
    const progress: Progress[] = []
    const items = new Map<string, RunItem>()
    const writes: RunWrite[] = []
    const emit = (event: ExecutorEvent): void => {
      if (event.kind === 'log') log.push(event.line)
      if (event.kind === 'progress') progress.push(event.progress)
      if (event.kind === 'writes') writes.push(...event.writes)
      if (event.kind === 'items') for (const item of event.items) items.set(`${item.type} ${item.id}`, item)
    }
    const handlersDir = findHandlersDir(options.handlersDir)
    const { signal } = options
    const answer = await performHere(runHandler, loaded, envelope, {
      emit,
      handlersDir,
      ...(signal ? { signal } : {}),
    })
    const told = { log, progress, items: [...items.values()], writes }
    if (answer.ok) return { ...(await readOutcome(answer.outcome, scratch)), ...told }
    const { code, message, stack } = answer
    return { error: { code, message, ...(stack ? { stack } : {}) }, ...told }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function readOutcome(
  outcome: Outcome,
  scratch: string,
): Promise<Pick<TestAnswer, 'outcome' | 'text' | 'html' | 'file' | 'url'>> {
  switch (outcome.kind) {
    case 'message':
      return { outcome, text: outcome.text }
    case 'redirect':
      return { outcome, url: outcome.url }
    case 'html':
      return { outcome, html: await readFile(join(scratch, outcome.file.path), 'utf8') }
    case 'short-html':
      return { outcome, html: outcome.html }
    case 'file': {
      const { name, type, inline, path } = outcome.file
      return { outcome, file: { name, type, inline, bytes: await readFile(join(scratch, path)) } }
    }
    case 'nothing':
      return { outcome }
  }
}

function findHandlersDir(given: string | undefined): string {
  const candidates = [given, process.env.AMIABLE_HANDLERS, 'handlers'].filter((one) => one !== undefined)
  return resolve(candidates.find((folder) => existsSync(folder)) ?? '.')
}
