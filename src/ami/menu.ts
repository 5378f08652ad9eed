import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Manifest } from '../handlers/manifest.ts'
import type { Site } from '../site/index.ts'
import { buildWantedItems, type ItemField, menuUrl, type WantedItem } from './menu-items.ts'
import { type MenuMemory, readMenuMemory, writeMenuMemory } from './menu-memory.ts'
import { readMenuNames } from './menu-names.ts'
import { type KnownItem, type PlanEntry, planMenu } from './menu-plan.ts'
import { readMenu, writeMenu } from './menu-site.ts'
import { secretTokenOf } from './signature.ts'

export { menuUrl }

export interface MenuOptions {
  readonly publicUrl: string
  readonly secret: string
  readonly environment: string
}

export interface RegistrationOptions extends MenuOptions {
  readonly manifests: readonly Manifest[]
  /** Names of handlers that could not be loaded. */
  readonly failed: readonly string[]
  readonly secretPrevious?: string
  /** Where it is remembered what was registered. */
  readonly dataDir: string
  /** Take over items of other installations. */
  readonly adopt: boolean
}

/** What would make the site's menu match the handlers. Nothing is done until `apply` is called. */
export interface Registration {
  readonly siteUrl: string
  readonly publicUrl: string
  readonly entries: readonly PlanEntry[]
  /** What this site does not let a program do. */
  readonly byHand: readonly string[]
  readonly notes: readonly string[]
  /** While a new secret is brought in: whether the one before is needed no more once the plan is done, or by whom it is. */
  readonly rotation?: { readonly stillNeededBy: readonly PlanEntry[] }
  /** Do it, in one piece; and remember it. @throws {AppError | SiteError} as `writeMenu` */
  apply(): Promise<AppliedRegistration>
}

export interface AppliedRegistration {
  readonly created: number
  readonly updated: number
  /** Why it could not be remembered. The next time tokens are set anew. */
  readonly notRemembered?: unknown
}

/**
 * Compare the menu of a site with the handlers. Writes nothing, neither there nor here.
 *
 * @throws {AppError} `MENU_INVALID` when handlers name what the site does not have
 * @throws {SiteError}
 */
export async function planRegistration(site: Site, options: RegistrationOptions): Promise<Registration> {
  const { manifests, publicUrl, dataDir } = options
  const memory = readMenuMemory(dataDir, site.url)
  const [{ items, available }, names] = await Promise.all([readMenu(site), readMenuNames(site, manifests)])
  if (names.problems.length > 0) {
    throw new AppError('MENU_INVALID', [...names.problems, 'Nothing was changed.'].join('\n'))
  }
  const wanted = buildWantedItems(manifests, { publicUrl, names })
  const tokenOf = (handler: string): string => secretTokenOf(handler, options)
  const fingerprintOf = (handler: string): string => fingerprint(tokenOf(handler))
  const entries = planMenu({
    ...options,
    wanted,
    found: items,
    known: memory.items,
    failed: new Set(options.failed),
    available,
    fingerprintOf,
  })
  return {
    siteUrl: site.url,
    publicUrl,
    entries,
    byHand: whatIsLeftToDo(wanted, available),
    notes: notesOn({ wanted, entries, memory, siteUrl: site.url, publicUrl }),
    ...(options.secretPrevious === undefined
      ? {}
      : { rotation: { stillNeededBy: entries.filter((entry) => mayHaveOldToken(entry, fingerprintOf)) } }),
    async apply() {
      const created = await writeMenu(site, entries, { tokenOf })
      const counts = {
        created: created.length,
        updated: entries.filter(({ action }) => action === 'update').length,
      }
      try {
        remember({ entries, created, memory, siteUrl: site.url, publicUrl, dataDir })
      } catch (notRemembered) {
        return { ...counts, notRemembered }
      }
      return counts
    },
  }
}

/** Tells tokens apart without telling them. */
function fingerprint(token: string): string {
  return createHash('sha256').update(`token:v1:${token}`).digest('hex')
}

/** Items that are ours and served, and that this plan does not give the token of today. */
function mayHaveOldToken(
  { action, handler, remember }: PlanEntry,
  fingerprintOf: (handler: string) => string,
): boolean {
  if (action === 'not-loaded') return remember?.token !== fingerprintOf(handler)
  return (action === 'update' || action === 'unchanged') && remember?.token === null
}

function remember(done: {
  entries: readonly PlanEntry[]
  created: readonly number[]
  memory: MenuMemory
  siteUrl: string
  publicUrl: string
  dataDir: string
}): void {
  const newIds = done.created.values()
  const items = new Map<number, KnownItem>()
  for (const entry of done.entries) {
    const id = entry.action === 'create' ? newIds.next().value : entry.id
    if (entry.remember && typeof id === 'number') items.set(id, entry.remember)
  }
  const before = JSON.stringify([done.memory.publicUrl, [...done.memory.items].sort(([a], [b]) => a - b)])
  if (before === JSON.stringify([done.publicUrl, [...items].sort(([a], [b]) => a - b)])) return
  writeMenuMemory(done.dataDir, done.siteUrl, { publicUrl: done.publicUrl, items })
}

/** Older sites lack fields of the web form. */
function whatIsLeftToDo(wanted: readonly WantedItem[], available: ReadonlySet<string>): string[] {
  if (wanted.length === 0) return []
  const overlays = wanted.filter(({ values }) => values.open_in_overlay === true).map(({ title }) => `“${title}”`)
  const lost = (field: ItemField, label: string): string[] =>
    !available.has(field) && wanted.some(({ values }) => values[field] !== undefined && values[field] !== false)
      ? [`This site does not let programs set “${label}” of its menu items: it stays as it is.`]
      : []
  return [
    ...(available.has('secret_token')
      ? []
      : [
          'This site does not let programs set the secret token. Paste what "npx amiable token <handler>" prints into each item’s form.',
        ]),
    ...(available.has('open_in_overlay') || overlays.length === 0
      ? []
      : [
          `This site does not let programs switch on “Open in modal overlay”. Do so in the form of ${[...new Set(overlays)].join(', ')}.`,
        ]),
    ...lost('folder', 'Folder'),
    ...lost('permissions_groups', 'Restrict to permission groups'),
    ...lost('projects', 'Restrict to projects'),
    ...lost('poll_for_data_updates', 'Poll for data updates'),
  ]
}

function notesOn(plan: {
  wanted: readonly WantedItem[]
  entries: readonly PlanEntry[]
  memory: MenuMemory
  siteUrl: string
  publicUrl: string
}): string[] {
  const { wanted, entries, memory, siteUrl, publicUrl } = plan
  const moved = entries.filter(
    ({ action, changes }) => action === 'update' && changes.some(({ field }) => field === 'url'),
  )
  const overlays = wanted.some(({ values }) => values.open_in_overlay === true)
  return [
    ...(memory.isBroken
      ? [
          'menu.json in the data folder cannot be read, so it is not known which tokens the items have: they are set anew.',
        ]
      : []),
    ...(memory.publicUrl !== undefined && memory.publicUrl !== publicUrl && moved.length > 0
      ? [`The public URL was ${memory.publicUrl} the last time: what was registered with it moves to ${publicUrl}.`]
      : []),
    ...(overlays && siteUrl.startsWith('https:') && publicUrl.startsWith('http:')
      ? ['Items that open in an overlay stay empty: on an https site this server needs an https address too.']
      : []),
  ]
}
