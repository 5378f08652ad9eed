import { randomUUID } from 'node:crypto'
import workerpool from 'workerpool'
import { toError } from '../../errors.ts'
import type { Envelope, ExecutorEvent } from '../envelope.ts'
import type { LoadRequest } from '../executor/load.ts'
import { timeoutText } from '../executor/run.ts'
import { LoadReport } from '../manifest.ts'
import { RunAnswer } from '../outcome.ts'
import { killGroup, killMarked, residentBytes } from './process-tree.ts'

const script = new URL('../executor/main.ts', import.meta.url).pathname
/** What Node itself takes beside the heap: code, stacks, fonts, sockets. */
const RUNTIME_MB = 160
const MEMORY_CHECK_MS = 200
/** An executor that its deadline did not stop from inside gets this long, then it is killed. */
const KILL_GRACE_MS = 2000
/** Variables that programs need and that hold no secret. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'NODE_EXTRA_CA_CERTS']

/** Why an executor is no more, when it was us. */
type Verdict = { readonly code: 'RUN_TIMEOUT' | 'RUN_OUT_OF_MEMORY'; readonly message: string }

/** One forked process that runs handler code, one run at a time. */
export interface Executor {
  readonly memoryMb: number
  /** False once it is dead or must not be used again. */
  readonly usable: boolean
  load(request: LoadRequest, onFile: (file: string) => void): Promise<LoadReport>
  /** Never rejects for what the handler did; rejects with `ExecutorLost` when the run did not even begin. */
  run(envelope: Envelope, onEvent: (event: ExecutorEvent) => void): Promise<RunAnswer>
  /** End it and everything it started. */
  kill(): Promise<void>
}

/** The process died before it took up what it was given, so it may be given to another. */
export class ExecutorLost extends Error {
  override readonly name = 'ExecutorLost'
}

export function forkExecutor({ memoryMb, onOutput }: { memoryMb: number; onOutput: (text: string) => void }): Executor {
  const marker = `AMIABLE_EXECUTOR=${randomUUID()}`
  const pool = workerpool.pool(script, {
    workerType: 'process',
    maxWorkers: 1,
    emitStdStreams: true,
    forkOpts: {
      detached: true, // leader of a process group of its own
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${memoryMb}`, '--disable-warning=ExperimentalWarning'],
      env: executorEnvironment(marker),
    },
  })
  let pid: number | undefined
  let usable = true

  const kill = async (): Promise<void> => {
    usable = false
    if (pid !== undefined) killGroup(pid)
    await killMarked(marker)
    // Its promise does not settle for a process that is dead already.
    void Promise.resolve(pool.terminate(true)).catch(() => {})
  }

  const call = async (
    method: 'load' | 'run',
    argument: LoadRequest | Envelope,
    onEvent: (event: ExecutorEvent) => void,
  ): Promise<unknown> =>
    pool.exec(method, [argument], {
      on: (event: ExecutorEvent | { stdout?: string; stderr?: string }) => {
        if (!('kind' in event)) return onOutput((event.stdout ?? event.stderr ?? '').slice(0, 10_000))
        if (event.kind === 'started') pid = event.pid
        onEvent(event)
      },
    })

  return {
    memoryMb,
    get usable() {
      return usable
    },
    kill,

    async load(request, onFile) {
      return LoadReport.parse(await call('load', request, (event) => event.kind === 'loading' && onFile(event.file)))
    },

    async run(envelope, onEvent) {
      let started = false
      let verdict: Verdict | undefined
      const stop = (reason: Verdict): void => {
        verdict ??= reason
        if (pid !== undefined) killGroup(pid)
      }
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
        // Handler code shares the process, and so the channel, with ours: what comes up is checked like any other input.
        const answer = RunAnswer.parse(
          await call('run', envelope, (event) => {
            if (event.kind === 'started') started = true
            onEvent(event)
          }),
        )
        if (answer.unclean) await kill()
        return answer
      } catch (thrown) {
        await kill()
        if (!started && !verdict)
          throw new ExecutorLost('the executor ended before it began the run', { cause: thrown })
        return { ok: false, unclean: true, ...(verdict ?? crashOf(toError(thrown), memoryMb)) }
      } finally {
        clearTimeout(deadline)
        clearInterval(watch)
      }
    },
  }
}

function executorEnvironment(marker: string): Record<string, string> {
  const [name = '', value = ''] = marker.split('=')
  const kept = passedOn.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]]))
  return { ...Object.fromEntries(kept), [name]: value }
}

function memoryText(memoryMb: number): string {
  return `It used more than ${memoryMb} MB of memory, its limit, and was stopped.`
}

/** workerpool tells how a process ended in the text of its error only. */
function crashOf(
  error: Error,
  memoryMb: number,
): { code: 'RUN_CRASHED' | 'RUN_OUT_OF_MEMORY'; message: string; stack?: string } {
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
