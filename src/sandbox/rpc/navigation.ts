import { Fault } from '../fault.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { compilePresenter } from '../query/present.ts'
import type { EntityRef } from '../refs.ts'
import type { Actor, SandboxSite } from '../site.ts'
import { refOf, sameRef } from '../store/links.ts'
import { inspect } from '../values/inspect.ts'
import { parseRef } from '../values/link.ts'
import { buildRoot, type NavNode } from './nav-tree.ts'
import { entityFieldsParam } from './note-thread.ts'
import { malformed } from './params.ts'

/** Entities that a page shows for a node: through which field of which type they are found. */
type Seed = { readonly type: string; readonly field: string } | null
type Show = (node: NavNode) => JsonObject

/** One node of the tree with its children. Throws a `Fault`. */
export function expandNavigation(site: SandboxSite, actor: Actor, params: JsonObject): JsonObject {
  const node = findNode(site, 'nav_expand', params.path)
  const fields = entityFieldsParam('nav_expand', params.entity_fields)
  const seed = seedParam('nav_expand', params.seed_entity_field)
  const show: Show = (one) => ({
    label: one.label,
    ref: shownRef(site, actor, one, fields),
    parent_path: one.parentPath,
    path: one.path,
    target_entities: {
      type: seed?.type ?? null,
      additional_filter_presets: [{ preset_name: 'NAV_ENTRIES', path: one.path, seed }],
    },
    has_children: one.children().length > 0,
  })
  return { ...show(node), children: node.children().map(show) }
}

/** The nodes below a path that stand for entities of a name, or for one entity. Throws a `Fault`. */
export function searchNavigation(site: SandboxSite, params: JsonObject): JsonObject {
  const root = findNode(site, 'nav_search', params.root_path)
  seedParam('nav_search', params.seed_entity_field)
  const matches = criteriaParam(params.search_criteria)
  return { entries: [...entriesBelow(root, [])].filter(({ node }) => matches(node)).map(presentEntry) }
}

type Entry = { readonly node: NavNode; readonly above: readonly NavNode[] }

function* entriesBelow(node: NavNode, above: readonly NavNode[]): Generator<Entry> {
  const path = [...above, node]
  for (const child of node.children()) {
    if (child.entity !== undefined) yield { node: child, above: path }
    yield* entriesBelow(child, path)
  }
}

function presentEntry({ node, above }: Entry): JsonObject {
  const steps = above.filter(({ path }) => path !== '/')
  return {
    label: node.label,
    incremental_path: [...above, node].map(({ path }) => path),
    full_path: node.path,
    path_label: steps.map(({ label }) => label).join(' > '),
    ref: { kind: node.kind, value: node.entity === undefined ? null : refOf(node.entity) },
    project_id: node.projectId,
  }
}

function findNode(site: SandboxSite, method: string, path: Json | undefined): NavNode {
  if (typeof path !== 'string') throw malformed(method, `invalid/missing string path: ${inspect(path)}`)
  let node: NavNode | undefined = buildRoot(site)
  while (node !== undefined && node.path !== path) {
    node = node.children().find((child) => path === child.path || path.startsWith(`${child.path}/`))
  }
  if (node !== undefined) return node
  throw new Fault(107, `API ${method}() found nothing at the path ${inspect(path)}`)
}

function criteriaParam(criteria: Json | undefined): (node: NavNode) => boolean {
  if (isObject(criteria) && typeof criteria.search_string === 'string') {
    const wanted = criteria.search_string.toLowerCase()
    return (node) => node.label.toLowerCase().includes(wanted)
  }
  if (isObject(criteria) && criteria.entity !== undefined) {
    const wanted: EntityRef = parseRef('nav_search', criteria.entity)
    return ({ entity }) => entity !== undefined && sameRef(entity, wanted)
  }
  throw malformed(
    'nav_search',
    `invalid/missing 'search_string' or 'entity' in 'search_criteria': ${inspect(criteria)}`,
  )
}

/** `Version.entity` */
function seedParam(method: string, value: Json | undefined): Seed {
  if (value === undefined || value === null) return null
  const [type, field, ...more] = typeof value === 'string' ? value.split('.') : []
  if (type !== undefined && field !== undefined && more.length === 0) return { type, field }
  throw malformed(method, `invalid 'seed_entity_field', expected "Type.field": ${inspect(value)}`)
}

function shownRef(
  site: SandboxSite,
  actor: Actor,
  { kind, entity, value }: NavNode,
  fields: ReadonlyMap<string, readonly string[]>,
): JsonObject {
  if (entity === undefined) return { kind, value }
  return { kind, value: compilePresenter(site, actor, entity.type, fields.get(entity.type) ?? [])(entity) }
}
