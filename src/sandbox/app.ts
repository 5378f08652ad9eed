import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { filesPlugin } from './files/plugin.ts'
import { refuseForeignHosts } from './loopback.ts'
import { pagesPlugin } from './pages/index.ts'
import { rpcPath, rpcPlugin } from './rpc/routes.ts'
import type { SandboxSite } from './site.ts'
import { thumbnailsPlugin } from './thumbnails/routes.ts'

export type SandboxOptions = {
  site: SandboxSite
  logger?: FastifyBaseLogger
  /** Answers only what was asked of this machine by a name of its own, so that no foreign page can reach it under its name. */
  loopbackOnly?: boolean
}

/** The web application of a site: the API, pictures and pages. It opens no port; who builds it closes it. */
export async function buildSandbox({ site, logger, loopbackOnly = false }: SandboxOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    rewriteUrl: (request) => withoutPrefix(request.method, request.url ?? '/'),
    forceCloseConnections: true,
  })
  if (loopbackOnly) refuseForeignHosts(app)
  app.get('/health', async () => ({ status: 'ok', entities: countEntities(site) }))
  await app.register(rpcPlugin, { site })
  await app.register(thumbnailsPlugin, { site })
  await app.register(filesPlugin, { site })
  await app.register(pagesPlugin, { site })
  return app
}

/** The API is reached under any path prefix: `/studio/api3/json` is `/api3/json`. */
function withoutPrefix(method: string | undefined, url: string): string {
  const [path = '', query] = url.split('?', 2)
  if (method !== 'POST' || !path.endsWith(rpcPath)) return url
  return query === undefined ? rpcPath : `${rpcPath}?${query}`
}

function countEntities({ schema, store }: SandboxSite): number {
  let count = 0
  for (const type of schema.keys()) count += store.rows(type).length
  return count
}
