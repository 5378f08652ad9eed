import type { FastifyPluginAsync } from 'fastify'

/** `/health/live`: the process answers. `/health/ready`: it can take clicks. */
const healthRoutes: FastifyPluginAsync<{ isReady: () => Promise<boolean> }> = async (app, { isReady }) => {
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const ready = await isReady()
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
  })
}

export default healthRoutes
