import fp from 'fastify-plugin'
import helmet from 'helmet'
import { toError } from '../../errors.ts'

export interface SecurityOptions {
  readonly siteUrl: string
  /** Further names of the site: its pages may frame ours under these too. */
  readonly siteHostnames?: readonly string[]
  readonly publicUrl: string
}

const YEAR_SECONDS = 365 * 24 * 3600

/** Headers of every answer. Our pages carry no inline script or style, and only the site may frame them. */
export default fp(async (app, { siteUrl, siteHostnames = [], publicUrl }: SecurityOptions) => {
  const ancestors = [
    ...new Set([...frameAncestors(siteUrl), ...siteHostnames.map((host) => `${new URL(siteUrl).protocol}//${host}`)]),
  ]
  // Made once: the plugin of the same name puts the headers together anew for every request.
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ancestors,
      },
    },
    frameguard: false, // X-Frame-Options cannot name the site; frame-ancestors does
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // For this name alone: what else lives below it is not ours to say.
    hsts: publicUrl.startsWith('https:') && { maxAge: YEAR_SECONDS, includeSubDomains: false },
  })
  app.addHook('onRequest', (request, reply, done) =>
    setHeaders(request.raw, reply.raw, (error) => (error === undefined ? done() : done(toError(error)))),
  )
  app.decorate('frameAncestors', ancestors.join(' '))
})

declare module 'fastify' {
  interface FastifyInstance {
    /** Who may frame our pages, as CSP writes it. */
    frameAncestors: string
  }
}

/** The site's origin. On loopback both of its names, for people type either. */
function frameAncestors(siteUrl: string): string[] {
  const { origin, hostname, port, protocol } = new URL(siteUrl)
  const twins: Record<string, string> = { '127.0.0.1': 'localhost', localhost: '127.0.0.1' }
  const twin = twins[hostname]
  return ["'self'", origin, ...(twin ? [`${protocol}//${twin}${port ? `:${port}` : ''}`] : [])]
}
