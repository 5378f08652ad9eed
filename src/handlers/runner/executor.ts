import { randomUUID } from 'node:crypto'
import workerpool from 'workerpool'
import type { z } from 'zod'
import { type ErrorCode, toError } from '../../errors.ts'
import { CANCEL_KILLED_TEXT, CANCEL_SIGNAL } from '../cancel.ts'
import type { Envelope } from '../envelope.ts'
import { ExecutorEvent } from '../events.ts'
import type { LoadRequest } from '../executor/load.ts'
import { timeoutText } from '../executor/run.ts'
import { LoadReport } from '../manifest.ts'
import { type Failure, FormAnswer, RunAnswer } from '../outcome.ts'
import { findStragglers, killGroup, residentBytes, tell } from './process-tree.ts'

const script = new URL('../executor/main.ts', import.meta.url).pathname
/** What Node itself takes beside the heap: code, stacks, fonts, sockets. */
const RUNTIME_MB = 160
const MEMORY_CHECK_MS = 200
/** An executor that its deadline did not stop from inside gets this long, then it is killed. */
const KILL_GRACE_MS = 2000
/** A run that was cancelled gets this long to stop, then its executor is killed. */
const CANCEL_GRACE_MS = 3000
/** An executor that has not taken up a run after this long is blocked by something older. */
const START_DEADLINE_MS = 15_000
/** Variables that programs need and that hold no secret. */
const passedOn = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
]

/** Why an executor is no more, when it was us. */
type Verdict = { readonly code: ErrorCode; readonly message: string }

/** One forked process that runs handler code, one run at a time. */
export interface Executor {
  readonly memoryMb: number
  /** False once it is dead or must not be used again. */
  readonly usable: boolean
  load(request: LoadRequest, onFile: (file: string) => void): Promise<LoadReport>
  /** Never rejects for what the handler did; rejects with `ExecutorLost` when the run did not even begin. */
  /** @param cancelled  asks it to stop; it is ended if it does not, and not used again */
  run(envelope: Envelope, onEvent: (event: ExecutorEvent) => void, cancelled?: AbortSignal): Promise<RunAnswer>
  /** Ask about the form before a run; rejects as `run` does. */
  prepare(envelope: Envelope, onEvent: (event: ExecutorEvent) => void): Promise<FormAnswer>
  /** End it and everything it started. */
  kill(): Promise<void>
}

/** The process died before it took up what it was given, so it may be given to another. */
export class ExecutorLost extends Error {
  override readonly name = 'ExecutorLost'
}

/** @param onOutput  what the process says beside its runs: prints past our channel, errors of code that runs left behind */
export function forkExecutor({ memoryMb, onOutput }: { memoryMb: number; onOutput: (text: string) => void }): Executor {
  const marker = `AMIABLE_EXECUTOR=${randomUUID()}`
  const pool = workerpool.pool(script, {
    workerType: 'process',
    maxWorkers: 1,
    emitStdStreams: true,
    forkOpts: {
      detached: true, // leader of a process group of its own
      serialization: 'advanced',
      execArgv: [
        `--max-old-space-size=${memoryMb}`,
        `--max-semi-space-size=${semiSpaceMb(memoryMb)}`,
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', // it names our copies
      ],
      env: executorEnvironment(marker),
    },
  })
  let pid: number | undefined
  let usable = true

  const kill = async (): Promise<void> => {
    usable = false
    if (pid !== undefined) {
      killGroup(pid)
      for (const straggler of await findStragglers(pid, marker)) killGroup(straggler)
    }
    // Its promise does not settle for a process that is dead already.
    void Promise.resolve(pool.terminate(true)).catch(() => {})
  }

  const call = async (
    method: 'load' | 'run' | 'prepare',
    argument: LoadRequest | Envelope,
    onEvent: (event: ExecutorEvent) => void,
  ): Promise<unknown> =>
    pool.exec(method, [argument], {
      // An exception that leaves this function would end the server.
      on: (payload: unknown) => {
        const printed = printedText(payload)
        if (printed !== undefined) return onOutput(printed)
        const event = ExecutorEvent.safeParse(payload)
        if (!event.success) return onOutput(`an event that cannot be read: ${event.error.message.slice(0, 500)}`)
        if (event.data.kind === 'started') pid = event.data.pid
        if (event.data.kind === 'stray')
          return onOutput(`handler code failed outside of a run: ${event.data.text.slice(0, 5000)}`)
        try {
          onEvent(event.data)
        } catch (error) {
          onOutput(`an event could not be taken: ${String(error)}`)
        }
      },
    })

  const perform = async <T extends { unclean: boolean; spawned: boolean }>(
    method: 'run' | 'prepare',
    envelope: Envelope,
    onEvent: (event: ExecutorEvent) => void,
    parse: (answered: unknown) => T,
    cancelled?: AbortSignal,
  ): Promise<T | Failure> => {
    let started = false
    let over = false
    let verdict: Verdict | undefined
    const stop = (reason: Verdict | undefined): void => {
      if (over) return
      verdict ??= reason
      usable = false
      if (pid !== undefined) killGroup(pid)
    }
    let cancelDeadline: NodeJS.Timeout | undefined
    const cancel = (): void => {
      usable = false // the word might reach it late, when the next run has begun
      if (!started || over) return // told when it has begun
      if (pid !== undefined) tell(pid, CANCEL_SIGNAL)
      cancelDeadline = setTimeout(() => stop({ code: 'RUN_CANCELLED', message: CANCEL_KILLED_TEXT }), CANCEL_GRACE_MS)
    }
    cancelled?.addEventListener('abort', cancel)
    // When this process itself stood still, the news that the run began is there and not read yet: it is, before setImmediate.
    const startDeadline = setTimeout(() => setImmediate(() => !started && stop(undefined)), START_DEADLINE_MS)
    const deadline = setTimeout(
      () => stop({ code: 'RUN_TIMEOUT', message: timeoutText(envelope) }),
      envelope.timeoutMs + KILL_GRACE_MS,
    )
    const watch = setInterval(async () => {
      const bytes = pid === undefined ? 0 : ((await residentBytes(pid)) ?? 0)
      if (bytes > (memoryMb + RUNTIME_MB) * 1024 * 1024)
        stop({ code: 'RUN_OUT_OF_MEMORY', message: memoryText(memoryMb) })
    }, MEMORY_CHECK_MS)
    try {
      const answered = await call(method, envelope, (event) => {
        if (event.kind === 'started') {
          started = true
          if (cancelled?.aborted) cancel()
        }
        if ('runId' in event && event.runId !== envelope.runId) return // of an older run
        onEvent(event)
      })
      over = true
      const answer = parse(answered)
      const stragglers = answer.spawned && pid !== undefined ? await findStragglers(pid, marker) : []
      if (verdict || !usable || answer.unclean || stragglers.length > 0) await kill()
      return answer
    } catch (thrown) {
      over = true
      await kill()
      if (!started && !verdict) throw new ExecutorLost('the executor ended before it began the run', { cause: thrown })
      return { ok: false, unclean: true, spawned: false, ...(verdict ?? crashOf(toError(thrown), memoryMb)) }
    } finally {
      cancelled?.removeEventListener('abort', cancel)
      clearTimeout(cancelDeadline)
      clearTimeout(startDeadline)
      clearTimeout(deadline)
      clearInterval(watch)
    }
  }

  return {
    memoryMb,
    get usable() {
      return usable
    },
    kill,

    async load(request, onFile) {
      return LoadReport.parse(await call('load', request, (event) => event.kind === 'loading' && onFile(event.file)))
    },
    run: (envelope, onEvent, cancelled) => perform('run', envelope, onEvent, readAnswer(RunAnswer), cancelled),
    prepare: (envelope, onEvent) => perform('prepare', envelope, onEvent, readAnswer(FormAnswer)),
  }
}

/** Handler code shares the process with what answers, so the answer is read like any other input. */
function readAnswer<T>(schema: z.ZodType<T>): (answered: unknown) => T | Failure {
  return (answered) => {
    const answer = schema.safeParse(answered)
    if (answer.success) return answer.data
    const [issue] = answer.error.issues
    const message = `The handler’s result cannot be read (${issue?.path.join('.')}: ${issue?.message}).`
    return { ok: false, unclean: true, spawned: true, code: 'RESULT_INVALID', message }
  }
}

/** What workerpool says of standard output and error, which are not our channel. */
function printedText(payload: unknown): string | undefined {
  if (typeof payload !== 'object' || payload === null || 'kind' in payload) return undefined
  const { stdout, stderr } = payload as { stdout?: unknown; stderr?: unknown }
  return String(stdout ?? stderr ?? '').slice(0, 10_000)
}

function executorEnvironment(marker: string): Record<string, string> {
  const [name = '', value = ''] = marker.split('=')
  const kept = passedOn.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]]))
  return { ...Object.fromEntries(kept), [name]: value }
}

/**
 * V8 gives young objects three times this beyond the heap's limit. By itself it takes up to 64 MB, and then finds a small heap
 * too full to let it grow: it collects without end.
 */
function semiSpaceMb(memoryMb: number): number {
  return Math.max(2, Math.min(16, Math.floor(memoryMb / 16)))
}

function memoryText(memoryMb: number): string {
  return `It used more than ${memoryMb} MB of memory, its limit, and was stopped.`
}

/** workerpool tells how a process ended in the text of its error only. */
function crashOf(error: Error, memoryMb: number): { code: ErrorCode; message: string; stack?: string } {
  const signal = /signalCode: `(\w+)`/.exec(error.message)?.[1]
  const exitCode = /exitCode: `(\d+)`/.exec(error.message)?.[1]
  // V8 aborts a process whose heap is full.
  if (signal === 'SIGABRT' || exitCode === '134') return { code: 'RUN_OUT_OF_MEMORY', message: memoryText(memoryMb) }
  const how =
    signal && signal !== 'null' ? `by the signal ${signal}` : exitCode ? `with exit code ${exitCode}` : 'without a word'
  return {
    code: 'RUN_CRASHED',
    message: `Its process ended ${how} before it was done.`,
    ...(error.stack ? { stack: error.stack } : {}),
  }
}
