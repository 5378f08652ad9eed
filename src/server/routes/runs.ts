import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { AppError, errorTable } from '../../errors.ts'
import type { Outcome } from '../../handlers/outcome.ts'
import type { RunRecord } from '../../runs/find.ts'
import type { Runs } from '../../runs/runs.ts'
import { sendArtifact, sendPage } from '../artifact-reply.ts'
import { seeRun, streamStates, waitForRun } from '../follow-run.ts'
import { formatBytes, formatCount, formatDuration, formatMoment } from '../format.ts'
import { runDetails } from '../run-details.ts'
import { fileUrl, isSettled, stateOf } from '../run-state.ts'
import { whileOpen } from '../waiting.ts'
import { wantsJson } from '../wants-json.ts'

export interface RunRouteOptions {
  readonly runs: Runs
  readonly siteUrl: string
  readonly graceMs: number
  readonly timeZone: string
  readonly nowMs?: () => number
}

/** A fresh file starts to download by itself; a page that is opened again later does not. */
const AUTO_DOWNLOAD_MS = 30_000
const MAX_WAIT_MS = 25_000

interface Address {
  Params: { token: string }
}

/** A run under its own unguessable address. */
const runRoutes: FastifyPluginAsync<RunRouteOptions> = async (app, options) => {
  const { runs, siteUrl, graceMs, timeZone, nowMs = Date.now } = options

  // Whoever waits for a run must not hold up the end of the server.
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())

  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })

  /** @param asPage  the page of the run even where its result would be shown in its place */
  const show = async (token: string, reply: FastifyReply, { asPage }: { asPage: boolean }): Promise<unknown> => {
    const { run, live } = await waitForRun(runs, token, {
      waitMs: ({ createdMs }) => createdMs + graceMs - nowMs(),
      signal: whileOpen(reply, closing.signal),
    })
    const facts = {
      run,
      token,
      selected: formatCount(run.selectedCount, run.entityType),
      when: formatMoment(run.createdMs, nowMs(), timeZone),
      took: run.finishedMs && run.startedMs ? formatDuration(run.finishedMs - run.startedMs) : undefined,
    }
    if (!isSettled(run.status)) return reply.viewAsync('run-live', { ...facts, state: stateOf(run, live, token) })
    const details = { ...facts, ...(await runDetails(run, runs)), siteUrl, nonce: randomUUID() }
    if (run.status !== 'succeeded' || !run.outcome) {
      const hint = run.error ? errorTable[run.error.code].hint : undefined
      return reply.viewAsync('run-failed', { ...details, hint })
    }
    return showOutcome(reply, run, run.outcome, { ...details, asPage })
  }

  app.get<Address>('/r/:token', (request, reply) => show(request.params.token, reply, { asPage: false }))
  app.get<Address>('/r/:token/run', (request, reply) => show(request.params.token, reply, { asPage: true }))

  const showPage = (
    reply: FastifyReply,
    runId: string,
    outcome: Extract<Outcome, { kind: 'html' | 'short-html' }>,
  ): FastifyReply | Promise<FastifyReply> =>
    outcome.kind === 'short-html'
      ? sendPage(reply, outcome.html)
      : sendArtifact(reply, runs.artifacts, { runId, file: outcome.file, disposition: 'inline' })

  const showOutcome = async (
    reply: FastifyReply,
    run: RunRecord,
    outcome: Outcome,
    facts: { token: string; asPage: boolean },
  ): Promise<unknown> => {
    const pageFirst = facts.asPage || (run.itemCounts?.failed ?? 0) > 0 // and the result behind a link
    switch (outcome.kind) {
      case 'redirect':
        if (pageFirst) return reply.viewAsync('run-message', { ...facts, outcome, resultUrl: outcome.url })
        // A form's answer may redirect to our own addresses only, all the way; this page ends that way.
        return reply.viewAsync('run-redirect', { ...facts, url: outcome.url })
      case 'html':
      case 'short-html':
        if (pageFirst) return reply.viewAsync('run-message', { ...facts, outcome, resultUrl: `/r/${facts.token}/page` })
        return showPage(reply, run.id, outcome)
      case 'file': {
        const href = fileUrl(facts.token, outcome.file)
        if (outcome.file.inline && !pageFirst) return reply.redirect(href, 303)
        const fresh = nowMs() - (run.finishedMs ?? 0) < AUTO_DOWNLOAD_MS
        return reply.viewAsync('run-file', {
          ...facts,
          file: outcome.file,
          size: formatBytes(outcome.file.bytes),
          href,
          startDownload: fresh && !outcome.file.inline,
        })
      }
      default:
        return reply.viewAsync('run-message', { ...facts, outcome })
    }
  }

  app.get<Address>('/r/:token/page', async (request, reply) => {
    const { run } = await seeRun(runs, request.params.token)
    if (run.outcome?.kind === 'html' || run.outcome?.kind === 'short-html') return showPage(reply, run.id, run.outcome)
    throw new AppError('RUN_NOT_FOUND', 'This run has no page of its own.')
  })

  app.get<Address & { Params: { name: string }; Querystring: { download?: string } }>(
    '/r/:token/files/:name',
    async (request, reply) => {
      const { run } = await seeRun(runs, request.params.token)
      const { outcome } = run
      if (outcome?.kind !== 'file' || outcome.file.name !== request.params.name) {
        throw new AppError('RUN_NOT_FOUND', 'This run has no file of that name.')
      }
      const { file } = outcome
      const disposition = file.inline && request.query.download === undefined ? 'inline' : 'attachment'
      return sendArtifact(reply, runs.artifacts, { runId: run.id, file, disposition })
    },
  )

  app.get<Address & { Querystring: { wait?: string } }>(
    '/r/:token/state',
    { config: { json: true } },
    async (request, reply) => {
      const { token } = request.params
      const wait = Math.min(MAX_WAIT_MS, Number(request.query.wait ?? 0) || 0)
      const { run, live } = await waitForRun(runs, token, {
        waitMs: () => wait,
        signal: whileOpen(reply, closing.signal),
      })
      return stateOf(run, live, token)
    },
  )

  // Whoever has the address may: it is a secret of the person who clicked.
  app.post<Address>('/r/:token/cancel', async (request, reply) => {
    const { token } = request.params
    const { run } = await seeRun(runs, token)
    await runs.cancel(run.id)
    if (wantsJson(request)) return reply.code(202).send({ run: run.id })
    return reply.redirect(`/r/${token}`, 303)
  })

  app.get<Address>('/r/:token/events', async (request, reply) => {
    const { token } = request.params
    const seen = await seeRun(runs, token)
    reply.header('content-type', 'text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
    reply.header('connection', 'close') // once it ends there is nothing to keep, and the server may stop
    return reply.send(Readable.from(streamStates(runs, token, seen, whileOpen(reply, closing.signal))))
  })
}

export default runRoutes
