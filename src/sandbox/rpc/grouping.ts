import { isList, isObject, type Json } from '../json.ts'
import type { Path } from '../query/path.ts'
import type { DataType } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { isRef } from '../store/links.ts'
import { calendarDays, formatDate } from '../values/date.ts'
import { inspect } from '../values/inspect.ts'
import { malformed } from './params.ts'

/** One group: its value, how it is shown, and where it stands among the others; null for rows without value. */
export type GroupValue = { readonly value: Json; readonly name: string; readonly sortKey: string | number | null }

type ToGroup = (value: Json) => GroupValue
type GroupingKind = {
  readonly on: readonly DataType[] | 'any'
  readonly toGroup: (site: SandboxSite, path: Path) => ToGroup
}

const numbers: readonly DataType[] = ['number', 'integer', 'float', 'currency', 'percent', 'duration', 'timecode']
const dates: readonly DataType[] = ['date', 'date_time']
const ungroupable: readonly DataType[] = [
  'calculated',
  'image',
  'jsonb',
  'password',
  'pivot_column',
  'serializable',
  'summary',
  'url',
  'url_template',
]
const nothing: GroupValue = { value: null, name: '', sortKey: null }
const DAY_MS = 86_400_000

const kinds: Readonly<Record<string, GroupingKind>> = {
  exact: { on: 'any', toGroup: toExact },
  tens: range(10),
  hundreds: range(100),
  thousands: range(1_000),
  tensofthousands: range(10_000),
  hundredsofthousands: range(100_000),
  millions: range(1_000_000),
  day: days((day) => [day, day]),
  week: days((day) => calendarDays(new Date(day), 'WEEK', 0)),
  month: days((day) => calendarDays(new Date(day), 'MONTH', 0)),
  quarter: days((day) => quarterOf(new Date(day))),
  year: days((day) => calendarDays(new Date(day), 'YEAR', 0)),
  clustered_date: { on: dates, toGroup: toCluster },
  oneday: days((day) => [day, day]),
  fivedays: days((day) => fiveDays(new Date(day))),
  entitytype: { on: ['entity'], toGroup: () => (value) => (isRef(value) ? textGroup(value.type) : nothing) },
  firstletter: {
    on: ['text', 'entity', 'list'],
    toGroup: () => (value) => {
      const [letter] = nameOf(value).toUpperCase()
      return letter === undefined ? nothing : textGroup(letter)
    },
  },
}

/** How rows are put together by this field. Throws a `Fault` that lists the legal ways. */
export function parseGroupingType(site: SandboxSite, path: Path, type: Json | undefined): ToGroup {
  const { owner, leaf } = path
  if (ungroupable.includes(leaf.dataType)) {
    throw malformed('summarize', `Grouping is not allowed for field ${owner}.${leaf.name}.`)
  }
  const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined
  const legal = Object.entries(kinds).filter(([, { on }]) => on === 'any' || on.includes(leaf.dataType))
  if (kind === undefined || !legal.some(([name]) => name === type)) {
    throw malformed(
      'summarize',
      `${owner}.${leaf.name}'s '${leaf.dataType}' data type doesn't support '${typeof type === 'string' ? type : inspect(type)}' ` +
        `'grouping'. Valid types: ${inspect(legal.map(([name]) => name))}`,
    )
  }
  return kind.toGroup(site, path)
}

function toExact(site: SandboxSite, { leaf }: Path): ToGroup {
  if (leaf.dataType === 'checkbox') {
    return (value) => ({ value, name: value === true ? '[X]' : '[ ]', sortKey: value === true ? 1 : 0 })
  }
  if (leaf.dataType === 'duration') {
    return (value) =>
      typeof value === 'number' ? { value, name: spokenDuration(site, value), sortKey: value } : nothing
  }
  return (value) => {
    if (value === null || (isList(value) && value.length === 0)) return nothing
    if (isList(value)) {
      const name = value.map(nameOf).join(', ')
      return { value: value.map(asValidLink), name, sortKey: name.toLowerCase() }
    }
    if (typeof value === 'number') return { value, name: String(value), sortKey: value }
    const name = nameOf(value)
    return { value: asValidLink(value), name, sortKey: name.toLowerCase() }
  }
}

/** A link as groups hold it. */
function asValidLink(value: Json): Json {
  return isObject(value) && isRef(value) ? { ...value, valid: 'valid' } : value
}

function nameOf(value: Json): string {
  if (typeof value === 'string') return value
  if (!isObject(value)) return value === null || isList(value) ? '' : String(value)
  return typeof value.name === 'string' ? value.name : ''
}

function textGroup(text: string): GroupValue {
  return { value: text, name: text, sortKey: text.toLowerCase() }
}

/** Ranges of numbers; the value of a group is where it begins. */
function range(size: number): GroupingKind {
  const toGroup = (): ToGroup => (value) => {
    if (typeof value !== 'number') return nothing
    const low = Math.floor(value / size) * size
    return { value: low, name: `${low}-${low + size - 1}`, sortKey: low }
  }
  return { on: numbers, toGroup }
}

/** Ranges of days; the value of a group is its first day. */
function days(rangeOf: (day: string) => readonly [first: string, last: string]): GroupingKind {
  const toGroup = (): ToGroup => (value) => {
    if (typeof value !== 'string') return nothing
    const [first, last] = rangeOf(value.slice(0, 10))
    return { value: first, name: first === last ? first : `${first} - ${last}`, sortKey: first }
  }
  return { on: dates, toGroup }
}

function quarterOf(day: Date): [first: string, last: string] {
  const month = day.getUTCMonth() - (day.getUTCMonth() % 3)
  const at = (months: number, date: number) => formatDate(new Date(Date.UTC(day.getUTCFullYear(), months, date)))
  return [at(month, 1), at(month + 3, 0)]
}

/** Five days each, counted from 1970-01-01. */
function fiveDays(day: Date): [first: string, last: string] {
  const first = Math.floor(day.getTime() / DAY_MS / 5) * 5 * DAY_MS
  return [formatDate(new Date(first)), formatDate(new Date(first + 4 * DAY_MS))]
}

/** Before today, today, after today. */
function toCluster(site: SandboxSite): ToGroup {
  const today = formatDate(site.now())
  return (value) => {
    if (typeof value !== 'string') return nothing
    const day = value.slice(0, 10)
    const place = day < today ? 0 : day === today ? 1 : 2
    const name = ['Past', 'Today', 'Future'][place] ?? ''
    return { value: name, name, sortKey: place }
  }
}

/** Minutes as days of work, or as hours when the site prefers them. */
function spokenDuration(site: SandboxSite, minutes: number): string {
  const inHours = site.preferences.duration_units === 'hours'
  const hoursPerDay = typeof site.preferences.hours_per_day === 'number' ? site.preferences.hours_per_day : 8
  const count = Math.round((minutes / 60 / (inHours ? 1 : hoursPerDay)) * 100) / 100
  const unit = inHours ? 'hour' : 'day'
  return `${count} ${count === 1 ? unit : `${unit}s`}`
}
