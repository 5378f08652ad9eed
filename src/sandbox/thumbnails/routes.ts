import type { FastifyInstance } from 'fastify'
import { pictureTag } from '../query/picture.ts'
import type { SandboxSite } from '../site.ts'
import { Thumbnails } from './render.ts'

/** Pictures, for whoever has their URL: a plain GET without credentials, as on a real site. */
export async function thumbnailsPlugin(app: FastifyInstance, { site }: { site: SandboxSite }): Promise<void> {
  const thumbnails = new Thumbnails()

  app.get<{ Params: { type: string; file: string } }>('/thumbnail/:type/:file', async (request, reply) => {
    const id = /^(\d{1,15})\.jpg$/.exec(request.params.file)?.[1]
    const row = id === undefined ? undefined : site.store.find(request.params.type, Number(id))
    const picture = row?.values.image
    if (typeof picture !== 'string') {
      return reply.code(404).send({ message: `${request.params.type} ${id ?? request.params.file} has no thumbnail.` })
    }
    const etag = `"${pictureTag(picture)}"`
    reply.headers({ etag, 'cache-control': 'public, max-age=86400', 'x-content-type-options': 'nosniff' })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.type('image/jpeg').send(await thumbnails.jpeg(picture))
  })
}
