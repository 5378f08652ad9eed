import type { FastifyPluginAsync } from 'fastify'
import { menuUrl } from '../../ami/menu.ts'
import type { LiveRegistry } from '../../handlers/registry.ts'
import type { Runs } from '../../runs/runs.ts'
import { createDashboardChanges } from '../changes.ts'
import { formatMoment } from '../format.ts'
import { viewRun } from '../run-view.ts'
import eventRoutes from './events.ts'
import handlerRoutes from './handlers.ts'
import runListRoutes from './run-list.ts'

export interface DashboardOptions {
  readonly registry: LiveRegistry
  readonly runs: Runs
  readonly publicUrl: string
  readonly sandbox: boolean
  readonly siteUrl: string
  readonly timeZone: string
  readonly nowMs?: () => number
}

const LAST_RUNS = 20

/** The pages for whoever looks after the menu. This one is the first: what is served, what could not be loaded, what ran last. */
const dashboardRoutes: FastifyPluginAsync<DashboardOptions> = async (app, options) => {
  const { registry, runs, publicUrl, timeZone, nowMs = Date.now } = options
  const changes = createDashboardChanges(runs, registry)
  const shared = { ...options, changes, nowMs }
  await app.register(handlerRoutes, shared)
  await app.register(runListRoutes, shared)
  await app.register(eventRoutes, shared)

  app.get('/', { config: { dashboard: true } }, async (_request, reply) => {
    const { version } = changes // before looking, so that nothing is missed after
    const last = await runs.list(LAST_RUNS)
    return reply.header('cache-control', 'no-store').viewAsync('dashboard', {
      version,
      handlers: registry.manifests.map((manifest) => ({ ...manifest, url: menuUrl(publicUrl, manifest.name) })),
      errors: registry.errors,
      served: {
        id: registry.version.id.slice(0, 8),
        when: formatMoment(registry.version.sinceMs, nowMs(), timeZone),
        rolledBack: registry.version.rolledBack,
      },
      runs: last.map((run) => viewRun(run, { nowMs: nowMs(), timeZone })),
    })
  })
}

export default dashboardRoutes
