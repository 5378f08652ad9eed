import type { FastifyPluginAsync } from 'fastify'
import { menuUrl } from '../../ami/menu.ts'
import { AppError } from '../../errors.ts'
import type { Manifest } from '../../handlers/manifest.ts'
import type { Registry } from '../../handlers/registry.ts'
import type { Runs } from '../../runs/runs.ts'
import { words } from '../../words.ts'
import type { DashboardChanges } from '../changes.ts'
import { formatDuration } from '../format.ts'
import { viewRun } from '../run-view.ts'

export interface HandlerRouteOptions {
  readonly registry: Registry
  readonly runs: Runs
  readonly changes: DashboardChanges
  readonly publicUrl: string
  readonly timeZone: string
  readonly nowMs: () => number
}

const LAST_RUNS = 20

/** One menu item: how it behaves, where it is, what is wrong with it, what it did last. */
const handlerRoutes: FastifyPluginAsync<HandlerRouteOptions> = async (app, options) => {
  const { registry, runs, changes, publicUrl, timeZone, nowMs } = options

  app.get<{ Params: { name: string } }>(
    '/handlers/:name',
    { config: { dashboard: true } },
    async ({ params }, reply) => {
      const { version } = changes // before looking, so that nothing is missed after
      const { name } = params
      const manifest = registry.find(name)
      const error = registry.findError(name)
      if (!manifest && !error) throw new AppError('PAGE_NOT_FOUND', words.handler.unknown(name.slice(0, 80)))
      const last = await runs.list(LAST_RUNS, { handler: name })
      return reply.header('cache-control', 'no-store').viewAsync('handler', {
        version,
        name,
        title: manifest?.title ?? name,
        manifest,
        error,
        lacks: manifest && runs.problemOf(manifest),
        url: menuUrl(publicUrl, name),
        facts: manifest ? factsOf(manifest) : [],
        runs: last.map((run) => viewRun(run, { nowMs: nowMs(), timeZone })),
        allRuns: `/runs?${new URLSearchParams({ handler: name })}`,
      })
    },
  )
}

export default handlerRoutes

/** What a manifest says, in words: pairs of a name and one or more lines. */
function factsOf(manifest: Manifest): { name: string; lines: string[]; code?: boolean }[] {
  const t = words.handler
  const { menu, selection, access, projects, params, confirm, env } = manifest
  const place = [
    menu.folder === undefined ? t.noFolder : t.folder(menu.folder),
    ...(menu.order === undefined ? [] : [t.order(menu.order)]),
    menu.modal ? t.modal : t.tab,
  ]
  const asked = [...(params?.length ? [t.form(params.map(({ label }) => label))] : []), ...(confirm ? [confirm] : [])]
  return [
    { name: t.worksOn, lines: [manifest.entityTypes?.join(', ') ?? t.everyType] },
    { name: t.selection, lines: [t.select(selection), ...(manifest.orPage ? [t.orPage] : [])] },
    { name: t.menu, lines: [place.join(', ')] },
    ...(asked.length > 0 ? [{ name: t.asks, lines: asked }] : []),
    { name: t.people, lines: [access ? t.groups(access.groups) : t.everybody] },
    { name: t.projects, lines: [projects?.map(t.project).join(', ') ?? t.everyProject] },
    { name: t.actsAs, lines: [`${manifest.actAs === 'user' ? t.asUser : t.asScript} (${t.script(manifest.script)})`] },
    ...(env?.length ? [{ name: t.env, lines: [env.join(', ')], code: true }] : []),
    { name: t.limits, lines: [t.limit(formatDuration(manifest.timeoutMs), manifest.memoryMb)] },
    { name: t.file, lines: [manifest.file], code: true },
  ]
}
