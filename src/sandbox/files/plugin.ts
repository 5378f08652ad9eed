import multipart from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import type { SandboxSite } from '../site.ts'
import { DirectUploads } from './direct-uploads.ts'
import { formRoutes } from './form-routes.ts'
import { serveRoutes } from './serve-routes.ts'
import { storageRoutes } from './storage-routes.ts'

const MAX_FORM_BYTES = 1024 * 1024 // of a form without a file

/** Uploads, the storage behind them, and downloads. The files are forgotten when the app is closed. */
export async function filesPlugin(app: FastifyInstance, { site }: { site: SandboxSite }): Promise<void> {
  const uploads = new DirectUploads(site)
  app.addHook('onClose', () => site.files.close())
  serveRoutes(app, { site })
  await app.register(async (forms) => {
    forms.removeAllContentTypeParsers()
    const options = { parseAs: 'string', bodyLimit: MAX_FORM_BYTES } as const
    forms.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, done) => done(null, body))
    await forms.register(multipart)
    formRoutes(forms, { site, uploads })
  })
  await app.register(async (storage) => {
    storage.removeAllContentTypeParsers()
    storage.addContentTypeParser('*', (_request, payload, done) => done(null, payload)) // read as it arrives
    storageRoutes(storage, { site, uploads })
  })
}
