import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'

const templates = join(import.meta.dirname, '../../../templates')
const inter = join(dirname(createRequire(import.meta.url).resolve('@fontsource-variable/inter/package.json')), 'files')

/** Style sheet, scripts and fonts. Handlers' pages, which have no origin of their own, may use them too. */
const assetRoutes: FastifyPluginAsync = async (app) => {
  const setHeaders = (reply: FastifyReply): void => {
    reply.header('cross-origin-resource-policy', 'cross-origin')
    reply.header('access-control-allow-origin', '*') // fonts are fetched with CORS
  }
  await app.register(fastifyStatic, {
    root: join(templates, 'assets'),
    prefix: '/assets/',
    maxAge: 60_000,
    index: false,
    setHeaders,
  })
  await app.register(fastifyStatic, {
    root: inter,
    prefix: '/assets/fonts/',
    maxAge: '30d',
    index: false,
    decorateReply: false,
    setHeaders,
  })
  // Pages that handlers wrote have no icon of their own, so browsers ask for this one.
  app.get('/favicon.ico', (_request, reply) => {
    setHeaders(reply)
    return reply.sendFile('mark.svg', join(templates, 'assets'), { maxAge: '1d' })
  })
}

export default assetRoutes
