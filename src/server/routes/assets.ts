import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'

const templates = join(import.meta.dirname, '../../../templates')
const require = createRequire(import.meta.url)
const inter = join(dirname(require.resolve('@fontsource-variable/inter/package.json')), 'files')
/** Noto for other scripts, in many pieces; browsers fetch only those that a page shows. */
const pieces = ['noto-sans-jp', 'noto-sans-kr', 'noto-sans-sc']
/** The same, each in one piece: `templates/assets/fonts.css` says for which letters. */
const whole = ['noto-emoji', 'noto-sans-arabic', 'noto-sans-devanagari', 'noto-sans-hebrew', 'noto-sans-thai']
const idiomorph = dirname(require.resolve('idiomorph/dist/idiomorph.esm.js'))

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
  const fonts = [
    ...pieces.map((name) => ({ name, from: '@fontsource-variable', files: /^\/(index\.css|files\/[\w-]+\.woff2)$/ })),
    ...whole.map((name) => ({ name, from: '@expo-google-fonts', files: /^\/\w+\/\w+\.ttf$/ })),
  ]
  for (const { name, from, files } of fonts) {
    await app.register(fastifyStatic, {
      root: dirname(require.resolve(`${from}/${name}/package.json`)),
      prefix: `/assets/fonts/${name}/`,
      allowedPath: (path) => files.test(path),
      maxAge: '30d',
      index: false,
      decorateReply: false,
      setHeaders,
    })
  }
  app.get('/assets/idiomorph.js', (_request, reply) => {
    setHeaders(reply)
    return reply.sendFile('idiomorph.esm.js', idiomorph, { maxAge: '1d' })
  })
  // Pages that handlers wrote have no icon of their own, so browsers ask for this one.
  app.get('/favicon.ico', (_request, reply) => {
    setHeaders(reply)
    return reply.sendFile('mark.svg', join(templates, 'assets'), { maxAge: '1d' })
  })
}

export default assetRoutes
