import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { SandboxSite } from '../site.ts'
import { type DirectUploads, etagOf, storagePath } from './direct-uploads.ts'
import { FileTooLarge } from './file-store.ts'

/** The storage that files are sent to directly: an address is all it asks for, and it answers as S3 does. */
export function storageRoutes(
  app: FastifyInstance,
  { site, uploads }: { site: SandboxSite; uploads: DirectUploads },
): void {
  app.put<{ Params: { key: string }; Querystring: { part?: string } }>(`${storagePath}:key`, async (request, reply) => {
    if (!(request.body instanceof Readable)) return refuse(reply, 411, 'MissingContentLength', 'No body arrived.')
    try {
      const file = await site.files.receive(request.body)
      const asked = request.headers['content-md5']
      if (asked !== undefined && asked !== Buffer.from(file.md5, 'hex').toString('base64')) {
        await site.files.discard(file)
        return refuse(reply, 400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.')
      }
      if (await uploads.store(request.params.key, request.query.part, file)) {
        return reply.header('etag', etagOf(file)).send('')
      }
      await site.files.discard(file)
      return refuse(reply, 403, 'AccessDenied', 'Request has expired')
    } catch (error) {
      if (error instanceof FileTooLarge) return refuse(reply, 400, 'EntityTooLarge', error.message)
      throw error
    }
  })
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return reply.code(status).type('application/xml').send(body)
}
