import type { FastifyRequest } from 'fastify'

/** Programs say so; browsers, which take anything, get pages. */
export function wantsJson(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? ''
  return accept.includes('application/json') && !accept.includes('text/html')
}
