import type { FastifyInstance } from 'fastify'

/**
 * Refuses requests for any host but this machine. Whoever opens the pages is signed in, so a foreign site must not
 * reach them by pointing a name of its own at 127.0.0.1 (DNS rebinding).
 */
export function refuseForeignHosts(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { host } = request.headers
    if (isLoopback(nameOf(host))) return
    const asked = host ? `not to “${host}”` : 'and this request names no host'
    const text = `This sandbox answers only to localhost and 127.0.0.1, ${asked}. Open it as http://127.0.0.1:${request.socket.localPort ?? 80}/.`
    return reply.code(403).type('text/plain; charset=utf-8').send(text)
  })
}

/** A name or an address that always means this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

/** A Host header without its port; empty when it is none. */
function nameOf(host: string | undefined): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
}
