import type { Entity } from '../site.ts'
import { type ColumnPlan, type EntityPagePlan, entityPages, toneOf } from './entity-pages.ts'
import { linkOf, type SiteData, textOf } from './site-data.ts'

export type Tab = { readonly label: string; readonly path: string; readonly current: boolean }

/** One page of the site: the entities of one type in one project. */
export type GridPage = {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly plan: EntityPagePlan
  readonly project: { readonly id: number; readonly name: string } | undefined
  /** As `referrer_path` of a payload. */
  readonly path: string
  readonly tabs: readonly Tab[]
}

type PageRef = Pick<GridPage, 'id' | 'title' | 'type'> & { projectId: number }

/** Pages that no `Page` entity describes get ids up here, so that every project has one for each type. */
const IMPLIED_PAGE_IDS = 1_000_000
const pageTypes = Object.keys(entityPages)

export function findPage(data: SiteData, pageId: number): GridPage | undefined {
  const pages = listPages(data)
  const page = pages.find((candidate) => candidate.id === pageId)
  const plan = page && entityPages[page.type]
  if (!page || !plan) return undefined
  const project = data.find({ type: 'Project', id: page.projectId }, ['name'])
  const tabs = pageTypes.flatMap((type) => {
    const first = pages.find((candidate) => candidate.type === type && candidate.projectId === page.projectId)
    const label = entityPages[type]?.plural ?? type
    return first ? [{ label, path: `/page/${first.id}`, current: type === page.type }] : []
  })
  return {
    id: page.id,
    title: page.title,
    type: page.type,
    plan,
    project: project && { id: project.id, name: textOf(project.name) },
    path: `/page/${page.id}`,
    tabs,
  }
}

/** The Versions of the first project. */
export function findDefaultPage(data: SiteData): GridPage | undefined {
  const page = listPages(data).find((candidate) => candidate.type === 'Version')
  return page && findPage(data, page.id)
}

function listPages(data: SiteData): PageRef[] {
  const saved = data
    .readAll('Page', ['name', 'entity_type', 'project'], { sortBy: 'id' })
    .flatMap((page): PageRef[] => {
      const type = textOf(page.entity_type)
      const project = linkOf(page.project)
      return project && type in entityPages
        ? [{ id: page.id, title: textOf(page.name), type, projectId: project.id }]
        : []
    })
  const implied = listProjects(data).flatMap((project) =>
    pageTypes.flatMap((type, index): PageRef[] =>
      saved.some((page) => page.projectId === project.id && page.type === type)
        ? []
        : [
            {
              id: IMPLIED_PAGE_IDS + project.id * 10 + index,
              title: `All ${entityPages[type]?.plural}`,
              type,
              projectId: project.id,
            },
          ],
    ),
  )
  return [...saved, ...implied].sort((a, b) => a.projectId - b.projectId || a.id - b.id)
}

export function listProjects(data: SiteData): { id: number; name: string }[] {
  return data
    .readAll('Project', ['name', 'archived', 'is_template'], { sortBy: 'id' })
    .filter((project) => project.archived !== true && project.is_template !== true)
    .map((project) => ({ id: project.id, name: textOf(project.name) }))
}

export type Column = ColumnPlan & { readonly label: string }

/** The columns that the site's schema has, under the names that people see. */
export function columnsOf(data: SiteData, page: GridPage): Column[] {
  const schema = data.site.schema.get(page.type)
  return page.plan.columns.flatMap((plan): Column[] => {
    if (plan.field === 'id') return [{ ...plan, label: 'Id' }]
    const field = schema?.fields.get(plan.field)
    return field ? [{ ...plan, label: field.displayName }] : []
  })
}

/** All rows of the page's query. */
export function readRows(data: SiteData, page: GridPage): Entity[] {
  const fields = columnsOf(data, page).map((column) => column.field)
  const filters = page.project
    ? [{ path: 'project', relation: 'is', values: [{ type: 'Project', id: page.project.id }] }]
    : []
  return data.readAll(page.type, [...new Set([...fields, 'image'])], { filters })
}

/** Every status of the site: what people call it, and its colour. */
export function readStatuses(data: SiteData): Record<string, { name: string; tone: string }> {
  const statuses = data.readAll('Status', ['code', 'name'])
  return Object.fromEntries(
    statuses.map((status) => [textOf(status.code), { name: textOf(status.name), tone: toneOf(textOf(status.code)) }]),
  )
}
