import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../fault.ts'
import { isList, isObject, type Json } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import { inspect } from '../values/inspect.ts'
import { authenticate } from './auth.ts'
import { getMethod } from './methods.ts'
import { RawAnswer } from './raw-answer.ts'

export const rpcPath = '/api3/json'
const maxBodyBytes = 64 * 1024 * 1024

/**
 * The API itself. Faults come with HTTP status 200, as the site sends them; only what is no call at all,
 * such as broken JSON or too large a body, gets a 4xx, with a body of the same shape.
 */
export async function rpcPlugin(app: FastifyInstance, { site }: { site: SandboxSite }): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      done(Object.assign(new Error(`The body is not JSON: ${reason}`, { cause: error }), { statusCode: 400 }))
    }
  })

  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'the API failed')
    const message = status >= 500 ? 'The sandbox site failed at this request. Its log says why.' : error.message
    return reply.code(status).send({ exception: true, message, error_code: status >= 500 ? 104 : 103 })
  })

  app.post<{ Body: Json }>(rpcPath, { bodyLimit: maxBodyBytes }, (request, reply) => {
    reply.header('cache-control', 'no-cache')
    try {
      const answered = answer(site, request.body, baseUrlOf(site, request))
      return answered instanceof RawAnswer ? reply.type(answered.contentType).send(answered.body) : reply.send(answered)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      request.log.debug({ code: error.code, fault: error.message }, 'fault')
      return reply.send({ exception: true, message: error.message, error_code: error.code })
    }
  })
}

function answer(site: SandboxSite, body: Json, baseUrl: string): unknown {
  if (!isObject(body) || typeof body.method_name !== 'string') {
    throw new Fault(103, `invalid/missing string 'method_name': ${inspect(body)}`)
  }
  if (body.method_name === 'info') return site.info
  const params = body.params ?? []
  if (!isList(params)) throw new Fault(103, `invalid/missing array 'params': ${inspect(params)}`)
  const method = getMethod(body.method_name)
  const actor = authenticate(site, params[0], baseUrl)
  const results = method(site, actor, params[1])
  return results instanceof RawAnswer ? results : { results }
}

/** Where the caller reaches the site, for the URLs in answers. */
function baseUrlOf(site: SandboxSite, request: FastifyRequest): string {
  return site.baseUrl ?? `${request.protocol}://${request.host}`
}
