import type { FastifyPluginAsync } from 'fastify'
import { type AgainTools, runAgain } from '../../ami/again.ts'
import { nonceOf } from '../nonce.ts'
import { pairsOf } from '../plugins/form-body.ts'

/** The button “Run again” of a run that has ended. */
const againRoutes: FastifyPluginAsync<AgainTools> = async (app, tools) => {
  app.post<{ Params: { token: string } }>('/r/:token/again', async (request, reply) => {
    const { to, token } = await runAgain(request.params.token, nonceOf(pairsOf(request.body)), tools)
    return reply.header('cache-control', 'no-store').redirect(`/${to === 'run' ? 'r' : 'f'}/${token}`, 303)
  })
}

export default againRoutes
