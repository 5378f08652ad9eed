import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { AppError } from '../../errors.ts'
import { words } from '../../words.ts'
import { wantsJson } from '../wants-json.ts'

/** Refusals and crashes become a page for people, or JSON for those who ask for it, and a line in the log. */
export default fp(async (app) => {
  app.setErrorHandler((thrown: FastifyError | AppError, request, reply) => {
    const error = toAppError(thrown)
    const facts = {
      code: error.code,
      route: request.routeOptions.url,
      handler: handlerOf(request),
      from: request.ip,
      request: request.id,
    }
    if (error.status >= 500) request.log.error({ ...facts, err: error.cause ?? thrown }, error.message)
    else if (!request.is404) request.log.warn(facts, error.message)
    return sendError(request, reply, error)
  })

  // Here, not in a handler, so that nobody makes us read a body for an address that is not there.
  app.addHook('preParsing', async (request) => {
    if (request.is404) throw new AppError('PAGE_NOT_FOUND', 'There is no page at this address.')
  })

  app.addHook('onResponse', async (request, reply) => {
    const { url } = request.routeOptions
    if (url?.startsWith('/assets') || url?.startsWith('/health')) return
    request.log.debug(
      { method: request.method, route: url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    )
  })
})

async function sendError(request: FastifyRequest, reply: FastifyReply, error: AppError): Promise<unknown> {
  const { code, message, hint, status } = error
  reply.code(status).header('cache-control', 'no-store')
  if (wantsJson(request)) return reply.send({ code, message, hint, request: request.id })
  // People who clicked on the site get the refusal alone; whoever walks about here gets the way back, too.
  const dashboard = request.is404 || request.routeOptions.config?.dashboard === true
  const heading = headingOf(status, dashboard)
  return reply.viewAsync('error', { code, message, hint, request: request.id, heading, dashboard })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page for whoever looks after the menu. */
    dashboard?: boolean
  }
}

function headingOf(status: number, dashboard: boolean): string {
  const { headings } = words.error
  if (status === 404) return headings.notFound
  if (status === 410) return headings.gone
  if (status === 413) return headings.tooLarge
  if (status === 429) return headings.tooFast
  if (status === 503) return headings.notNow
  if (status >= 500) return headings.ours
  return dashboard ? headings.unreadable : headings.refused
}

/** What Fastify refuses before our code sees it, in our words. */
function toAppError(thrown: FastifyError | AppError): AppError {
  if (thrown instanceof AppError) return thrown
  switch (thrown.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError('PAYLOAD_TOO_LARGE', 'The request is larger than 16 MiB. Nothing was started.', {
        cause: thrown,
      })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return new AppError('NOT_A_FORM', 'The request is not a form as the site sends it. Nothing was started.', {
        cause: thrown,
      })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new AppError('PAYLOAD_INVALID', 'The request did not arrive whole. Nothing was started.', {
        cause: thrown,
      })
    default:
      if (thrown.statusCode !== undefined && thrown.statusCode < 500) {
        return new AppError('PAYLOAD_INVALID', 'The request cannot be read. Nothing was started.', { cause: thrown })
      }
      return new AppError('INTERNAL', 'Amiable could not answer.', { cause: thrown })
  }
}

function handlerOf(request: FastifyRequest): string | undefined {
  const params = request.params as { handler?: string } | undefined
  return params?.handler?.slice(0, 100)
}
