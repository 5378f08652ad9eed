import type { EntityRef, Row } from '../site/index.ts'
import { linkOf } from './values.ts'

/** What a report knows of its selection; a handler's context has it all. */
export interface SelectionTeller {
  readonly selection: { readonly entityType: string; readonly ids: readonly number[] }
  readonly project?: { readonly name: string }
  readonly progress: { item(ref: EntityRef, status: 'skipped', why: string): void }
}

/**
 * Tell the person of each selected entity that has gone since the click. Returns the sentence that a report has about
 * them; undefined when all are there.
 */
export function tellGone({ selection, progress }: SelectionTeller, rows: readonly Row[]): string | undefined {
  const { ids, entityType } = selection
  const found = new Set(rows.map(({ id }) => id))
  const gone = ids.filter((id) => !found.has(id))
  for (const id of gone) progress.item({ type: entityType, id }, 'skipped', 'no longer on the site')
  if (gone.length === 0) return undefined
  const many = `${gone.length.toLocaleString('en')} of ${ids.length.toLocaleString('en')}`
  const what = ids.length === 1 ? entityType : `${entityType}s`
  return `${many} selected ${what} ${gone.length === 1 ? 'is' : 'are'} no longer on the site.`
}

/** The project that a report names: that of the page, else that of the rows; how many there are if there are several. */
export function projectOf({ project }: Pick<SelectionTeller, 'project'>, rows: readonly Row[]): string | undefined {
  if (project) return project.name
  const names = new Set(rows.flatMap((row) => linkOf(row.project)?.name ?? []))
  return names.size > 1 ? `${names.size} projects` : names.values().next().value
}
