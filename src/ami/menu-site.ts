import { AppError } from '../errors.ts'
import {
  type BatchRequest,
  type FieldData,
  isLink,
  isLinkList,
  type Row,
  type Site,
  SiteOutcomeUnknownError,
} from '../site/index.ts'
import { type ItemValue, itemFields } from './menu-items.ts'
import { type FoundItem, isLinks, type PlanEntry } from './menu-plan.ts'

const ITEM = 'ActionMenuItem'

/** Milliseconds that a site gets for the batch, and for each item in it. */
const BATCH_MS = 60_000
const ITEM_MS = 1000
const LONGEST_BATCH_MS = 600_000

export interface FoundMenu {
  readonly items: readonly (FoundItem & { readonly madeByScript: boolean })[]
  /** Fields of action menu items that this site has and lets be written. */
  readonly available: ReadonlySet<string>
}

/**
 * The items of the site whose URL looks as ours do, whoever they belong to. Retired ones are not among them.
 *
 * @throws {SiteError}
 */
export async function readMenu(site: Site): Promise<FoundMenu> {
  const fields = Object.entries(await site.schema.fields(ITEM))
  const available = new Set(fields.filter(([, { editable }]) => editable.value).map(([name]) => name))
  const items = []
  const asked = ['entity_type', 'created_by', ...itemFields]
  for await (const row of site.findAll(ITEM, [['url', 'contains', '/ami/']], asked)) items.push(foundItem(row))
  return { items, available }
}

function foundItem(row: Row): FoundMenu['items'][number] {
  const { id, entity_type: entityType, created_by: madeBy } = row
  return {
    id,
    entityType: typeof entityType === 'string' && entityType !== '' ? entityType : null,
    values: {
      title: textOf(row.title),
      url: textOf(row.url),
      list_order: typeof row.list_order === 'number' ? row.list_order : null,
      folder: textOf(row.folder),
      selection_required: row.selection_required === true,
      open_in_overlay: row.open_in_overlay === true,
      poll_for_data_updates: row.poll_for_data_updates === true,
      permissions_groups: linksOf(row.permissions_groups),
      projects: linksOf(row.projects),
    },
    madeByScript: isLink(madeBy) && madeBy.type === 'ApiUser',
  }
}

/**
 * Do what the plan says, all of it or nothing, in one call.
 *
 * @param tokenOf  the secret token of a handler
 * @param remove  items to retire as well
 * @returns ids of the items that were created, in the order of the plan
 * @throws {AppError} `MENU_UNCERTAIN` when the answer was lost
 * @throws {SiteError} when the site refused: then nothing was changed
 */
export async function writeMenu(
  site: Site,
  entries: readonly PlanEntry[],
  { tokenOf, remove = [] }: { tokenOf: (handler: string) => string; remove?: readonly number[] },
): Promise<number[]> {
  const requests: BatchRequest[] = entries.flatMap((entry): BatchRequest[] => {
    if (entry.action !== 'create' && entry.action !== 'update') return []
    const data: FieldData = Object.fromEntries(
      entry.changes.map(({ field, to }) => [field, field === 'secret_token' ? tokenOf(entry.handler) : written(to)]),
    )
    return entry.id === null
      ? [{ requestType: 'create', entityType: ITEM, data: { ...data, entity_type: entry.entityType } }]
      : [{ requestType: 'update', entityType: ITEM, entityId: entry.id, data }]
  })
  requests.push(...remove.map((entityId) => ({ requestType: 'delete' as const, entityType: ITEM, entityId })))
  if (requests.length === 0) return []
  try {
    const results = await site.batch(requests, {
      timeoutMs: Math.min(BATCH_MS + requests.length * ITEM_MS, LONGEST_BATCH_MS),
    })
    return results.flatMap((result, at) =>
      requests[at]?.requestType === 'create' && typeof result === 'object' ? [result.id] : [],
    )
  } catch (cause) {
    if (!(cause instanceof SiteOutcomeUnknownError)) throw cause
    throw new AppError(
      'MENU_UNCERTAIN',
      `The changes were sent to the site in one piece, and its answer was lost: either all of them are made, or none. ${cause.message}`,
      { cause },
    )
  }
}

/** A value as the site takes it. */
function written(value: ItemValue): FieldData[string] {
  return isLinks(value) ? value.map(({ type, id }) => ({ type, id })) : value
}

function linksOf(value: unknown): ItemValue {
  return isLinkList(value) ? value.map(({ type, id, name }) => ({ type, id, name: name ?? `${type} ${id}` })) : []
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
