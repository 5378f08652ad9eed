import type { FastifyPluginAsync } from 'fastify'

/** `/health/live`: the process answers. `/health/ready`: it can take clicks. */
const healthRoutes: FastifyPluginAsync<{ isReady: () => Promise<boolean> }> = async (app, { isReady }) => {
  const exempt = { config: { rateLimit: false } }
  app.get('/health/live', exempt, async () => ({ status: 'live' }))
  app.get('/health/ready', exempt, async (_request, reply) => {
    const ready = await isReady()
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
  })
}

export default healthRoutes
