import type { FastifyRequest } from 'fastify'
import { authenticate } from '../rpc/auth.ts'
import type { Actor, SandboxSite } from '../site.ts'
import type { Arrived } from './attachments.ts'

/** What a form held. The file is ours: it must be kept or discarded. */
export type Form = { readonly fields: Fields; readonly arrived: (Arrived & { readonly partName: string }) | undefined }
export type Fields = { readonly [name: string]: string | undefined }

const limits = { files: 1, fields: 100, parts: 101, fieldNameSize: 200, fieldSize: 1024 * 1024, headerPairs: 20 }

/** Reads a form, with a file or without one. The file goes to disk while it arrives. */
export async function readForm(site: SandboxSite, request: FastifyRequest): Promise<Form> {
  if (!request.isMultipart()) return { fields: urlEncoded(request.body), arrived: undefined }
  const fields: [string, string][] = []
  let arrived: Form['arrived']
  try {
    for await (const part of request.parts({ limits: { ...limits, fileSize: Number.POSITIVE_INFINITY } })) {
      if (part.type === 'field') fields.push([part.fieldname, String(part.value)])
      else {
        const file = await site.files.receive(part.file)
        arrived = { file, fileName: part.filename, partName: part.fieldname }
      }
    }
  } catch (error) {
    if (arrived !== undefined) await site.files.discard(arrived.file)
    throw error
  }
  return { fields: Object.fromEntries(fields), arrived }
}

/** Who sent a form: it carries the same credentials as a call. Throws a `Fault`. */
export function actorOf(site: SandboxSite, request: FastifyRequest, fields: Fields): Actor {
  const given = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return authenticate(site, Object.fromEntries(given), baseUrlOf(site, request))
}

/** Where the caller reaches the site. */
export function baseUrlOf(site: SandboxSite, request: FastifyRequest): string {
  return site.baseUrl ?? `${request.protocol}://${request.host}`
}

function urlEncoded(body: unknown): Fields {
  return Object.fromEntries(new URLSearchParams(typeof body === 'string' ? body : ''))
}
