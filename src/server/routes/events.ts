import { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import type { LiveRun } from '../../runs/live.ts'
import type { Runs } from '../../runs/runs.ts'
import type { DashboardChanges } from '../changes.ts'
import { whileOpen, within } from '../waiting.ts'

export interface EventRouteOptions {
  readonly runs: Runs
  readonly changes: DashboardChanges
}

/** Windows that look at the dashboard at one time; further ones ask from time to time. */
const MAX_STREAMS = 200
const KEEP_ALIVE_MS = 15_000
/** However much happens, a window is told of it this often at most. */
const PAUSE_MS = 400
const RETRY_MS = 2000

/** Server-sent events for the dashboard: the version of what it shows, now and after every change. */
const eventRoutes: FastifyPluginAsync<EventRouteOptions> = async (app, { runs, changes }) => {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  let open = 0

  app.get<{ Querystring: { run?: string } }>('/events', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    if (open >= MAX_STREAMS) return reply.code(503).header('retry-after', '10').send()
    open += 1
    reply.raw.once('close', () => {
      open -= 1
    })
    const live = request.query.run === undefined ? undefined : runs.findLive(request.query.run)
    reply.header('content-type', 'text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
    reply.header('connection', 'close') // once it ends there is nothing to keep, and the server may stop
    return reply.send(Readable.from(streamVersions(changes, live, whileOpen(reply, closing.signal))))
  })
}

export default eventRoutes

/** @param live  a run whose progress counts as a change too */
async function* streamVersions(
  changes: DashboardChanges,
  live: LiveRun | undefined,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let wake = Promise.withResolvers<void>()
  let steps = 0
  let said: string | undefined
  const stops = [
    changes.watch(() => wake.resolve()),
    live?.watch(() => {
      steps += 1
      wake.resolve()
    }),
  ]
  try {
    yield `retry: ${RETRY_MS}\n\n`
    while (!signal.aborted) {
      wake = Promise.withResolvers() // before looking, so that nothing slips in between
      const version = steps > 0 ? `${changes.version}.${steps}` : changes.version
      yield version === said ? ': still here\n\n' : `data: ${version}\n\n`
      said = version
      await within(KEEP_ALIVE_MS, signal, wake.promise)
      await within(PAUSE_MS, signal)
    }
  } finally {
    for (const stop of stops) stop?.()
  }
}
