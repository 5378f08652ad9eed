import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isObject, type Json } from '../json.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { readStatuses } from './grid-page.ts'
import { PageError } from './page-error.ts'
import { personOf } from './person.ts'
import { isBlank, shownName, shownText } from './public/names.js'
import { linkOf, linksOf, openData, textOf } from './site-data.ts'
import { renderPage } from './view.ts'

const Params = z.object({ type: z.string().max(100), id: z.coerce.number().int().positive() })

type Link = { type: string; id: number; name: string }
/** A value as the template draws it. */
type Shown =
  | { kind: 'text'; text: string }
  | { kind: 'links'; links: Link[] }
  | { kind: 'status'; code: string; name: string; tone: string }
  | { kind: 'time'; iso: string }
  | { kind: 'url'; url: string; name: string }

/** One entity with all its fields: where links in reports and mails point. */
export function detailRoutes(app: FastifyInstance, { site }: { site: SandboxSite }): void {
  app.get('/detail/:type/:id', (request, reply) => {
    const params = Params.safeParse(request.params)
    const schema = params.success ? site.schema.get(params.data.type) : undefined
    if (!params.success || !schema) throw new PageError(404, 'This site has no such entity type.')
    const { id } = params.data
    const data = openData(site, request, personOf(site, request))
    const fields = [...schema.fields.values()].filter((field) => !field.secret && field.dataType !== 'password')
    const entity = data.find(
      { type: schema.name, id },
      fields.map((field) => field.name),
    )
    if (!entity) throw new PageError(404, `There is no ${schema.displayName} ${id}, or it is in the trash.`)
    const statuses = readStatuses(data)
    const rows = fields
      .filter((field) => field.dataType !== 'image')
      .map((field) => ({
        label: field.displayName,
        field: field.name,
        value: show(entity[field.name], field, statuses),
      }))
    const name = schema.identity === null ? undefined : textOf(entity[schema.identity])
    return renderPage(site, request, reply, 'detail', {
      title: name === undefined ? `${schema.displayName} ${id}` : shownName(name),
      nameless: name !== undefined && isBlank(name),
      typeName: schema.displayName,
      entityId: id,
      image: textOf(entity.image),
      filled: rows.filter((row) => row.value),
      empty: rows.filter((row) => !row.value),
    })
  })
}

function show(
  value: Json | undefined,
  field: FieldSchema,
  statuses: Record<string, { name: string; tone: string }>,
): Shown | undefined {
  if (value === null || value === undefined || (typeof value === 'string' && isBlank(value))) return undefined
  if (Array.isArray(value) && value.length === 0) return undefined
  const links = Array.isArray(value) ? linksOf(value) : [linkOf(value)].filter((link) => link !== undefined)
  if (links.length > 0) return { kind: 'links', links: links.map((link) => ({ ...link, name: shownName(link.name) })) }
  if (field.dataType === 'status_list' && typeof value === 'string') {
    return { kind: 'status', code: value, name: statuses[value]?.name ?? value, tone: statuses[value]?.tone ?? 'grey' }
  }
  if (field.dataType === 'date_time' && typeof value === 'string') return { kind: 'time', iso: value }
  if (field.dataType === 'url' && isObject(value) && /^https?:/i.test(textOf(value.url))) {
    return { kind: 'url', url: textOf(value.url), name: shownText(textOf(value.name)) || textOf(value.url) }
  }
  if (typeof value === 'boolean') return { kind: 'text', text: value ? 'Yes' : 'No' }
  return { kind: 'text', text: typeof value === 'object' ? JSON.stringify(value) : shownText(String(value)) }
}
