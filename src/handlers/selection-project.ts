import { isLink, type Site } from '../site/index.ts'

/** The project that all of a selection belongs to. Types without projects have none. */
export async function findSelectionProject(
  site: Site,
  entityType: string,
  ids: readonly number[],
): Promise<{ id: number; name: string } | undefined> {
  if (ids.length === 0) return undefined
  const rows = await site.find(entityType, [['id', 'in', [...ids]]], ['project'])
  const links = rows.map(({ project }) => (isLink(project) ? project : undefined))
  const [only] = links
  return only && links.every((link) => link?.id === only.id) ? { id: only.id, name: only.name ?? '' } : undefined
}
