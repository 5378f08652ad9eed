import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { AcceptTools } from '../ami/accept.ts'
import type { Access } from '../ami/access.ts'
import { MAX_BODY_BYTES } from '../ami/form.ts'
import { getManifest } from '../handlers/get-manifest.ts'
import type { Manifest } from '../handlers/manifest.ts'
import type { LiveRegistry } from '../handlers/registry.ts'
import type { Runs } from '../runs/runs.ts'
import type { Site } from '../site/index.ts'
import { answerClientError } from './client-error.ts'
import artifactFiles from './plugins/artifact-files.ts'
import errors from './plugins/errors.ts'
import formBody from './plugins/form-body.ts'
import rateLimit from './plugins/rate-limit.ts'
import security from './plugins/security.ts'
import views from './plugins/views.ts'
import againRoutes from './routes/again.ts'
import amiRoutes from './routes/ami.ts'
import assetRoutes from './routes/assets.ts'
import dashboardRoutes from './routes/dashboard.ts'
import formRoutes from './routes/forms.ts'
import healthRoutes from './routes/health.ts'
import runRoutes from './routes/runs.ts'
import type { Tls } from './tls.ts'

/** What the web process needs, all of it passed in. */
export interface AppOptions {
  readonly logger: FastifyBaseLogger
  readonly registry: LiveRegistry
  readonly runs: Runs
  /** Asked before a click begins a run. */
  readonly access: Access
  /** Signed in as the server's own script user. */
  readonly site: Site
  readonly secret: string
  /** The one before, while menu items are registered anew. */
  readonly secretPrevious?: string
  readonly environment: string
  /** Host names that clicks may come from; empty: any. */
  readonly siteHostnames?: readonly string[]
  readonly maxClickAgeMs: number
  readonly graceMs: number
  readonly rateLimit: number
  /** Proxies whose X-Forwarded-For is believed; nobody's otherwise. */
  readonly trustProxy?: readonly string[]
  /** Speaks https with it, and http without. */
  readonly certificate?: Tls
  readonly publicUrl: string
  /** Pages of this site may show ours in a frame. */
  readonly siteUrl: string
  readonly sandbox: boolean
  readonly timeZone: string
  /** Asked by /health/ready. */
  readonly isReady: () => Promise<boolean>
  readonly nowMs?: () => number
}

const UNKNOWN_ADDRESS = '/unknown'

/** A request that has not arrived whole by then never will. */
const REQUEST_TIMEOUT_MS = 60_000

/** The whole web application, without a port, a process or a signal. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    https: options.certificate?.context ?? null,
    trustProxy: options.trustProxy ? [...options.trustProxy] : false,
    loggerInstance: options.logger,
    // Addresses of runs are secrets; plugins/errors.ts logs what is worth it.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 300 },
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    // An address that cannot be decoded, or is too long, is one that is not there: the same page, with the same headers.
    frameworkErrors: (_error, request, reply) => {
      request.raw.url = UNKNOWN_ADDRESS
      app.routing(request.raw, reply.raw)
    },
  })
  const { runs, access, site, registry, nowMs = Date.now } = options
  const clicks: AcceptTools & { getManifest: (handler: string) => Manifest } = {
    runs,
    access,
    site,
    rules: { ...options, maxAgeMs: options.maxClickAgeMs },
    nowMs,
    getManifest: (handler) => getManifest(registry, handler),
  }
  await app.register(errors)
  await app.register(security, options)
  await app.register(views, options)
  await app.register(artifactFiles)
  await app.register(rateLimit, { perMinute: options.rateLimit })
  await app.register(formBody)
  await app.register(healthRoutes, options)
  await app.register(assetRoutes)
  await app.register(dashboardRoutes, options)
  await app.register(amiRoutes, clicks)
  await app.register(formRoutes, clicks)
  await app.register(runRoutes, options)
  await app.register(againRoutes, clicks)
  return app
}
