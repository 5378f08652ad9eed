import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { AppError, errorTable } from '../../errors.ts'
import type { Outcome, ScratchFile } from '../../handlers/outcome.ts'
import type { RunRecord } from '../../runs/find.ts'
import type { Runs } from '../../runs/runs.ts'
import { formatBytes, formatCount, formatDuration, formatMoment } from '../format.ts'
import { isSettled, stateOf, streamStates } from '../run-state.ts'

export interface RunRouteOptions {
  readonly runs: Runs
  readonly graceMs: number
  readonly timeZone: string
  readonly nowMs?: () => number
}

/** A fresh file starts to download by itself; a page that is opened again later does not. */
const AUTO_DOWNLOAD_MS = 30_000
const MAX_WAIT_MS = 25_000

/** What a handler wrote runs apart from our own pages: no origin, no storage, scripts and forms of its own. */
const HANDLER_PAGE =
  'sandbox allow-scripts allow-forms allow-modals allow-downloads allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'

interface Address {
  Params: { token: string }
}

/** A run under its own unguessable address. */
const runRoutes: FastifyPluginAsync<RunRouteOptions> = async (app, options) => {
  const { runs, graceMs, timeZone, nowMs = Date.now } = options

  // Whoever waits for a run must not hold up the end of the server.
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())

  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })

  const getRun = async (token: string): Promise<RunRecord> => {
    const run = await runs.findByToken(token)
    if (!run) throw new AppError('RUN_NOT_FOUND', 'There is no run at this address.')
    return run
  }

  /** The run once it is settled, or as it stands after `waitMs`. */
  const waitForRun = async (token: string, waitMs: (run: RunRecord) => number): Promise<RunRecord> => {
    const run = await getRun(token)
    const live = runs.findLive(run.id)
    const ms = waitMs(run)
    if (!live || ms <= 0) return run
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, closing.signal])
    await Promise.race([live.settled, delay(ms, undefined, { signal }).catch(() => {})])
    over.abort()
    return getRun(token)
  }

  app.get<Address>('/r/:token', async (request, reply) => {
    const { token } = request.params
    const run = await waitForRun(token, ({ createdMs }) => createdMs + graceMs - nowMs())
    const live = runs.findLive(run.id)
    const facts = {
      run,
      token,
      selected: formatCount(run.selectedCount, run.entityType),
      when: formatMoment(run.createdMs, nowMs(), timeZone),
      took: run.finishedMs && run.startedMs ? formatDuration(run.finishedMs - run.startedMs) : undefined,
    }
    if (!isSettled(run.status)) return reply.viewAsync('run-live', { ...facts, state: stateOf(run, live, token) })
    if (run.status !== 'succeeded' || !run.outcome) {
      return reply.viewAsync('run-failed', { ...facts, hint: run.error ? errorTable[run.error.code].hint : undefined })
    }
    return showOutcome(reply, run, run.outcome, facts)
  })

  const showOutcome = async (
    reply: FastifyReply,
    run: RunRecord,
    outcome: Outcome,
    facts: { token: string },
  ): Promise<unknown> => {
    switch (outcome.kind) {
      case 'redirect':
        return reply.redirect(outcome.url, 303)
      case 'html':
        return sendArtifact(reply, run, outcome.file, 'inline')
      case 'file': {
        const href = fileUrl(facts.token, outcome.file)
        if (outcome.file.inline) return reply.redirect(href, 303)
        const fresh = nowMs() - (run.finishedMs ?? 0) < AUTO_DOWNLOAD_MS
        return reply.viewAsync('run-file', {
          ...facts,
          file: outcome.file,
          size: formatBytes(outcome.file.bytes),
          href,
          startDownload: fresh,
        })
      }
      default:
        return reply.viewAsync('run-message', { ...facts, outcome })
    }
  }

  app.get<Address & { Params: { name: string }; Querystring: { download?: string } }>(
    '/r/:token/files/:name',
    async (request, reply) => {
      const run = await getRun(request.params.token)
      const { outcome } = run
      if (outcome?.kind !== 'file' || outcome.file.name !== request.params.name) {
        throw new AppError('RUN_NOT_FOUND', 'This run has no file of that name.')
      }
      return sendArtifact(
        reply,
        run,
        outcome.file,
        outcome.file.inline && request.query.download === undefined ? 'inline' : 'attachment',
      )
    },
  )

  const sendArtifact = async (
    reply: FastifyReply,
    run: RunRecord,
    file: ScratchFile,
    disposition: 'inline' | 'attachment',
  ) => {
    const { folder, path } = await runs.artifacts.locate(run.id, file.path)
    reply.header('content-type', file.type)
    reply.header('content-disposition', contentDisposition(disposition, file.name))
    // Viewers of PDF are not documents of ours, and Chromium does not start its own inside a sandbox.
    if (file.type !== 'application/pdf')
      reply.header('content-security-policy', `${HANDLER_PAGE}; frame-ancestors ${app.frameAncestors}`)
    return reply.sendFile(path, folder, { cacheControl: false, contentType: false, dotfiles: 'allow', etag: true })
  }

  app.get<Address & { Querystring: { wait?: string } }>('/r/:token/state', async (request) => {
    const { token } = request.params
    const wait = Math.min(MAX_WAIT_MS, Number(request.query.wait ?? 0) || 0)
    const run = await waitForRun(token, () => wait)
    return stateOf(run, runs.findLive(run.id), token)
  })

  app.get<Address>('/r/:token/events', async (request, reply) => {
    const run = await getRun(request.params.token)
    reply.header('content-type', 'text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
    return reply.send(streamStates(run, runs.findLive(run.id), request.params.token, closing.signal))
  })
}

export default runRoutes

export function fileUrl(token: string, file: ScratchFile): string {
  return `/r/${token}/files/${encodeURIComponent(file.name)}`
}

/** RFC 6266: a plain name for old clients, the real one in UTF-8. */
function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
