import type { FastifyInstance } from 'fastify'
import { PageError } from './page-error.ts'

/** Forms and frames may reach any web server: an action menu item posts to wherever its url says. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self' http: https:",
  "frame-src 'self' http: https:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Headers for every page, and no change on behalf of a foreign page. */
export function guardPages(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
    })
    if (!request.url.startsWith('/assets/')) reply.header('cache-control', 'no-store')
    if (
      !request.is404 &&
      request.method !== 'GET' &&
      request.method !== 'HEAD' &&
      !isSameOrigin(request.headers.origin, request.headers.host)
    ) {
      throw new PageError(
        403,
        'This change did not come from a page of this sandbox. Open the page itself and try again.',
      )
    }
  })
}

/** Browsers name the origin of every POST; what names none is no page of ours. */
function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false
  return new URL(origin).host === host.toLowerCase()
}

/** The value of one cookie. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** A path of this site to go back to, or its first page. */
export function safePath(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/'
}
