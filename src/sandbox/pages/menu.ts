import type { Person } from './person.ts'
import { linksOf, type SiteData, textOf } from './site-data.ts'

export type Placement = 'not_set' | 'include_in_dropdown' | 'override_default' | 'internal_resources'

/** An action menu item, as the pages use it. */
export type MenuItem = {
  readonly id: number
  readonly title: string
  /** Null for every type. */
  readonly entityType: string | null
  readonly url: string
  /** Items without one come last. */
  readonly listOrder: number
  readonly folder: string
  readonly lightPayload: boolean
  readonly poll: boolean
  readonly selectionRequired: boolean
  readonly groupIds: readonly number[]
  readonly projectIds: readonly number[]
  readonly overlay: boolean
  readonly placement: Placement
  readonly customProtocol: boolean
}

const fields = [
  'title',
  'entity_type',
  'url',
  'list_order',
  'folder',
  'light_payload',
  'poll_for_data_updates',
  'selection_required',
  'permissions_groups',
  'projects',
  'open_in_overlay',
  'add_btn_behavior',
]

/** All items of the site in menu order: `list_order`, then title. */
export function readItems(data: SiteData): MenuItem[] {
  const items = data.readAll('ActionMenuItem', fields).map((item): MenuItem => {
    const url = textOf(item.url)
    return {
      id: item.id,
      title: textOf(item.title),
      entityType: textOf(item.entity_type) || null,
      url,
      listOrder: typeof item.list_order === 'number' ? item.list_order : Number.POSITIVE_INFINITY,
      folder: textOf(item.folder).trim(),
      lightPayload: item.light_payload === true,
      poll: item.poll_for_data_updates === true,
      selectionRequired: item.selection_required === true,
      groupIds: linksOf(item.permissions_groups).map((group) => group.id),
      projectIds: linksOf(item.projects).map((project) => project.id),
      overlay: item.open_in_overlay === true,
      placement: placementOf(item.add_btn_behavior),
      customProtocol: !/^https?:/i.test(url),
    }
  })
  const byTitle = new Intl.Collator('en', { numeric: true }).compare
  return items.sort((a, b) => compareOrder(a.listOrder, b.listOrder) || byTitle(a.title, b.title) || a.id - b.id)
}

/** Whether this person may use the item on a page of this type and project. */
export function isVisible(
  item: MenuItem,
  { person, page }: { person: Person; page: { type: string; project: { id: number } | undefined } },
): boolean {
  if (item.entityType !== null && item.entityType !== page.type) return false
  if (item.groupIds.length > 0 && !(person.groupId !== undefined && item.groupIds.includes(person.groupId)))
    return false
  return item.projectIds.length === 0 || (page.project !== undefined && item.projectIds.includes(page.project.id))
}

/** What the browser needs of the items at one place: no url, no groups. */
export function itemsAt(
  items: readonly MenuItem[],
  placement: Placement,
  where: { person: Person; page: { type: string; project: { id: number } | undefined } },
): Pick<MenuItem, 'id' | 'title' | 'folder' | 'selectionRequired' | 'overlay' | 'customProtocol' | 'poll'>[] {
  return items
    .filter((item) => item.placement === placement && isVisible(item, where))
    .map(({ id, title, folder, selectionRequired, overlay, customProtocol, poll }) => ({
      id,
      title,
      folder,
      selectionRequired,
      overlay,
      customProtocol,
      poll,
    }))
}

function compareOrder(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function placementOf(value: unknown): Placement {
  return value === 'include_in_dropdown' || value === 'override_default' || value === 'internal_resources'
    ? value
    : 'not_set'
}

/** Why a url cannot be the target of an item; undefined when it can. A script url would run in this very page. */
export function refuseUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return `“${url}” is no complete URL: write http://…, https://… or your own protocol://….`
  const { protocol } = new URL(url)
  return ['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:', 'view-source:'].includes(protocol)
    ? `An item cannot open a ${protocol} URL: use http, https or a protocol of your own.`
    : undefined
}
