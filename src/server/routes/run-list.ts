import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { AppError, errorTable } from '../../errors.ts'
import type { Registry } from '../../handlers/registry.ts'
import type { RunRecord } from '../../runs/find.ts'
import type { RunPlace, RunQuery } from '../../runs/list.ts'
import type { Runs } from '../../runs/runs.ts'
import { runStatuses } from '../../store/tables.ts'
import { words } from '../../words.ts'
import type { DashboardChanges } from '../changes.ts'
import { formatDuration, formatMoment, formatOffset } from '../format.ts'
import { runDetails } from '../run-details.ts'
import { viewRun } from '../run-view.ts'

export interface RunListOptions {
  readonly registry: Registry
  readonly runs: Runs
  readonly changes: DashboardChanges
  readonly sandbox: boolean
  readonly siteUrl: string
  readonly timeZone: string
  readonly nowMs: () => number
}

const PAGE = 50
const LINES = 500

/** A status to look for; queued and running ones come together, for a run is not the one for long. */
const filterStatuses = ['unsettled', 'succeeded', 'failed', 'interrupted', 'cancelled'] as const

const text = z.string().trim().max(300).catch('')
const Filter = z.object({ handler: text, status: text, person: text, before: text })
type Filter = z.infer<typeof Filter>

/** All runs, and each by itself. */
const runListRoutes: FastifyPluginAsync<RunListOptions> = async (app, options) => {
  const { registry, runs, changes, sandbox, siteUrl, timeZone, nowMs } = options
  const view = (run: RunRecord) => viewRun(run, { nowMs: nowMs(), timeZone })

  app.get('/runs', { config: { dashboard: true } }, async (request, reply) => {
    const { version } = changes // before looking, so that nothing is missed after
    const filter = Filter.parse(request.query)
    const found = await runs.list(PAGE + 1, queryOf(filter))
    const shown = found.slice(0, PAGE)
    const { before, ...chosen } = filter
    return reply.header('cache-control', 'no-store').viewAsync('runs', {
      version,
      filter,
      filtered: Object.values(chosen).some((value) => value !== ''),
      statuses: filterStatuses,
      handlers: handlerNames(registry, filter.handler),
      runs: shown.map(view),
      newest: before === '' ? undefined : listUrl(chosen),
      older: found.length > PAGE ? listUrl({ ...chosen, before: placeText(shown.at(-1)) }) : undefined,
    })
  })

  app.get<{ Params: { id: string } }>('/runs/:id', { config: { dashboard: true } }, async (request, reply) => {
    const { version } = changes
    const run = await runs.find(request.params.id)
    if (!run) throw new AppError('RUN_NOT_FOUND', words.aRun.unknown)
    const token = sandbox ? runs.tokenOf(run) : undefined
    return reply.header('cache-control', 'no-store').viewAsync('run', {
      version,
      run: view(run),
      hint: run.error ? errorTable[run.error.code].hint : undefined,
      waited: run.startedMs ? formatDuration(run.startedMs - run.createdMs) : undefined,
      isServed: registry.find(run.handler) !== undefined || registry.findError(run.handler) !== undefined,
      counts: run.itemCounts,
      // Elsewhere the address of a run is known to the person who clicked, and to nobody else; so is what lies behind it.
      ...(sandbox ? { ...(await runDetails(run, runs)), ...(await linesOf(run)), siteUrl } : {}),
      resultHref: token && `/r/${token}`,
    })
  })

  const linesOf = async (run: RunRecord) => {
    const lines = await runs.listLines(run.id, LINES)
    return {
      lines: lines.map((line) => ({
        ...line,
        after: formatOffset(line.atMs - (run.startedMs ?? run.createdMs)),
        at: formatMoment(line.atMs, nowMs(), timeZone).exact,
      })),
      maxLines: LINES,
    }
  }
}

export default runListRoutes

/** @throws {AppError} `FILTER_INVALID` */
function queryOf({ handler, status, person, before }: Filter): RunQuery {
  return {
    handler: nameOf('handler', handler),
    status: statusOf(status),
    person: nameOf('person', person),
    before: placeOf(before),
  }
}

/** Databases hold no NUL in texts, and some refuse to look for one. */
function nameOf(field: 'handler' | 'person', given: string): string | undefined {
  if (given.includes('\0')) throw new AppError('FILTER_INVALID', words.runs.badText(field))
  return given || undefined
}

function statusOf(status: string): RunQuery['status'] {
  if (status === '') return undefined
  if (status === 'unsettled' || status === 'queued' || status === 'running') return 'unsettled'
  const known = runStatuses.find((one) => one === status)
  if (!known) throw new AppError('FILTER_INVALID', words.runs.badStatus(status.slice(0, 80)))
  return known
}

/** A place in the list as text: `<milliseconds>-<id>`. */
function placeText(run: RunRecord | undefined): string {
  return run ? `${run.createdMs}-${run.id}` : ''
}

function placeOf(before: string): RunPlace | undefined {
  if (before === '') return undefined
  const [, createdMs, runId] = /^(\d{1,15})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(before) ?? []
  if (createdMs === undefined || runId === undefined) throw new AppError('FILTER_INVALID', words.runs.badPlace)
  return { createdMs: Number(createdMs), runId }
}

function listUrl(filter: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
  return query.size > 0 ? `/runs?${query}` : '/runs'
}

/** Menu items to choose from: those that are there, and the one that is chosen, which may be gone. */
function handlerNames({ manifests, errors }: Registry, chosen: string): { name: string; title: string }[] {
  const titles = new Map(manifests.map(({ name, title }) => [name, title]))
  for (const { name } of errors) if (!titles.has(name)) titles.set(name, name)
  if (chosen !== '' && !titles.has(chosen)) titles.set(chosen, chosen)
  return [...titles].map(([name, title]) => ({ name, title }))
}
