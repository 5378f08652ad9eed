import type { Envelope } from '../envelope.ts'
import type { ExecutorEvent } from '../events.ts'
import type { LoadedHandler } from './load.ts'
import type { RunTools } from './run.ts'
import { openRunChannel } from './run-channel.ts'

/** Work of a handler, such as its run. */
export type HandlerWork<T> = (loaded: LoadedHandler, envelope: Envelope, tools: RunTools) => Promise<T>

/** Do some work of a handler in this very process, without an executor: its variables are there for as long as it takes. */
export async function performHere<T>(
  work: HandlerWork<T>,
  loaded: LoadedHandler,
  envelope: Envelope,
  { emit, ...tools }: { emit: (event: ExecutorEvent) => void } & Pick<RunTools, 'handlersDir' | 'signal'>,
): Promise<T> {
  const channel = openRunChannel(envelope.runId, emit)
  const giveBack = lendVariables(envelope.env ?? {})
  try {
    // Errors that nobody catches belong to whoever started this process.
    return await work(loaded, envelope, { ...tools, channel, stray: new Promise<never>(() => {}) })
  } finally {
    channel.close()
    giveBack()
  }
}

function lendVariables(lent: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(lent).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, lent)
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
