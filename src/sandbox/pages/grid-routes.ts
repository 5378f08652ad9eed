import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { SandboxSite } from '../site.ts'
import { columnsOf, findDefaultPage, findPage, readRows, readStatuses } from './grid-page.ts'
import { itemsAt, readItems } from './menu.ts'
import { PageError } from './page-error.ts'
import { personOf } from './person.ts'
import { openData, systemData } from './site-data.ts'
import { renderPage } from './view.ts'

export const PageParams = z.object({ pageId: z.coerce.number().int().positive() })

/** The pages with a grid, and the rows that they ask for. */
export function gridRoutes(app: FastifyInstance, { site }: { site: SandboxSite }): void {
  app.get('/', (request, reply) => {
    const page = findDefaultPage(systemData(site, request))
    if (!page) throw new PageError(404, 'This sandbox has no project yet: add one through the API, then come back.')
    return reply.redirect(page.path, 302)
  })

  app.get('/page/:pageId', (request, reply) => {
    const { pageId } = parsePage(request.params)
    const data = systemData(site, request)
    const page = findPage(data, pageId)
    if (!page) throw new PageError(404, `This site has no page ${pageId}.`)
    const where = { person: personOf(site, request), page }
    const items = readItems(data)
    const columns = columnsOf(data, page)
    const schema = site.schema.get(page.type)
    const statusField = columns.some((column) => column.field === page.plan.statusField) ? page.plan.statusField : ''
    const config = {
      page: { id: page.id, type: page.type, title: page.title },
      columns,
      nameField: page.plan.nameField,
      sort: page.plan.sort,
      group: page.plan.group,
      statusField,
      statusChoices: schema?.fields.get(statusField)?.validValues ?? [],
      statuses: readStatuses(data),
      singular: schema?.displayName ?? page.type,
      plural: page.plan.plural,
      menuItems: itemsAt(items, 'not_set', where),
      addDropdown: itemsAt(items, 'include_in_dropdown', where),
      addOverride: itemsAt(items, 'override_default', where)[0] ?? null,
      sessionUuid: randomUUID(),
    }
    return renderPage(site, request, reply, 'grid', {
      title: page.title,
      page,
      singular: config.singular,
      addLabel: config.addOverride?.title ?? `Add ${config.singular}`,
      config: JSON.stringify(config),
    })
  })

  app.get('/internal/pages/:pageId/rows', (request) => {
    const { pageId } = parsePage(request.params)
    const data = openData(site, request, personOf(site, request))
    const page = findPage(data, pageId)
    if (!page) throw new PageError(404, `This site has no page ${pageId}.`)
    return { rows: readRows(data, page) }
  })
}

function parsePage(params: unknown): { pageId: number } {
  const parsed = PageParams.safeParse(params)
  if (!parsed.success) throw new PageError(404, 'A page is named by its number, as in /page/1353.')
  return parsed.data
}
