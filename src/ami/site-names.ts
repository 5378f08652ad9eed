import type { Site } from '../site/index.ts'

/** Names or ids per question to the site. */
const NAMES_PER_CALL = 100

/** A permission group of people, as the site has it. */
export interface PermissionGroup {
  readonly id: number
  readonly code: string
  readonly displayName: string
}

export interface NamedProject {
  readonly id: number
  readonly name: string
}

/** Whether two names mean the same to people: capitals and spaces around them do not count, nor how accents are written. */
export function isSameName(a: string, b: string): boolean {
  return folded(a) === folded(b)
}

/** Whether a handler that says `name` means this group: handlers may write its short code or what people see. */
export function isGroupNamed(group: Pick<PermissionGroup, 'code' | 'displayName'>, name: string): boolean {
  return isSameName(group.code, name) || isSameName(group.displayName, name)
}

/** The permission groups that people can be in. Those of scripts and of reviewers from outside are none of them. */
export async function readPermissionGroups(site: Site): Promise<PermissionGroup[]> {
  const rows = await site.find('PermissionRuleSet', [], ['code', 'display_name', 'entity_type'])
  return rows
    .filter(({ entity_type }) => typeof entity_type !== 'string' || entity_type === '' || entity_type === 'HumanUser')
    .map(({ id, code, display_name }) => ({ id, code: textOf(code), displayName: textOf(display_name) }))
}

/** The projects that handlers name, by id or name; several if several have the name. What the site does not have is missing. */
export async function findProjects(site: Site, wanted: readonly (number | string)[]): Promise<NamedProject[]> {
  const found = new Map<number, NamedProject>()
  const all = [...new Set(wanted)]
  for (let from = 0; from < all.length; from += NAMES_PER_CALL) {
    const some = all.slice(from, from + NAMES_PER_CALL)
    const ids = some.filter((one) => typeof one === 'number')
    // The site tells apart what Unicode holds for equal: "é" as one character and as two.
    const names = some.flatMap((one) => (typeof one === 'string' ? [one.normalize('NFC'), one.normalize('NFD')] : []))
    const rows = await site.find(
      'Project',
      [
        {
          filterOperator: 'any',
          filters: [
            ...(ids.length > 0 ? [['id', 'in', ids] as const] : []),
            ...(names.length > 0 ? [['name', 'in', names] as const] : []),
          ],
        },
      ],
      ['name'],
    )
    for (const { id, name } of rows) found.set(id, { id, name: textOf(name) })
  }
  return [...found.values()].filter((project) => all.some((one) => isProjectNamed(project, one)))
}

export function isProjectNamed(project: NamedProject, wanted: number | string): boolean {
  return typeof wanted === 'number' ? project.id === wanted : isSameName(project.name, wanted)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function folded(name: string): string {
  return name.normalize('NFC').trim().toLowerCase()
}
