import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type ClickRules, readClick, verifyClick } from '../../ami/click.ts'
import { AppError } from '../../errors.ts'
import type { Manifest } from '../../handlers/manifest.ts'
import type { Registry } from '../../handlers/registry.ts'
import type { Runs } from '../../runs/runs.ts'
import { pairsOf } from '../plugins/form-body.ts'

export interface AmiRouteOptions {
  readonly registry: Registry
  readonly runs: Runs
  readonly secret: string
  readonly secretPrevious?: string
  readonly environment: string
  readonly siteHostnames?: readonly string[]
  readonly maxClickAgeMs: number
  readonly nowMs?: () => number
}

interface Address {
  Params: { handler: string }
}

/** Where the site's menu posts to. An accepted click answers 303 to its run. */
const amiRoutes: FastifyPluginAsync<AmiRouteOptions> = async (app, options) => {
  const { registry, runs, nowMs = Date.now } = options
  const rules: ClickRules = { ...options, maxAgeMs: options.maxClickAgeMs }

  /** Nobody may make this server read 16 MiB for a menu item that it does not have. Runs when the rate limit has counted. */
  const preParsing = async (request: FastifyRequest<Address>): Promise<void> => {
    getManifest(registry, request.params.handler)
  }

  app.post<Address>('/ami/:handler', { preParsing }, async (request, reply) => {
    const manifest = getManifest(registry, request.params.handler)
    const click = verifyClick(manifest.name, pairsOf(request.body), rules)
    const token = await leadToRun(
      () => runs.begin(click.clickKey, manifest, readClick(click, manifest, rules, nowMs())),
      click.clickKey,
    )
    return reply.header('cache-control', 'no-store').redirect(`/r/${token}`, 303)
  })

  /** A click that cannot begin anew, being stale for one, still finds the run that it began when it was fresh. */
  const leadToRun = async (begin: () => Promise<string>, clickKey: string): Promise<string> => {
    try {
      return await begin()
    } catch (error) {
      const known = await runs.findTokenByClick(clickKey).catch(() => undefined)
      if (known === undefined) throw error
      return known
    }
  }

  app.get<Address>('/ami/:handler', async (request) => {
    const manifest = getManifest(registry, request.params.handler)
    throw new AppError(
      'CLICK_NEEDED',
      `This is the address of the menu item “${manifest.title}”. It works when the site sends a selection here.`,
    )
  })
}

export default amiRoutes

function getManifest(registry: Registry, name: string): Manifest {
  const manifest = registry.find(name)
  if (manifest) return manifest
  const failed = registry.findError(name)
  if (failed)
    throw new AppError(
      'HANDLER_BROKEN',
      `The menu item “${name}” is there, but it could not be loaded. Nothing was started.`,
    )
  throw new AppError(
    'HANDLER_NOT_FOUND',
    `This server has no menu item named “${name.slice(0, 80)}”. Nothing was started.`,
  )
}
