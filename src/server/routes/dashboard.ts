import type { FastifyPluginAsync } from 'fastify'
import { menuUrl } from '../../ami/menu.ts'
import type { Registry } from '../../handlers/registry.ts'
import type { Runs } from '../../runs/runs.ts'
import { formatCount, formatDuration, formatMoment } from '../format.ts'

export interface DashboardOptions {
  readonly registry: Registry
  readonly runs: Runs
  readonly publicUrl: string
  readonly siteUrl: string
  readonly sandbox: boolean
  readonly timeZone: string
  readonly nowMs?: () => number
}

const LAST_RUNS = 20

/** The first page: what is served, what could not be loaded, what ran last. */
const dashboardRoutes: FastifyPluginAsync<DashboardOptions> = async (app, options) => {
  const { registry, runs, publicUrl, siteUrl, sandbox, timeZone, nowMs = Date.now } = options
  app.get('/', async (_request, reply) => {
    const last = await runs.list(LAST_RUNS)
    reply.header('cache-control', 'no-store')
    return reply.viewAsync('dashboard', {
      sandbox,
      siteUrl,
      handlers: registry.manifests.map((manifest) => ({ ...manifest, url: menuUrl(publicUrl, manifest.name) })),
      errors: registry.errors,
      runs: last.map((run) => ({
        ...run,
        // Elsewhere the address of a run is known to the person who clicked, and to nobody else.
        href: sandbox ? `/r/${runs.tokenOf(run)}` : undefined,
        selected: formatCount(run.selectedCount, run.entityType),
        when: formatMoment(run.createdMs, nowMs(), timeZone),
        took: run.finishedMs && run.startedMs ? formatDuration(run.finishedMs - run.startedMs) : '',
      })),
    })
  })
}

export default dashboardRoutes
