import type { SandboxSite } from '../site.ts'
import { displayNameOf } from '../store/display-name.ts'
import { isRef, refOf, sameRef } from '../store/links.ts'
import type { Row } from '../store/store.ts'

/** One node of the tree that a site's navigation shows. */
export type NavNode = {
  readonly label: string
  readonly kind: 'root' | 'entity' | 'entity_type' | 'list'
  /** What it stands for; `value` is the type or the list value where that is no entity. */
  readonly entity: Row | undefined
  readonly value: string | null
  readonly path: string
  readonly parentPath: string | null
  readonly projectId: number | null
  readonly children: () => readonly NavNode[]
}

/** All projects; in each its Assets by type and its Shots by Sequence. */
export function buildRoot(site: SandboxSite): NavNode {
  return {
    label: '/',
    kind: 'root',
    entity: undefined,
    value: null,
    path: '/',
    parentPath: null,
    projectId: null,
    children: () => activeRows(site, 'Project').map((project) => projectNode(site, project)),
  }
}

function projectNode(site: SandboxSite, project: Row): NavNode {
  const path = `/Project/${project.id}`
  return entityNode(site, { row: project, path, parentPath: '/', projectId: project.id }, () =>
    [typeNode(site, project, path, 'Asset'), typeNode(site, project, path, 'Shot')].filter(
      (node) => node.children().length > 0,
    ),
  )
}

function typeNode(site: SandboxSite, project: Row, parentPath: string, type: 'Asset' | 'Shot'): NavNode {
  const path = `${parentPath}/${type}`
  const rowsOf = () =>
    activeRows(site, type).filter(({ values }) => isRef(values.project) && sameRef(values.project, refOf(project)))
  return {
    label: `${site.schema.get(type)?.displayName ?? type}s`,
    kind: 'entity_type',
    entity: undefined,
    value: type,
    path,
    parentPath,
    projectId: project.id,
    children: () =>
      type === 'Asset' ? assetTypes(site, rowsOf(), path, project.id) : sequences(site, rowsOf(), path, project.id),
  }
}

function assetTypes(site: SandboxSite, assets: readonly Row[], parentPath: string, projectId: number): NavNode[] {
  const kinds = Map.groupBy(assets, ({ values }) =>
    typeof values.sg_asset_type === 'string' ? values.sg_asset_type : '',
  )
  const grouped = [...kinds].filter(([kind]) => kind !== '').sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    ...grouped.map(([kind, rows]): NavNode => {
      const path = `${parentPath}/sg_asset_type/${kind}`
      const children = () => leaves(site, rows, path, projectId)
      return { label: kind, kind: 'list', entity: undefined, value: kind, path, parentPath, projectId, children }
    }),
    ...leaves(site, kinds.get('') ?? [], parentPath, projectId),
  ]
}

function sequences(site: SandboxSite, shots: readonly Row[], parentPath: string, projectId: number): NavNode[] {
  const groups = Map.groupBy(shots, ({ values }) => {
    const link = values.sg_sequence
    return isRef(link) ? site.store.findActive(link) : undefined
  })
  const grouped = [...groups].flatMap(([sequence, rows]) => (sequence === undefined ? [] : [{ sequence, rows }]))
  return [
    ...grouped.map(({ sequence, rows }) => {
      const path = `${parentPath}/sg_sequence/Sequence/${sequence.id}`
      return entityNode(site, { row: sequence, path, parentPath, projectId }, () => leaves(site, rows, path, projectId))
    }),
    ...leaves(site, groups.get(undefined) ?? [], parentPath, projectId),
  ]
}

function leaves(site: SandboxSite, rows: readonly Row[], parentPath: string, projectId: number): NavNode[] {
  return rows.map((row) =>
    entityNode(site, { row, path: `${parentPath}/id/${row.id}`, parentPath, projectId }, () => []),
  )
}

type Place = { readonly row: Row; readonly path: string; readonly parentPath: string; readonly projectId: number }

function entityNode(site: SandboxSite, { row, ...place }: Place, children: NavNode['children']): NavNode {
  return {
    label: displayNameOf(site.schema, row) ?? `#${row.id}`,
    kind: 'entity',
    entity: row,
    value: null,
    ...place,
    children,
  }
}

function activeRows(site: SandboxSite, type: string): Row[] {
  return site.store.rows(type).filter((row) => !row.retired)
}
