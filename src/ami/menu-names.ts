import type { Manifest } from '../handlers/manifest.ts'
import type { EntityTypeSchemas, Site } from '../site/index.ts'
import { findProjects, isGroupNamed, isProjectNamed, isSameName, readPermissionGroups } from './site-names.ts'

/** Enough to find the right one among. */
const GROUPS_NAMED = 30

/** A permission group or project of the site, under the name that people know. */
export interface NamedLink {
  readonly type: string
  readonly id: number
  readonly name: string
}

/** What the site has under the names that handlers use. */
export interface MenuNames {
  readonly groups: ReadonlyMap<string, readonly NamedLink[]>
  readonly projects: ReadonlyMap<number | string, readonly NamedLink[]>
  hasEntityType(name: string): boolean
  /** What the site does not have, handler by handler, each a sentence. */
  readonly problems: readonly string[]
}

/** Look up groups, projects and entity types of all handlers at once. Asks only for what some handler speaks of. */
export async function readMenuNames(site: Site, manifests: readonly Manifest[]): Promise<MenuNames> {
  const groupNames = [...new Set(manifests.flatMap(({ access }) => access?.groups ?? []))]
  const projectNames = [...new Set(manifests.flatMap(({ projects }) => projects ?? []))]
  const typed = manifests.some(({ entityTypes }) => entityTypes !== undefined)
  const [allGroups, allProjects, types] = await Promise.all([
    groupNames.length > 0 ? readPermissionGroups(site) : [],
    projectNames.length > 0 ? findProjects(site, projectNames) : [],
    typed ? site.schema.entityTypes() : {},
  ])
  const groups = new Map(
    groupNames.map((name) => [
      name,
      allGroups
        .filter((group) => isGroupNamed(group, name))
        .map(({ id, code, displayName }) => ({ type: 'PermissionRuleSet', id, name: displayName || code })),
    ]),
  )
  const projects = new Map(
    projectNames.map((wanted) => [
      wanted,
      allProjects
        .filter((project) => isProjectNamed(project, wanted))
        .map(({ id, name }) => ({ type: 'Project', id, name })),
    ]),
  )
  const hasEntityType = (name: string): boolean => Object.hasOwn(types, name)
  const groupsThere = allGroups
    .map(({ code, displayName }) => displayName || code)
    .sort()
    .slice(0, GROUPS_NAMED)
  const problems = manifests.flatMap((manifest) => [
    ...(manifest.entityTypes ?? [])
      .filter((type) => !hasEntityType(type))
      .map((type) => `${manifest.name}: the site has no entity type "${type}"${ownNameOf(type, types)}.`),
    ...(manifest.access?.groups ?? [])
      .filter((name) => groups.get(name)?.length === 0)
      .map((name) => `${manifest.name}: the site has no permission group "${name}"; it has ${groupsThere.join(', ')}.`),
    ...(manifest.projects ?? [])
      .filter((wanted) => projects.get(wanted)?.length === 0)
      .map(
        (wanted) => `${manifest.name}: the site has no project ${typeof wanted === 'number' ? wanted : `"${wanted}"`}.`,
      ),
  ])
  return { groups, projects, hasEntityType, problems }
}

/** What the site itself calls a type that was written as people see it, or in other capitals. */
function ownNameOf(written: string, types: EntityTypeSchemas): string {
  const [own] = Object.entries(types).find(
    ([name, { name: displayName }]) => isSameName(name, written) || isSameName(displayName.value, written),
  ) ?? ['']
  return own === '' ? '' : `; write "${own}"`
}
