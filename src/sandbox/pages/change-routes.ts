import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { SandboxSite } from '../site.ts'
import { entityPages } from './entity-pages.ts'
import { findPage } from './grid-page.ts'
import { PageError } from './page-error.ts'
import { personOf } from './person.ts'
import { isBlank } from './public/names.js'
import { openData } from './site-data.ts'

const ids = z.array(z.int().positive()).min(1).max(200_000)
const Window = z.object({ page_id: z.int().positive(), session_uuid: z.uuid() })
const Params = z.object({ type: z.string().max(100), action: z.string().max(20) })

const Selection = z.object({ ids })
const Status = z.object({ status: z.string().max(50) })
const Note = z.object({ subject: line('subject', 500), content: text('note') })
const New = z.object({ name: line('name', 255), description: text('description') })

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

    const { schema, store } = site
    const singular = schema.get(type)?.displayName ?? type
    /** Does it to the selected ones that are as they must be, all or none; says which of them were not. */
    const changeAll = (isReady: (id: number) => boolean, change: (ready: readonly number[]) => void) => {
      const selected = [...new Set(Selection.parse(request.body).ids)]
      const ready = selected.filter(isReady)
      if (ready.length === 0) {
        const none =
          selected.length === 1 ? `This ${singular} is not` : `None of these ${selected.length} ${plan.plural} is`
        throw new PageError(404, `${none} there any more. Reload the page.`)
      }
      const gone = selected.filter((id) => !isReady(id))
      store.transact(() => change(ready))
      return { count: ready.length, gone }
    }
    const isActive = (id: number) => store.findActive({ type, id }) !== undefined
    const isInTrash = (id: number) => store.find(type, id)?.retired === true

    switch (action) {
      case 'status': {
        const { status } = Status.parse(request.body)
        if (!schema.get(type)?.fields.get(plan.statusField)?.validValues.includes(status))
          throw new PageError(400, `“${status}” is no status of this site's ${plan.plural}.`)
        return changeAll(isActive, (ready) => {
          for (const id of ready) data.update({ type, id }, { [plan.statusField]: status })
        })
      }
      case 'note': {
        const words = parseTyped(Note, request.body)
        return changeAll(isActive, (ready) => {
          data.create('Note', { ...inProject, ...words, note_links: ready.map((id) => ({ type, id })) })
        })
      }
      case 'retire':
        return changeAll(isActive, (ready) => {
          for (const id of ready) data.retire({ type, id })
        })
      case 'revive':
        return changeAll(isInTrash, (ready) => {
          for (const id of ready) data.revive({ type, id })
        })
      case 'create': {
        const { name, description } = parseTyped(New, request.body)
        const hasDescription = schema.get(type)?.fields.has('description') && description !== ''
        data.create(type, { ...inProject, [plan.nameField]: name, ...(hasDescription ? { description } : {}) })
        return { count: 1, gone: [] }
      }
      default:
        throw new PageError(404, `There is no “${action}” here.`)
    }
  })
}

function line(what: string, longest: number) {
  return z
    .string()
    .trim()
    .max(longest, `The ${what} is too long: it may have ${longest} characters.`)
    .refine((typed) => !isBlank(typed), `The ${what} is empty: write a few words.`)
}

function text(what: string) {
  return z.string().max(20_000, `The ${what} is too long: it may have 20,000 characters.`)
}

/** What a person typed, or all that is wrong with it in words for them. */
function parseTyped<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new PageError(400, parsed.error.issues.map((issue) => issue.message).join(' '))
}
