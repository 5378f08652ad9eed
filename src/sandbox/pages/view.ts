import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SandboxSite } from '../site.ts'
import { findDefaultPage, type GridPage } from './grid-page.ts'
import { itemsAt, readItems } from './menu.ts'
import { listPeople, personOf } from './person.ts'
import { systemData } from './site-data.ts'

const eta = new Eta({ views: fileURLToPath(new URL('views/', import.meta.url)), cache: true, autoTrim: false })

const icon = (name: string, className = ''): string =>
  `<svg class="icon ${className}" aria-hidden="true"><use href="/assets/pages/icons.svg#${name}"/></svg>`

export type PageData = { readonly title: string; readonly page?: GridPage; readonly [name: string]: unknown }

/** Answers with a page in the common frame: project, tabs, the person's menu. Everything in `data` is escaped by the templates. */
export function renderPage(
  site: SandboxSite,
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  data: PageData,
): FastifyReply {
  const person = personOf(site, request)
  const system = systemData(site, request)
  const page = data.page ?? findDefaultPage(system)
  const resources = page ? itemsAt(readItems(system), 'internal_resources', { person, page }) : []
  const userConfig = {
    name: person.name,
    group: person.groupName,
    others: listPeople(system)
      .filter((other) => other.id !== person.id)
      .slice(0, 8)
      .map(({ id, name, groupName }) => ({ id, name, group: groupName })),
    resources,
    pageId: page?.id ?? 0,
    sessionUuid: randomUUID(),
  }
  const frame = {
    person,
    userConfig: JSON.stringify(userConfig),
    initials: initialsOf(person.name),
    tabs: page?.tabs ?? [],
    project: page?.project,
  }
  return reply.type('text/html; charset=utf-8').send(eta.render(view, { ...frame, ...data, icon }))
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
