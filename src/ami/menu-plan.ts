import { defaultValues, type ItemField, type ItemValue, itemFields, type WantedItem } from './menu-items.ts'
import type { NamedLink } from './menu-names.ts'

/** An action menu item as the site has it. */
export interface FoundItem {
  readonly id: number
  readonly entityType: string | null
  readonly values: Readonly<Record<ItemField, ItemValue>>
}

/** What is remembered of an item that was registered from here. */
export interface KnownItem {
  readonly handler: string
  /** Fingerprint of the token that was set; null where the site takes none. */
  readonly token: string | null
  /** Fields that the handler spoke of, among those that may also be set by hand. */
  readonly declared: readonly ItemField[]
}

export const planActions = ['create', 'update', 'unchanged', 'not-loaded', 'left-alone', 'extra', 'not-served'] as const
export type PlanAction = (typeof planActions)[number]

/** `secret_token` is never shown: `from` says whether it is outdated or unknown. */
export interface Change {
  readonly field: ItemField | 'secret_token'
  readonly from: ItemValue
  readonly to: ItemValue
}

export interface PlanEntry {
  readonly action: PlanAction
  /** null: there is none yet. */
  readonly id: number | null
  readonly handler: string
  readonly title: string
  readonly entityType: string | null
  readonly url: string
  readonly changes: readonly Change[]
  /** For what is not simply done: a reason, for people. */
  readonly why?: string
  /** What to remember of it once it is done; none for what is not ours. */
  readonly remember?: KnownItem
}

export interface PlanInput {
  /** What people's browsers call this server. */
  readonly publicUrl: string
  readonly wanted: readonly WantedItem[]
  readonly found: readonly FoundItem[]
  /** Items that were registered from here, by id. */
  readonly known: ReadonlyMap<number, KnownItem>
  /** Handlers that could not be loaded: what they want is not known. */
  readonly failed: ReadonlySet<string>
  /** Fields that the site has and lets be written. */
  readonly available: ReadonlySet<string>
  /** Fingerprint of each handler's token of today. */
  readonly fingerprintOf: (handler: string) => string
  /** Whether items of another installation are taken over. */
  readonly adopt: boolean
}

type Placed = FoundItem & { readonly handler: string; readonly origin: string }

/**
 * Compare what the handlers want with what the site has. Pure: the same input gives the same plan.
 *
 * An item is ours when its URL leads to `/ami/<handler>` under our public URL, or when it was registered from here.
 */
export function planMenu(input: PlanInput): PlanEntry[] {
  const { wanted, known, failed, adopt } = input
  const served = new Map(wanted.map((item) => [keyOf(item), item]))
  const { ours, others } = sortOut(input, new Set([...wanted.map(({ handler }) => handler), ...failed]))
  const byKey = Map.groupBy(ours, keyOf)
  const otherByKey = Map.groupBy(others, keyOf)
  const adopted = new Set<Placed>()

  const kept = wanted.map((item): PlanEntry[] => {
    // One that was registered from here is the first; else the oldest.
    const candidates = (byKey.get(keyOf(item)) ?? []).toSorted(
      (a, b) => Number(known.has(b.id)) - Number(known.has(a.id)) || a.id - b.id,
    )
    const [taken] = adopt && candidates.length === 0 ? (otherByKey.get(keyOf(item)) ?? []) : []
    if (taken) adopted.add(taken)
    const [first = taken, ...extra] = candidates
    return [
      first ? compare(first, item, input) : creation(item, input),
      ...extra.map((one) => leave(one, 'extra', { ...input, why: `there is #${first?.id} already` })),
    ]
  })
  const rest = ours
    .filter((item) => failed.has(item.handler) || !served.has(keyOf(item)))
    .map((item) =>
      failed.has(item.handler)
        ? leave(item, 'not-loaded', { ...input, why: 'its handler could not be loaded' })
        : leave(item, 'not-served', { ...input, why: whyNotServed(item, wanted) }),
    )
  const alone = others
    .filter((item) => !adopted.has(item))
    .map((item) =>
      leave(item, 'left-alone', {
        known: new Map(),
        why: `at ${item.origin}${adopt && byKey.has(keyOf(item)) ? ', and there is one of ours' : ''}`,
      }),
    )
  const all = [...kept.flat(), ...rest, ...alone]
  return all.toSorted((a, b) => planActions.indexOf(a.action) - planActions.indexOf(b.action))
}

/** What leads to us, and what leads to handlers of the same names elsewhere; each the oldest first. */
function sortOut({ found, known, publicUrl }: PlanInput, handlers: ReadonlySet<string>) {
  const all: Placed[] = found
    .toSorted((a, b) => a.id - b.id)
    .flatMap((item) => {
      const place = placeOf(item, { publicUrl, isKnown: known.has(item.id) })
      return place ? [{ ...item, ...place }] : []
    })
  const here = new URL(publicUrl).origin
  const isOurs = ({ id, origin }: Placed): boolean => origin === here || known.has(id)
  return { ours: all.filter(isOurs), others: all.filter((item) => !isOurs(item) && handlers.has(item.handler)) }
}

/** Handler and entity type: there is one item for both together. */
function keyOf({ handler, entityType }: { handler: string; entityType: string | null }): string {
  return `${handler} ${entityType ?? '*'}`
}

/** To which handler of which server an item leads. For one that was registered from here, the path before `/ami/` may be an earlier one. */
function placeOf(
  { values: { url } }: FoundItem,
  { publicUrl, isKnown }: { publicUrl: string; isKnown: boolean },
): { handler: string; origin: string } | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const { origin, pathname, protocol } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const [, prefix, segment] = /^(.*)\/ami\/([^/]+)\/?$/.exec(pathname) ?? []
  if (segment === undefined || (!isKnown && prefix !== new URL(publicUrl).pathname.replace(/\/+$/, '')))
    return undefined
  return { handler: decoded(segment), origin }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function creation(item: WantedItem, { available, fingerprintOf }: PlanInput): PlanEntry {
  const values = { ...defaultValues, ...item.values }
  const fields = itemFields.filter((field) => available.has(field))
  return {
    action: 'create',
    id: null,
    handler: item.handler,
    title: item.title,
    entityType: item.entityType,
    url: String(item.values.url),
    changes: [
      ...fields.map((field) => ({ field, from: null, to: values[field] ?? null })),
      ...(available.has('secret_token') ? [{ field: 'secret_token', from: null, to: 'current' } as const] : []),
    ],
    remember: memoryOf(item, available.has('secret_token') ? fingerprintOf(item.handler) : null),
  }
}

function compare(found: Placed, item: WantedItem, { available, known, fingerprintOf }: PlanInput): PlanEntry {
  const before = known.get(found.id)
  const fingerprint = available.has('secret_token') ? fingerprintOf(item.handler) : null
  const changes: Change[] = itemFields.flatMap((field) => {
    const to = wantedValue(field, item, before)
    const from = found.values[field]
    return to === undefined || !available.has(field) || isSameValue(from, to) ? [] : [{ field, from, to }]
  })
  if (fingerprint !== null && before?.token !== fingerprint) {
    changes.push({ field: 'secret_token', from: before?.token ? 'outdated' : 'unknown', to: 'current' })
  }
  return {
    action: changes.length > 0 ? 'update' : 'unchanged',
    id: found.id,
    handler: item.handler,
    title: item.title,
    entityType: item.entityType,
    url: String(item.values.url),
    changes,
    remember: memoryOf(item, fingerprint),
  }
}

/** What the handler says, or the default where it has said something before and is silent now. */
function wantedValue(field: ItemField, item: WantedItem, before: KnownItem | undefined): ItemValue | undefined {
  const said = item.values[field]
  if (said !== undefined || !before?.declared.includes(field)) return said
  return field in defaultValues ? defaultValues[field as keyof typeof defaultValues] : undefined
}

function memoryOf(item: WantedItem, token: string | null): KnownItem {
  const mayBeSilent = Object.keys(defaultValues)
  const declared = itemFields.filter((field) => mayBeSilent.includes(field) && item.values[field] !== undefined)
  return { handler: item.handler, token, declared }
}

function leave(
  item: Placed,
  action: PlanAction,
  { known, why }: { known: ReadonlyMap<number, KnownItem>; why: string },
): PlanEntry {
  const { id, handler, entityType, values } = item
  const before = known.get(id)
  return {
    action,
    id,
    handler,
    title: String(values.title ?? ''),
    entityType,
    url: String(values.url),
    changes: [],
    why,
    ...(before ? { remember: before } : {}),
  }
}

function whyNotServed({ handler, entityType }: Placed, wanted: readonly WantedItem[]): string {
  const types = wanted.filter((item) => item.handler === handler).map((item) => item.entityType)
  if (types.length === 0) return 'there is no such handler'
  if (types.includes(null)) return 'its handler has an item for every type'
  return `its handler works on ${types.join(', ')}${entityType === null ? ' only' : ''}`
}

/** Sites trim text, give no text as none, and links in any order. */
function isSameValue(from: ItemValue, to: ItemValue): boolean {
  const [a, b] = [from, to].map(comparable)
  return a === b
}

function comparable(value: ItemValue): string | number | boolean {
  if (isLinks(value))
    return value
      .map(({ id }) => id)
      .toSorted((a, b) => a - b)
      .join()
  return typeof value === 'string' ? value.trim() : (value ?? '')
}

export function isLinks(value: ItemValue): value is readonly NamedLink[] {
  return Array.isArray(value)
}
