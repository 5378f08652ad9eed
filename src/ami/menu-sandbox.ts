import type { Manifest } from '../handlers/manifest.ts'
import type { Site } from '../site/index.ts'
import type { MenuOptions } from './menu.ts'
import { buildWantedItems, defaultValues, type ItemField } from './menu-items.ts'
import { readMenuNames } from './menu-names.ts'
import { type FoundItem, type KnownItem, planMenu } from './menu-plan.ts'
import { readMenu, writeMenu } from './menu-site.ts'
import { secretTokenOf } from './signature.ts'

export interface SyncedMenu {
  readonly created: number
  readonly updated: number
  readonly removed: number
  /** What handlers name and this site does not have: done without. */
  readonly problems: readonly string[]
}

const syncing = new WeakMap<Site, Promise<unknown>>()

/**
 * Bring the menu of a sandbox up to date with the handlers: what is not served any more is removed. Items that people made
 * in the sandbox by hand stay as they are. Calls for one site follow one another.
 *
 * @param failed  names of handlers that could not be loaded: their items stay
 * @throws {SiteError}
 */
export async function syncSandboxMenu(
  site: Site,
  manifests: readonly Manifest[],
  settings: MenuOptions,
  failed: readonly string[] = [],
): Promise<SyncedMenu> {
  const earlier = syncing.get(site) ?? Promise.resolve()
  const now = earlier.catch(() => {}).then(() => syncNow(site, manifests, settings, failed))
  syncing.set(site, now)
  return now
}

async function syncNow(
  site: Site,
  manifests: readonly Manifest[],
  settings: MenuOptions,
  failed: readonly string[],
): Promise<SyncedMenu> {
  const { publicUrl } = settings
  const [{ items, available }, names] = await Promise.all([readMenu(site), readMenuNames(site, manifests)])
  const ours = items.filter(({ madeByScript, values }) => madeByScript && leadsTo(publicUrl, values.url))
  // What this server made has its token: the secret stays the same for as long as the sandbox lives.
  const known: KnownItem = { handler: '', token: 'ours', declared: Object.keys(defaultValues) as ItemField[] }
  const entries = planMenu({
    publicUrl,
    wanted: buildWantedItems(manifests, { publicUrl, names }),
    found: ours,
    known: new Map(ours.map(({ id }) => [id, known])),
    failed: new Set(failed),
    available,
    fingerprintOf: () => 'ours',
    adopt: false,
  })
  const remove = entries
    .filter(({ action }) => action === 'not-served' || action === 'extra')
    .flatMap(({ id }) => (id === null ? [] : [id]))
  const created = await writeMenu(site, entries, { tokenOf: (handler) => secretTokenOf(handler, settings), remove })
  return {
    created: created.length,
    updated: entries.filter(({ action }) => action === 'update').length,
    removed: remove.length,
    problems: names.problems,
  }
}

function leadsTo(publicUrl: string, url: FoundItem['values']['url']): boolean {
  return typeof url === 'string' && url.startsWith(`${publicUrl}/ami/`)
}
