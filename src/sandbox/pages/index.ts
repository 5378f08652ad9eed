import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ZodError } from 'zod'
import { Fault } from '../fault.ts'
import type { SandboxSite } from '../site.ts'
import { actionMenuItemRoutes } from './action-menu-item-routes.ts'
import { assets } from './assets.ts'
import { changeRoutes } from './change-routes.ts'
import { detailRoutes } from './detail-routes.ts'
import { gridRoutes } from './grid-routes.ts'
import { PageError } from './page-error.ts'
import { personRoutes } from './person-routes.ts'
import { guardPages } from './security.ts'
import { triggerRoutes } from './trigger-routes.ts'
import { renderPage } from './view.ts'

export type PagesOptions = { readonly site: SandboxSite }

const MAX_BODY_BYTES = 4 * 1024 * 1024 // the ids of 200,000 rows

/** The web pages of the sandbox site: what a person sees of a ShotGrid. A plain Fastify plugin; its hooks stay its own. */
export async function pagesPlugin(app: FastifyInstance, { site }: PagesOptions): Promise<void> {
  if (!app.hasContentTypeParser('application/x-www-form-urlencoded')) {
    const options = { parseAs: 'string', bodyLimit: MAX_BODY_BYTES } as const
    app.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, done) => {
      done(null, fieldsOf(String(body)))
    })
  }
  guardPages(app)
  await assets(app)

  app.setErrorHandler((error, request, reply) => {
    const { status, message } = describe(error)
    if (status === 500) request.log.error({ err: error }, 'a page failed')
    reply.code(status)
    return request.url.startsWith('/internal/') ? reply.send({ message }) : renderMessage(site, request, reply, message)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    const message = `This sandbox has nothing at ${path}.`
    reply.code(404)
    return isForPerson(request, path) ? renderMessage(site, request, reply, message) : reply.send({ message })
  })

  const options = { site, bodyLimit: MAX_BODY_BYTES }
  gridRoutes(app, options)
  changeRoutes(app, options)
  triggerRoutes(app, options)
  actionMenuItemRoutes(app, options)
  detailRoutes(app, options)
  personRoutes(app, options)
}

/** The fields of a form; one that was sent more than once is a list. */
function fieldsOf(body: string): Record<string, string | string[]> {
  const fields = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(body)) {
    const values = fields.get(name)
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  return Object.fromEntries(
    [...fields].map(([name, [first = '', ...more]]) => [name, more.length > 0 ? [first, ...more] : first]),
  )
}

/** Programs get their 404 as JSON, people as a page. */
function isForPerson(request: FastifyRequest, path: string): boolean {
  if (/^\/(api3|internal|file_serve|thumbnail|assets)(\/|$)/.test(path)) return false
  return request.headers.accept?.includes('text/html') === true
}

function renderMessage(site: SandboxSite, request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  try {
    const title = reply.statusCode === 404 ? 'Not found' : 'This did not work'
    return renderPage(site, request, reply, 'message', { title, text })
  } catch {
    return reply.type('text/plain; charset=utf-8').send(text) // a site without people has no pages
  }
}

/** What went wrong, for the person who did it. */
function describe(error: unknown): { status: number; message: string } {
  if (error instanceof PageError) return { status: error.status, message: error.message }
  if (error instanceof Fault)
    return { status: 400, message: error.message.replace(/^API \w+\(\) (CRUD ERROR #\d+: )?/, '') }
  if (error instanceof ZodError) {
    const part = error.issues[0]?.path.join('.') || 'its body'
    return {
      status: 400,
      message: `The sandbox does not understand this request (${part}). Reload the page and try again.`,
    }
  }
  if (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  ) {
    return { status: error.statusCode, message: error.message }
  }
  return { status: 500, message: 'The sandbox failed at this. Its log says why.' }
}
