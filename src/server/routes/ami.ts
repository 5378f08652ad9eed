import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type AcceptTools, acceptClick } from '../../ami/accept.ts'
import type { FormPairs } from '../../ami/form.ts'
import { AppError } from '../../errors.ts'
import type { Manifest } from '../../handlers/manifest.ts'
import { pairsOf } from '../plugins/form-body.ts'

export interface AmiRouteOptions extends AcceptTools {
  /** @throws {AppError} when it is not served */
  readonly getManifest: (handler: string) => Manifest
}

interface Address {
  Params: { handler: string }
}

/** Where the site's menu posts to. An accepted click answers 303 to its run, or to the form that comes before. */
const amiRoutes: FastifyPluginAsync<AmiRouteOptions> = async (app, options) => {
  const { getManifest } = options

  /** Nobody may make this server read 16 MiB for a menu item that it does not have. Runs when the rate limit has counted. */
  const preParsing = async (request: FastifyRequest<Address>): Promise<void> => {
    getManifest(request.params.handler)
  }

  const accept = async (manifest: Manifest, pairs: FormPairs, reply: FastifyReply): Promise<FastifyReply> => {
    const { to, token } = await acceptClick(manifest, pairs, options)
    return reply.header('cache-control', 'no-store').redirect(`/${to === 'run' ? 'r' : 'f'}/${token}`, 303)
  }

  app.post<Address>('/ami/:handler', { preParsing }, async (request, reply) =>
    accept(getManifest(request.params.handler), pairsOf(request.body), reply),
  )

  // A GET is a light payload, or a person who looks what is at this address. HEAD opens nothing.
  app.get<Address & { Querystring: { event_log_entry_id?: string | string[] } }>(
    '/ami/:handler',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const manifest = getManifest(request.params.handler)
      const entryId = request.query.event_log_entry_id
      if (typeof entryId === 'string') return accept(manifest, [['event_log_entry_id', entryId]], reply)
      throw new AppError(
        'CLICK_NEEDED',
        `This is the address of the menu item “${manifest.title}”. It works when the site sends a selection here.`,
      )
    },
  )
}

export default amiRoutes
