import limiter from '@fastify/rate-limit'
import fp from 'fastify-plugin'
import { AppError } from '../../errors.ts'

/** What pages fetch by themselves, and what watches over this server, is not counted. */
const EXEMPT = ['/assets/', '/favicon.ico', '/health/', '/events']

/** Requests per minute and address. 0 switches it off. */
export default fp(async (app, { perMinute }: { perMinute: number }) => {
  if (perMinute === 0) return
  await app.register(limiter, {
    max: perMinute,
    timeWindow: 60_000,
    // Pages that are open somewhere refresh themselves: they must not use up what people's clicks may.
    keyGenerator: ({ ip, method }) => `${ip} ${method === 'POST' ? 'click' : 'look'}`,
    allowList: ({ routeOptions: { url = '' } }) => EXEMPT.some((start) => url.startsWith(start)),
    errorResponseBuilder: (_request, context) =>
      new AppError(
        'RATE_LIMITED',
        `More than ${perMinute} requests came from your address within a minute. It goes on in ${context.after}.`,
      ),
  })
})
