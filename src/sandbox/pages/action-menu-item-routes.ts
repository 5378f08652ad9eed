import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SandboxSite } from '../site.ts'
import { ActionMenuItemForm, issuesOf, valuesOf } from './action-menu-item-form.ts'
import { listProjects } from './grid-page.ts'
import { type MenuItem, readItems } from './menu.ts'
import { PageError } from './page-error.ts'
import { isAdmin, personOf } from './person.ts'
import { openData, systemData, textOf } from './site-data.ts'
import { renderPage } from './view.ts'

const Params = z.object({ itemId: z.coerce.number().int().positive() })

/** Where an administrator registers action menu items by hand. */
export function actionMenuItemRoutes(app: FastifyInstance, { site }: { site: SandboxSite }): void {
  const adminData = (request: FastifyRequest) => {
    const person = personOf(site, request)
    if (!isAdmin(person))
      throw new PageError(403, 'Only administrators may register action menu items. Switch to one at the top right.')
    return openData(site, request, person)
  }

  app.get('/action-menu-items', (request, reply) => {
    const data = systemData(site, request)
    const names = new Map([...site.schema.values()].map((type) => [type.name, type.displayName]))
    const items = readItems(data).map((item) => ({
      ...item,
      typeName: item.entityType === null ? 'All types' : (names.get(item.entityType) ?? item.entityType),
      order: Number.isFinite(item.listOrder) ? String(item.listOrder) : '–',
      signed: site.secretTokenOf(item.id) !== null,
      groups: item.groupIds.length,
    }))
    return renderPage(site, request, reply, 'action-menu-items', {
      title: 'Action Menu Items',
      items,
      mayEdit: isAdmin(personOf(site, request)),
    })
  })

  app.get('/action-menu-items/new', (request, reply) => {
    adminData(request)
    return renderForm(site, request, reply, undefined, {}, {})
  })

  app.get('/action-menu-items/:itemId', (request, reply) => {
    adminData(request)
    return renderForm(site, request, reply, findItem(site, request), {}, {})
  })

  app.post('/action-menu-items/new', (request, reply) => {
    const data = adminData(request)
    const form = ActionMenuItemForm.safeParse(request.body)
    if (!form.success) return renderForm(site, request, reply.code(400), undefined, request.body, issuesOf(form.error))
    data.create('ActionMenuItem', valuesOf(form.data))
    return reply.redirect('/action-menu-items', 303)
  })

  app.post('/action-menu-items/:itemId', (request, reply) => {
    const data = adminData(request)
    const item = findItem(site, request)
    const form = ActionMenuItemForm.safeParse(request.body)
    if (!form.success) return renderForm(site, request, reply.code(400), item, request.body, issuesOf(form.error))
    data.update({ type: 'ActionMenuItem', id: item.id }, valuesOf(form.data))
    return reply.redirect('/action-menu-items', 303)
  })

  app.post('/action-menu-items/:itemId/retire', (request, reply) => {
    const data = adminData(request)
    data.retire({ type: 'ActionMenuItem', id: findItem(site, request).id })
    return reply.redirect('/action-menu-items', 303)
  })
}

function findItem(site: SandboxSite, request: FastifyRequest): MenuItem {
  const params = Params.safeParse(request.params)
  const item = params.success
    ? readItems(systemData(site, request)).find(({ id }) => id === params.data.itemId)
    : undefined
  if (!item) throw new PageError(404, 'This action menu item is not there any more.')
  return item
}

/** The form with what is stored, or with what was just typed and refused. */
function renderForm(
  site: SandboxSite,
  request: FastifyRequest,
  reply: FastifyReply,
  item: MenuItem | undefined,
  typed: unknown,
  issues: Record<string, string>,
): FastifyReply {
  const data = systemData(site, request)
  const refused = Object.keys(issues).length > 0
  const given = new Map(refused && typeof typed === 'object' && typed !== null ? Object.entries(typed) : [])
  const lost = refused && !issues.secret_token && textOf(given.get('secret_token')) !== ''
  const retype = lost ? { secret_token: 'Type the secret token again: no page ever holds it.' } : {}
  const text = (name: string, stored: string) => (refused ? textOf(given.get(name)) : stored)
  const ticked = (name: string, stored: boolean) => (refused ? given.has(name) : stored)
  const chosen = (name: string, stored: readonly number[]) =>
    refused ? [given.get(name) ?? []].flat().map(Number) : stored
  return renderPage(site, request, reply, 'action-menu-item-form', {
    title: item ? item.title : 'New Action Menu Item',
    itemId: item?.id,
    signed: item ? site.secretTokenOf(item.id) !== null : false,
    issues: { ...issues, ...retype },
    values: {
      title: text('title', item?.title ?? ''),
      entity_type: text('entity_type', item ? (item.entityType ?? '') : 'Version'),
      url: text('url', item?.url ?? ''),
      list_order: text('list_order', item && Number.isFinite(item.listOrder) ? String(item.listOrder) : ''),
      folder: text('folder', item?.folder ?? ''),
      light_payload: ticked('light_payload', item?.lightPayload ?? false),
      poll_for_data_updates: ticked('poll_for_data_updates', item?.poll ?? false),
      selection_required: ticked('selection_required', item?.selectionRequired ?? false),
      permissions_groups: chosen('permissions_groups', item?.groupIds ?? []),
      projects: chosen('projects', item?.projectIds ?? []),
      open_in_overlay: ticked('open_in_overlay', item?.overlay ?? false),
      add_btn_behavior: text('add_btn_behavior', item?.placement ?? 'not_set'),
    },
    entityTypes: [...site.schema.values()].map(({ name, displayName }) => ({ name, displayName })),
    groups: data
      .readAll('PermissionRuleSet', ['display_name', 'code', 'entity_type'])
      .filter((group) => group.entity_type === null || group.entity_type === 'HumanUser')
      .map((group) => ({ id: group.id, name: textOf(group.display_name) || textOf(group.code) })),
    projects: listProjects(data),
  })
}
