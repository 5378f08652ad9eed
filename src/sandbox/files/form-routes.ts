import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../fault.ts'
import { fieldPresenter } from '../query/present.ts'
import type { SandboxSite } from '../site.ts'
import { attachFile, findTarget, type Target } from './attachments.ts'
import type { DirectUploads } from './direct-uploads.ts'
import { FileTooLarge } from './file-store.ts'
import { actorOf, baseUrlOf, type Fields, type Form, readForm } from './form.ts'
import { type ImageField, PictureNotReady, publishPicture, sharePicture } from './pictures.ts'

type Context = { readonly request: FastifyRequest; readonly site: SandboxSite; readonly uploads: DirectUploads }
/** Answers a form in plain text that begins with `1`. */
type Action = (form: Form, context: Context) => string | Promise<string>

const actions: Readonly<Record<string, Action>> = {
  upload_file: (form, context) => `1:${linkFile(form, { ...context, action: 'upload_file' })}`,
  publish_thumbnail: (form, context) => `1:${linkPicture(form, context)}`,
  share_thumbnail: share,

  api_get_upload_link_info: async ({ fields }, { request, site, uploads }) => {
    actorOf(site, request, fields)
    const { upload_type: uploadType, filename, multipart_upload: multipart } = fields
    if (uploadType !== 'Attachment' && uploadType !== 'Thumbnail') {
      throw new Fault(103, `api_get_upload_link_info: upload_type is "${uploadType ?? ''}"`)
    }
    return await uploads.begin({
      uploadType,
      fileName: filename || 'file',
      multipart: isTrue(multipart),
      baseUrl: baseUrlOf(site, request),
    })
  },
  api_get_upload_link_for_part: ({ fields }, { request, site, uploads }) => {
    actorOf(site, request, fields)
    return uploads.partUrl(fields.upload_id ?? '', Number(fields.part_number))
  },
  api_complete_multipart_upload: async ({ fields }, { request, site, uploads }) => {
    actorOf(site, request, fields)
    await uploads.complete(fields.upload_id ?? '', (fields.etags ?? '').split(','))
    return '1'
  },
  api_link_file: async ({ fields }, context) => {
    actorOf(context.site, context.request, fields)
    const upload = context.uploads.take(fields.upload_link_info ?? '')
    const form = { fields, arrived: { ...upload, partName: '' } }
    try {
      if (upload.uploadType === 'Attachment') return `1:${linkFile(form, { ...context, action: 'api_link_file' })}`
      return `1:${linkPicture(form, context)}`
    } catch (error) {
      await context.site.files.discard(upload.file)
      throw error
    }
  },
}

/**
 * The forms of `/upload/`. What fails is answered with HTTP status 200 and a text that does not begin with `1`, as the
 * site does.
 */
export function formRoutes(app: FastifyInstance, { site, uploads }: Omit<Context, 'request'>): void {
  for (const [name, action] of Object.entries(actions)) {
    app.post(`/upload/${name}`, async (request, reply) => {
      reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache')
      let form: Form | undefined
      try {
        form = await readForm(site, request)
        return await action(form, { request, site, uploads })
      } catch (error) {
        if (form?.arrived !== undefined) await site.files.discard(form.arrived.file)
        if (error instanceof PictureNotReady) return notReady
        if (isRefusal(error)) return `0\n${error.message}`
        request.log.error({ err: error }, 'an upload failed')
        return '0\nThe sandbox site failed at this upload. Its log says why.'
      }
    })
  }

  app.get<{ Querystring: Fields }>('/upload/get_thumbnail_url', async (request, reply) => {
    reply.type('text/plain; charset=utf-8')
    try {
      const { entityType, row } = findTarget(
        site,
        'get_thumbnail_url',
        request.query.entity_type,
        request.query.entity_id,
      )
      const field = entityType.fields.get('image')
      const actor = site.actorFor({ type: 'ApiUser', id: 0 }, { baseUrl: '' })
      const path = field && fieldPresenter(site, actor, field)(row)
      return typeof path === 'string' ? `1\n${path}` : `0\n${entityType.name} ${row.id} has no thumbnail.`
    } catch (error) {
      if (error instanceof Fault) return `0\n${error.message}`
      throw error
    }
  })
}

const notReady =
  '2\nsource_entity image is a transient thumbnail that cannot be shared. Try again later, when the final thumbnail is available\n'

function linkFile({ fields, arrived }: Form, { request, site, action }: Context & { action: string }): number {
  const actor = actorOf(site, request, fields)
  const target = targetOf(site, action, fields)
  if (arrived === undefined || (action === 'upload_file' && arrived.partName !== 'file')) {
    throw new Fault(103, `${action}: the form has no file part 'file'`)
  }
  return attachFile(site, actor, target, arrived, {
    displayName: fields.display_name || arrived.fileName,
    fieldName: fields.field_name || undefined,
    tags: (fields.tag_list ?? '').split(',').flatMap((tag) => tag.trim() || []),
  })
}

function linkPicture({ fields, arrived }: Form, { request, site }: Context): number {
  const actor = actorOf(site, request, fields)
  const target = targetOf(site, 'publish_thumbnail', fields)
  if (arrived === undefined || (arrived.partName !== '' && arrived.partName !== 'thumb_image')) {
    throw new Fault(103, "publish_thumbnail: the form has no file part 'thumb_image'")
  }
  return publishPicture(site, actor, target, arrived, imageFieldOf(fields.filmstrip))
}

async function share({ fields }: Form, { request, site }: Context): Promise<string> {
  const actor = actorOf(site, request, fields)
  const [source] = refsOf(site, fields.source_entity)
  const targets = refsOf(site, fields.entities)
  if (source === undefined || targets.length === 0) {
    throw new Fault(103, 'share_thumbnail: expected source_entity and entities as <Type>_<id>')
  }
  const id = await sharePicture(site, actor, source, targets, imageFieldOf(fields.filmstrip_thumbnail))
  return `1:${id ?? ''}`
}

/** Is it the form that is wrong, and not the site? */
function isRefusal(error: unknown): error is Error {
  if (error instanceof Fault || error instanceof FileTooLarge) return true
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
}

function targetOf(site: SandboxSite, action: string, fields: Fields): Target {
  return findTarget(site, action, fields.entity_type, fields.entity_id)
}

/** `Shot_310,Shot_311` as entities. */
function refsOf(site: SandboxSite, text = ''): Target[] {
  const names = text.split(',').filter((name) => name !== '')
  return names.map((name) => {
    const at = name.lastIndexOf('_')
    return findTarget(site, 'share_thumbnail', name.slice(0, at), name.slice(at + 1))
  })
}

function imageFieldOf(filmstrip: string | undefined): ImageField {
  return isTrue(filmstrip) ? 'filmstrip_image' : 'image'
}

/** The official client writes booleans as Python does. */
function isTrue(text: string | undefined): boolean {
  return text === 'True' || text === 'true' || text === '1'
}
