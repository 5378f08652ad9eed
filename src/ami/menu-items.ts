import type { Manifest } from '../handlers/manifest.ts'
import type { MenuNames, NamedLink } from './menu-names.ts'

/** The fields of an action menu item that follow from its handler. The secret token is none of them: no site shows it. */
export const itemFields = [
  'title',
  'url',
  'list_order',
  'folder',
  'selection_required',
  'open_in_overlay',
  'poll_for_data_updates',
  'permissions_groups',
  'projects',
] as const
export type ItemField = (typeof itemFields)[number]

export type ItemValue = string | number | boolean | null | readonly NamedLink[]

/**
 * What an item holds when its handler does not say. Whoever looks after the site may set these by hand, and keeps what
 * was set: a restriction that an administrator made does not fall because a handler is silent about it.
 */
export const defaultValues = {
  list_order: 1000,
  folder: null,
  permissions_groups: [],
  projects: [],
} as const satisfies Partial<Record<ItemField, ItemValue>>

/** Where `POST /ami/<handler>` is, seen from people's browsers. */
export function menuUrl(publicUrl: string, handler: string): string {
  return `${publicUrl}/ami/${handler}`
}

/** One action menu item as its handler wants it. */
export interface WantedItem {
  readonly handler: string
  readonly title: string
  /** null: every type. */
  readonly entityType: string | null
  /** What the handler says. A field that it does not speak of is not in it. */
  readonly values: Readonly<Partial<Record<ItemField, ItemValue>>>
}

/** One item per handler and entity type. Entity types that the site does not have get none. */
export function buildWantedItems(
  manifests: readonly Manifest[],
  { publicUrl, names }: { publicUrl: string; names: MenuNames },
): WantedItem[] {
  return manifests.flatMap((manifest) => {
    const { name: handler, title, menu, selection, access, projects } = manifest
    const groups = access && linksTo(access.groups, names.groups)
    const inProjects = projects && linksTo(projects, names.projects)
    const values: WantedItem['values'] = {
      title,
      url: menuUrl(publicUrl, handler),
      ...(menu.order === undefined ? {} : { list_order: menu.order }),
      ...(menu.folder === undefined ? {} : { folder: menu.folder }),
      selection_required: selection.min > 0 && manifest.orPage !== true,
      open_in_overlay: menu.modal === true,
      poll_for_data_updates: true,
      ...(groups ? { permissions_groups: groups } : {}),
      ...(inProjects ? { projects: inProjects } : {}),
    }
    const types: readonly (string | null)[] = manifest.entityTypes ? [...new Set(manifest.entityTypes)] : [null]
    return types
      .filter((type) => type === null || names.hasEntityType(type))
      .map((entityType) => ({ handler, title, entityType, values }))
  })
}

function linksTo<K>(wanted: readonly K[], known: ReadonlyMap<K, readonly NamedLink[]>): NamedLink[] {
  const links = wanted.flatMap((one) => known.get(one) ?? [])
  return [...new Map(links.map((link) => [link.id, link])).values()]
}
