import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import fp from 'fastify-plugin'

/** `reply.sendFile`, with ranges and conditions, for files whose folder the route names. Serves nothing by itself. */
export default fp(async (app) => {
  await app.register(fastifyStatic, { root: join(import.meta.dirname, '../../../templates/assets'), serve: false })
})
