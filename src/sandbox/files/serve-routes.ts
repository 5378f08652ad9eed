import { createReadStream } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { isObject } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import { etagOf } from './direct-uploads.ts'
import { parseRange } from './range.ts'

/**
 * Uploaded files. No cookie is asked for: the official client sends none to a site on a port of its own. They are only
 * ever downloaded, never shown, for anybody may have uploaded them.
 */
export function serveRoutes(app: FastifyInstance, { site }: { site: SandboxSite }): void {
  app.get<{ Params: { id: string } }>('/file_serve/attachment/:id', async (request, reply) => {
    const id = /^\d{1,15}$/.test(request.params.id) ? Number(request.params.id) : 0
    const attachment = site.store.findActive({ type: 'Attachment', id })
    const file = site.files.find(`attachment/${id}`)
    if (attachment === undefined)
      return reply.code(404).send({ message: `There is no Attachment ${request.params.id}.` })
    if (file === undefined) return reply.code(400).send({ message: `Attachment ${id} is no uploaded file.` })
    const link = attachment.values.this_file
    const type =
      isObject(link) && typeof link.content_type === 'string' ? link.content_type : 'application/octet-stream'
    const name = encodeURIComponent(String(attachment.values.filename ?? 'file')).replace(/['()*]/g, percent)
    const etag = etagOf(file)
    reply.headers({
      etag,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    const ifRange = request.headers['if-range']
    const range =
      ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, file.sizeBytes) : 'whole'
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).send('')
    reply.type(type)
    if (range === 'whole') return reply.header('content-length', file.sizeBytes).send(createReadStream(file.path))
    const { start, end } = range
    return reply
      .code(206)
      .headers({ 'content-range': `bytes ${start}-${end}/${file.sizeBytes}`, 'content-length': end - start + 1 })
      .send(createReadStream(file.path, { start, end }))
  })
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
