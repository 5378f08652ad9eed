import type { FastifyRequest } from 'fastify'

/** Programs say so, or ask at an address that is theirs alone; browsers, which take anything, get pages. */
export function wantsJson(request: FastifyRequest): boolean {
  if (request.routeOptions.config?.json === true) return true
  const accept = request.headers.accept ?? ''
  return accept.includes('application/json') && !accept.includes('text/html')
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Nothing but JSON is answered here. */
    json?: boolean
  }
}
