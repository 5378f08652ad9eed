import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { SandboxSite } from '../site.ts'
import { entityPages } from './entity-pages.ts'
import { findPage } from './grid-page.ts'
import { PageError } from './page-error.ts'
import { personOf } from './person.ts'
import { openData } from './site-data.ts'

const ids = z.array(z.int().positive()).min(1).max(200_000)
const Window = z.object({ page_id: z.int().positive(), session_uuid: z.uuid() })
const Params = z.object({ type: z.string().max(100), action: z.string().max(20) })

const Selection = z.object({ ids })
const Status = z.object({ ids, status: z.string().min(1).max(50) })
const Note = z.object({ ids, subject: z.string().trim().min(1).max(500), content: z.string().max(20_000) })
const New = z.object({ name: z.string().trim().min(1).max(255), description: z.string().max(20_000) })

/** What the pages themselves change: all in the name of the person, tagged with the window's session uuid. */
export function changeRoutes(
  app: FastifyInstance,
  { site, bodyLimit }: { site: SandboxSite; bodyLimit: number },
): void {
  app.post('/internal/entities/:type/:action', { bodyLimit }, (request) => {
    const { type, action } = Params.parse(request.params)
    const plan = entityPages[type]
    if (!plan) throw new PageError(404, `The pages of this sandbox do not show ${type}.`)
    const window = Window.parse(request.body)
    const data = openData(site, request, personOf(site, request), window.session_uuid)
    const project = findPage(data, window.page_id)?.project
    const inProject = project ? { project: { type: 'Project', id: project.id } } : {}

    switch (action) {
      case 'status': {
        const { ids, status } = Status.parse(request.body)
        for (const id of ids) data.update({ type, id }, { [plan.statusField]: status })
        return { count: ids.length }
      }
      case 'note': {
        const { ids, subject, content } = Note.parse(request.body)
        data.create('Note', { ...inProject, subject, content, note_links: ids.map((id) => ({ type, id })) })
        return { count: ids.length }
      }
      case 'retire': {
        const { ids } = Selection.parse(request.body)
        return { count: ids.filter((id) => data.retire({ type, id })).length }
      }
      case 'revive': {
        const { ids } = Selection.parse(request.body)
        return { count: ids.filter((id) => data.revive({ type, id })).length }
      }
      case 'create': {
        const { name, description } = New.parse(request.body)
        const hasDescription = site.schema.get(type)?.fields.has('description') && description !== ''
        data.create(type, { ...inProject, [plan.nameField]: name, ...(hasDescription ? { description } : {}) })
        return { count: 1 }
      }
      default:
        throw new PageError(404, `There is no “${action}” here.`)
    }
  })
}
