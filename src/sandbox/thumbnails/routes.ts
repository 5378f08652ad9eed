import { createReadStream } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { pendingPath, pictureTag } from '../query/picture.ts'
import { parseUploadedPicture } from '../query/uploaded-picture.ts'
import type { SandboxSite } from '../site.ts'
import { Thumbnails } from './render.ts'
import { drawPending } from './resize.ts'

/** Pictures, for whoever has their URL: a plain GET without credentials, as on a real site. */
export async function thumbnailsPlugin(app: FastifyInstance, { site }: { site: SandboxSite }): Promise<void> {
  const thumbnails = new Thumbnails()
  let pending: Promise<Buffer> | undefined

  app.get(pendingPath, async (_request, reply) => {
    pending ??= drawPending()
    return reply
      .type('image/png')
      .header('cache-control', 'no-store')
      .send(await pending)
  })

  app.get<{ Params: { type: string; file: string } }>('/thumbnail/:type/:file', async (request, reply) => {
    const id = /^(\d{1,15})\.jpg$/.exec(request.params.file)?.[1]
    const row = id === undefined ? undefined : site.store.find(request.params.type, Number(id))
    const picture = row?.values.image
    const uploaded = parseUploadedPicture(picture)
    const file = uploaded && site.files.find(`picture/${uploaded.attachmentId}`)
    if (typeof picture !== 'string' || (uploaded !== undefined && file === undefined)) {
      return reply.code(404).send({ message: `${request.params.type} ${id ?? request.params.file} has no thumbnail.` })
    }
    const etag = `"${pictureTag(picture)}"`
    reply.headers({ etag, 'cache-control': 'public, max-age=86400', 'x-content-type-options': 'nosniff' })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    reply.type('image/jpeg')
    if (file !== undefined) return reply.header('content-length', file.sizeBytes).send(createReadStream(file.path))
    return reply.send(await thumbnails.jpeg(picture))
  })
}
