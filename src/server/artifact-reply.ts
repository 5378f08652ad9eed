import type { FastifyReply } from 'fastify'
import type { ScratchFile } from '../handlers/outcome.ts'
import type { Artifacts } from '../runs/artifacts.ts'

/** What a handler wrote runs apart from our own pages: no origin, no storage, scripts and forms of its own. */
const HANDLER_PAGE =
  'sandbox allow-scripts allow-forms allow-modals allow-downloads allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\x20-\x7e]*)?$/

/** Answer with a page that a handler wrote. */
export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('content-security-policy', handlerPolicy(reply)).send(html)
}

/** Answer with the file that a run left, so that it can do nothing in our name. */
export async function sendArtifact(
  reply: FastifyReply,
  artifacts: Artifacts,
  { runId, file, disposition }: { runId: string; file: ScratchFile; disposition: 'inline' | 'attachment' },
): Promise<FastifyReply> {
  const { folder, path } = await artifacts.locate(runId, file.path)
  reply.header('content-type', MEDIA_TYPE.test(file.type) ? file.type : 'application/octet-stream')
  reply.header('content-disposition', contentDisposition(disposition, file.name))
  // Viewers of PDF are not documents of ours, and Chromium does not start its own inside a sandbox.
  if (file.type !== 'application/pdf') reply.header('content-security-policy', handlerPolicy(reply))
  return reply.sendFile(path, folder, { cacheControl: false, contentType: false, dotfiles: 'allow', etag: true })
}

function handlerPolicy(reply: FastifyReply): string {
  return `${HANDLER_PAGE}; frame-ancestors ${reply.server.frameAncestors}`
}

/** RFC 6266: a plain name for old clients, the real one in UTF-8. */
function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
