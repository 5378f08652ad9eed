/* What the clicks are compared with: a Fastify route that parses the same form, and nothing else. */
import formbody from '@fastify/formbody'
import Fastify from 'fastify'
import workerpool from 'workerpool'

/** The options of src/server/app.ts that cost something, or could. */
const app = Fastify({ bodyLimit: 16 * 1024 * 1024, requestTimeout: 60_000, forceCloseConnections: 'idle' })
await app.register(formbody)
app.post<{ Params: { handler: string }; Body: { session_uuid: string } }>('/ami/:handler', async (request, reply) =>
  reply.header('cache-control', 'no-store').redirect(`/r/${request.body.session_uuid}`, 303),
)

const methods = { listen: () => app.listen({ host: '127.0.0.1', port: 0 }) }
export type BareServer = typeof methods

workerpool.worker(methods)
