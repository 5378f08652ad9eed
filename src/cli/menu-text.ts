import type { AppliedRegistration, Registration } from '../ami/menu.ts'
import type { ItemValue } from '../ami/menu-items.ts'
import { type Change, isLinks, type PlanAction, type PlanEntry } from '../ami/menu-plan.ts'

/** Of what is not done, this many lines; --json has all. */
const LINES_SHOWN = 20
const LINKS_SHOWN = 6
const WIDEST_COLUMN = 36

const headings: Readonly<Record<PlanAction, string>> = {
  create: 'create',
  update: 'update',
  unchanged: 'unchanged',
  'not-loaded': 'left as they are, for their handlers could not be loaded (npx amiable list says why)',
  'left-alone': 'left alone, for they belong to another installation',
  extra: 'more than one for the same handler and entity type: remove these by hand',
  'not-served': 'no longer served: remove these by hand',
}

const labels: Readonly<Record<Change['field'], string>> = {
  title: 'title',
  url: 'URL',
  list_order: 'order',
  folder: 'folder',
  selection_required: 'selection required',
  open_in_overlay: 'modal overlay',
  poll_for_data_updates: 'poll for data updates',
  permissions_groups: 'permission groups',
  projects: 'projects',
  secret_token: 'secret token',
}

/** The plan as people read it: what is done first, with what changes, then what is not. */
export function planAsText(plan: Registration, { adopt = false } = {}): string {
  const { entries } = plan
  const width = (pick: (entry: PlanEntry) => string): number =>
    Math.min(WIDEST_COLUMN, Math.max(0, ...entries.map((entry) => pick(entry).length)))
  const widths = { handler: width(({ handler }) => handler), type: width(typeOf) }
  const sections = (Object.keys(headings) as PlanAction[]).flatMap((action) => {
    const some = entries.filter((entry) => entry.action === action)
    if (some.length === 0) return []
    const isDone = action === 'create' || action === 'update'
    const shown = isDone ? some : some.slice(0, LINES_SHOWN)
    const rest = some.length - shown.length
    return [
      '',
      `  ${headings[action]}`,
      ...shown.flatMap((entry) => linesOf(entry, widths)),
      ...(rest > 0 ? [`    … and ${rest} more: --json lists all`] : []),
      ...(action === 'left-alone' && !adopt
        ? ['    If they were made for this one at an earlier address: --adopt takes them over.']
        : []),
    ]
  })
  const extra = [...plan.byHand.map((text) => `by hand: ${text}`), ...plan.notes.map((text) => `note: ${text}`)]
  return [
    '',
    `  The menu of ${plan.siteUrl}, for the handlers at ${plan.publicUrl}`,
    ...(entries.length === 0 ? ['', '  No handlers, and no items of theirs.'] : sections),
    ...(extra.length > 0 ? ['', ...extra.map((line) => `  ${line}`)] : []),
    '',
    '',
  ].join('\n')
}

/** How it ended. Without `done` it was a dry run. */
export function resultAsText(plan: Registration, done: AppliedRegistration | undefined): string {
  const count = (action: PlanAction): number => plan.entries.filter((entry) => entry.action === action).length
  const [create, update, unchanged] = [count('create'), count('update'), count('unchanged')]
  const others = [
    [unchanged, 'unchanged'],
    [count('not-loaded') + count('left-alone'), 'left alone'],
    [count('extra') + count('not-served'), 'to remove by hand'],
  ].flatMap(([number, text]) => (number ? [`${number} ${text}`] : []))
  const rest = others.length > 0 ? `; ${others.join(', ')}` : ''
  const lines =
    create + update === 0
      ? [`Nothing to do${rest}.`]
      : done
        ? [`Done: ${done.created} created, ${done.updated} updated${rest}.`]
        : [`A dry run: nothing was changed. To do: ${create} to create, ${update} to update${rest}.`]
  return `${[...lines, ...rotationLines(plan, done !== undefined || create + update === 0)].map((line) => `  ${line}`).join('\n')}\n\n`
}

function rotationLines({ rotation }: Registration, isDone: boolean): string[] {
  if (!rotation) return []
  const { stillNeededBy } = rotation
  if (stillNeededBy.length > 0) {
    const handlers = [...new Set(stillNeededBy.map(({ handler }) => handler))]
    return [
      `Keep AMIABLE_SECRET_PREVIOUS: ${stillNeededBy.length === 1 ? 'one item' : `${stillNeededBy.length} items`} may still have a token of the previous secret (${someOf(handlers, LINKS_SHOWN)}).`,
    ]
  }
  return [
    isDone
      ? 'Every item has a token of AMIABLE_SECRET: AMIABLE_SECRET_PREVIOUS may be removed.'
      : 'Then every item has a token of AMIABLE_SECRET, and AMIABLE_SECRET_PREVIOUS may be removed.',
  ]
}

export function planAsJson(plan: Registration, done: AppliedRegistration | undefined): string {
  const { siteUrl: site, publicUrl, entries, byHand, notes, rotation } = plan
  const items = entries.map(({ remember: _remember, ...entry }) => ({
    ...entry,
    changes: entry.changes.map(({ field, from, to }) => ({ field, from: plain(from), to: plain(to) })),
  }))
  return `${JSON.stringify(
    {
      site,
      publicUrl,
      items,
      byHand,
      notes,
      ...(rotation ? { previousSecretNeeded: rotation.stillNeededBy.length > 0 } : {}),
      done: done ? { created: done.created, updated: done.updated } : null,
    },
    null,
    2,
  )}\n`
}

function linesOf(entry: PlanEntry, widths: { handler: number; type: number }): string[] {
  const { id, handler, title, why, action, changes } = entry
  const number = id === null ? '' : `  #${id}`
  const head = `    ${handler.padEnd(widths.handler)}  ${typeOf(entry).padEnd(widths.type)}  ${printable(title)}${number}${why ? `  (${printable(why)})` : ''}`
  if (action === 'create') return [head, ...creationLine(changes)]
  const width = Math.max(0, ...changes.map(({ field }) => labels[field].length))
  return [head, ...changes.map((change) => `        ${labels[change.field].padEnd(width)}  ${changeText(change)}`)]
}

/** Of a new item, what is not as usual. */
function creationLine(changes: readonly Change[]): string[] {
  const said = changes.flatMap(({ field, to }) => {
    const isUsual = isLinks(to) ? to.length === 0 : to === null || to === false || field === 'list_order'
    const isPlain = ['title', 'url', 'selection_required', 'poll_for_data_updates', 'secret_token'].includes(field)
    return isUsual || isPlain ? [] : [`${labels[field]}: ${to === true ? 'on' : valueText(to)}`]
  })
  return said.length > 0 ? [`        ${said.join(' · ')}`] : []
}

function changeText({ field, from, to }: Change): string {
  if (field !== 'secret_token') return `${valueText(from)} → ${valueText(to)}`
  return from === 'outdated' ? 'of another secret → set anew' : 'not known → set anew'
}

function valueText(value: ItemValue): string {
  if (isLinks(value))
    return value.length === 0
      ? 'none'
      : someOf(
          value.map(({ name }) => printable(name)),
          LINKS_SHOWN,
        )
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === null || value === '' ? 'none' : printable(String(value))
}

function someOf(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

function typeOf({ entityType }: PlanEntry): string {
  return entityType ?? 'every type'
}

function plain(value: ItemValue): string | number | boolean | null | string[] {
  return isLinks(value) ? value.map(({ name }) => name) : value
}

/** Titles come from the site: nothing in them may move a terminal's cursor or turn its text around. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
}
