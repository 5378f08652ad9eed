import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { SandboxSite } from '../site.ts'
import { columnsOf, findPage, type GridPage } from './grid-page.ts'
import { isVisible, type MenuItem, readItems, refuseUrl } from './menu.ts'
import { PageError } from './page-error.ts'
import { buildPayload, PageSnapshot, signPayload } from './payload.ts'
import { personOf } from './person.ts'
import { openData, type SiteData, systemData } from './site-data.ts'

const ItemParams = z.object({ itemId: z.coerce.number().int().positive() })
const EventsQuery = z.object({ session_uuid: z.uuid(), after: z.coerce.number().int().nonnegative().default(0) })

/** A click on an action menu item, and what it changed. The browser delivers the payload that is built and signed here. */
export function triggerRoutes(
  app: FastifyInstance,
  { site, bodyLimit }: { site: SandboxSite; bodyLimit: number },
): void {
  app.post('/internal/action-menu-items/:itemId/payload', { bodyLimit }, (request) => {
    const { itemId } = ItemParams.parse(request.params)
    const snapshot = PageSnapshot.parse(request.body)
    const person = personOf(site, request)
    const data = openData(site, request, person, snapshot.session_uuid)
    const page = findPage(data, snapshot.page_id)
    const item = readItems(data).find((candidate) => candidate.id === itemId)
    if (!page || !item || !isVisible(item, { person, page })) {
      throw new PageError(404, 'This menu item is not there any more, or not for you. Reload the page.')
    }
    if (item.selectionRequired && snapshot.selected_ids.length === 0) {
      throw new PageError(400, `“${item.title}” needs a selection: select at least one row first.`)
    }
    const refusal = refuseUrl(item.url)
    if (refusal) throw new PageError(400, refusal)
    const columnNames = new Map(columnsOf(data, page).map((column) => [column.field, column.label]))
    const host = site.baseUrl === undefined ? request.host : new URL(site.baseUrl).host
    const fields = buildPayload({ person, page, item, snapshot, columnNames, host })
    const token = site.secretTokenOf(item.id)
    const signed = token ? signPayload(fields, token, site.now()) : fields
    return {
      url: item.url,
      fields: item.lightPayload ? { event_log_entry_id: String(recordTrigger(data, item, page, fields)) } : signed,
      last_event_id: lastEventId(site, request, snapshot.session_uuid, 0),
    }
  })

  app.get('/internal/events', (request) => {
    const query = EventsQuery.parse(request.query)
    return { last: lastEventId(site, request, query.session_uuid, query.after) }
  })
}

/** A light payload is the id of an event log entry that holds the whole one. */
function recordTrigger(data: SiteData, item: MenuItem, page: GridPage, fields: Record<string, string>): number {
  const entry = data.create('EventLogEntry', {
    event_type: 'Shotgun_ActionMenuItem_Triggered',
    description: `Triggered the action menu item ${item.title}`,
    meta: { ami_payload: fields },
    ...(page.project ? { project: { type: 'Project', id: page.project.id } } : {}),
  })
  return entry.id
}

/** The newest event log entry that this browser window caused. */
function lastEventId(
  site: SandboxSite,
  request: Parameters<typeof systemData>[1],
  sessionUuid: string,
  after: number,
): number {
  const entries = systemData(site, request).readAll('EventLogEntry', ['id'], {
    filters: [
      { path: 'session_uuid', relation: 'is', values: [sessionUuid] },
      { path: 'id', relation: 'greater_than', values: [after] },
    ],
  })
  return Math.max(after, ...entries.map((entry) => entry.id))
}
