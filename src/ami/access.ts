import { LRUCache } from 'lru-cache'
import { AppError } from '../errors.ts'
import type { ClickContext } from '../handlers/envelope.ts'
import type { Manifest } from '../handlers/manifest.ts'
import { isLink, type Site } from '../site/index.ts'
import { findProjects, isGroupNamed, isProjectNamed, type NamedProject, textOf } from './site-names.ts'

/** How long it is remembered in which group a person is. */
const PERSON_MS = 60_000
const MAX_PEOPLE = 5000
/** How long it is remembered which project has a name, and that none has it. */
const PROJECT_MS = 10 * 60_000
const NO_PROJECT_MS = 30_000
const MAX_PROJECTS = 2000
/** One answer of the site, and all that one click waits for. */
const CALL_MS = 10_000
const CHECK_MS = 30_000
const IDS_PER_CALL = 500
const CALLS_AT_ONCE = 4
/** People read the message: more names than these say nothing. */
const NAMES_SHOWN = 10

/** Who may use which handler where, as the handlers say it and the site knows it. */
export interface Access {
  /**
   * Check a click that is about to begin a run. Asks the site nothing when the handler is for everybody everywhere.
   *
   * @throws {AppError} `ACCESS_DENIED`, `PROJECT_WRONG`, `SITE_UNREACHABLE` when it cannot be told now
   */
  check(manifest: Manifest, context: ClickContext): Promise<void>
}

interface Person {
  /** False for people whom the site has retired or disabled, or never had. */
  readonly active: boolean
  readonly group: { readonly code: string; readonly displayName: string } | undefined
}

/** @param site  signed in as the server's own script user: it has to see people, permission groups and what is selected */
export function createAccess({ site, nowMs = Date.now }: { site: Site; nowMs?: () => number }): Access {
  const asked = site.with({ timeoutMs: CALL_MS })
  const clock = { perf: { now: nowMs }, ttlResolution: 0 }
  const people = new LRUCache<number, Person>({
    ...clock,
    max: MAX_PEOPLE,
    ttl: PERSON_MS,
    fetchMethod: (id) => readPerson(asked, id),
  })
  const projects = new LRUCache<number | string, readonly NamedProject[]>({
    ...clock,
    max: MAX_PROJECTS,
    ttl: PROJECT_MS,
  })

  const lookUpProjects = async (wanted: readonly (number | string)[]): Promise<readonly NamedProject[]> => {
    const missing = wanted.filter((one) => !projects.has(one))
    const found = missing.length > 0 ? await findProjects(asked, missing) : []
    for (const one of missing) {
      const named = found.filter((project) => isProjectNamed(project, one))
      projects.set(one, named, { ttl: named.length > 0 ? PROJECT_MS : NO_PROJECT_MS })
    }
    return [...found, ...wanted.flatMap((one) => projects.get(one) ?? [])]
  }

  const checkGroups = async (manifest: Manifest, groups: readonly string[], userId: number): Promise<void> => {
    const person = await people.forceFetch(userId)
    const { group } = person
    if (person.active && group && groups.some((name) => isGroupNamed(group, name))) return
    const why = !person.active
      ? 'The site does not know you as an active person.'
      : group
        ? `Your permission group is ${group.displayName || group.code}.`
        : 'The site does not say in which permission group you are.'
    throw new AppError('ACCESS_DENIED', `“${manifest.title}” is for ${listed(groups)}. ${why} Nothing was started.`)
  }

  const checkProjects = async (
    manifest: Manifest,
    wanted: readonly (number | string)[],
    context: ClickContext,
  ): Promise<void> => {
    const { project } = context
    if (project && wanted.includes(project.id)) return
    const allowed = await lookUpProjects(wanted)
    const names = wanted.map((one) => allowed.find((each) => isProjectNamed(each, one))?.name ?? nameOf(one))
    const refuse = (why: string): AppError =>
      new AppError(
        'PROJECT_WRONG',
        `“${manifest.title}” is for ${wanted.length === 1 ? 'the project' : 'the projects'} ${listed(names)}. ${why} Nothing was started.`,
      )
    if (allowed.length === 0) throw refuse('The site has no such project.')
    const isAllowed = (id: number): boolean => allowed.some((one) => one.id === id)
    if (project) {
      if (isAllowed(project.id)) return
      throw refuse(`This click comes from the project ${project.name}.`)
    }
    const ids = context.selectedIds.length > 0 ? context.selectedIds : context.pageIds
    if (ids.length === 0) throw refuse('This click comes from a page that belongs to no project, with nothing on it.')
    if (context.entityType === 'Project') {
      const other = ids.find((id) => !isAllowed(id))
      if (other === undefined) return
      throw refuse(`Project ${other} is none of them.`)
    }
    const wrong = await findOutsider(asked, { entityType: context.entityType, ids, isAllowed })
    if (wrong) throw refuse(wrong)
  }

  return {
    async check(manifest, context) {
      try {
        if (manifest.access) await checkGroups(manifest, manifest.access.groups, context.user.id)
        if (manifest.projects) await checkProjects(manifest, manifest.projects, context)
      } catch (cause) {
        if (cause instanceof AppError) throw cause
        throw new AppError(
          'SITE_UNREACHABLE',
          `Whether you may use “${manifest.title}” has to be asked of the site, and it gave no answer just now. Nothing was started.`,
          { cause },
        )
      }
    },
  }
}

const RULE_SET = 'permission_rule_set.PermissionRuleSet'

async function readPerson(site: Site, id: number): Promise<Person> {
  const row = await site.findOne(
    'HumanUser',
    [['id', 'is', id]],
    ['sg_status_list', 'permission_rule_set', `${RULE_SET}.code`, `${RULE_SET}.display_name`],
  )
  const group = row?.permission_rule_set
  return {
    active: row !== undefined && row.sg_status_list !== 'dis',
    group: isLink(group)
      ? {
          code: textOf(row?.[`${RULE_SET}.code`]),
          displayName: textOf(row?.[`${RULE_SET}.display_name`] ?? group.name),
        }
      : undefined,
  }
}

interface Entities {
  readonly entityType: string
  readonly ids: readonly number[]
  readonly isAllowed: (projectId: number) => boolean
}

/** What is wrong with the first entities that are not in an allowed project; undefined when all of them are. */
async function findOutsider(site: Site, { entityType, ids, isAllowed }: Entities): Promise<string | undefined> {
  const signal = AbortSignal.timeout(CHECK_MS)
  const checkSome = async (some: readonly number[]): Promise<string | undefined> => {
    const rows = await site.find(entityType, [['id', 'in', [...some]]], ['project'], { signal })
    if (rows.some((row) => !('project' in row))) return `${entityType} belongs to no project.`
    const other = rows.find(({ project }) => !isLink(project) || !isAllowed(project.id))
    if (other) {
      const { project } = other
      return isLink(project)
        ? `${entityType} ${other.id} is in ${project.name ?? `Project ${project.id}`}.`
        : `${entityType} ${other.id} is in no project.`
    }
    const seen = new Set(rows.map(({ id }) => id))
    const unseen = some.find((id) => !seen.has(id))
    return unseen === undefined ? undefined : `${entityType} ${unseen} is not on the site any more.`
  }
  const step = IDS_PER_CALL * CALLS_AT_ONCE
  for (let from = 0; from < ids.length; from += step) {
    const starts = Array.from({ length: CALLS_AT_ONCE }, (_, at) => from + at * IDS_PER_CALL)
    const chunks = starts.map((start) => ids.slice(start, start + IDS_PER_CALL)).filter((some) => some.length > 0)
    const wrong = (await Promise.all(chunks.map(checkSome))).find((why) => why !== undefined)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function nameOf(wanted: number | string): string {
  return typeof wanted === 'number' ? `number ${wanted}` : wanted
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown
}
