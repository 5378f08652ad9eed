import { join } from 'node:path'
import fastifyView from '@fastify/view'
import { Eta } from 'eta'
import fp from 'fastify-plugin'
import { words } from '../../words.ts'
import { icon } from '../icons.ts'

const folder = join(import.meta.dirname, '../../../templates')

/** Pages from `templates/`, auto-escaped; `t` holds the words, `site` what the frame of the dashboard says of it. */
export default fp(async (app, { siteUrl, sandbox }: { siteUrl: string; sandbox: boolean }) => {
  const eta = new Eta({ views: folder, cache: true, autoTrim: false })
  await app.register(fastifyView, {
    engine: { eta },
    root: folder,
    viewExt: 'eta',
    defaultContext: { t: words, icon, site: { url: siteUrl, host: new URL(siteUrl).host, sandbox } },
    production: true,
  })
})
