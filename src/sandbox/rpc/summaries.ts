import { isList, type Json } from '../json.ts'
import type { Path } from '../query/path.ts'
import type { DataType } from '../schema/types.ts'
import { inspect } from '../values/inspect.ts'
import { malformed } from './params.ts'

/** What the values of a field become. */
export type Summarize = (values: readonly Json[]) => Json

const numbers: readonly DataType[] = [
  'number',
  'integer',
  'float',
  'currency',
  'percent',
  'duration',
  'timecode',
  'calculated',
]
const dates: readonly DataType[] = ['date', 'date_time']
const choices: readonly DataType[] = ['status_list', 'list', 'checkbox']

type SummaryKind = { readonly on: readonly DataType[] | 'any'; readonly summarize: Summarize }

/** Every summary type, what it is for and what it makes of no values at all: 0, but no date and no status. */
const kinds: Readonly<Record<string, SummaryKind>> = {
  record_count: { on: 'any', summarize: (values) => values.length },
  count: { on: 'any', summarize: (values) => values.filter(isFilled).length },
  sum: { on: numbers, summarize: (values) => sum(numbersIn(values)) },
  maximum: { on: numbers, summarize: (values) => numbersIn(values).reduce((a, b) => Math.max(a, b), -Infinity) },
  minimum: { on: numbers, summarize: (values) => numbersIn(values).reduce((a, b) => Math.min(a, b), Infinity) },
  average: { on: numbers, summarize: (values) => sum(numbersIn(values)) / numbersIn(values).length },
  earliest: { on: dates, summarize: (values) => textsIn(values).sort()[0] ?? null },
  latest: { on: dates, summarize: (values) => textsIn(values).sort().at(-1) ?? null },
  // A target value does not travel, so what counts is whether there is a value.
  percentage: { on: choices, summarize: (values) => Math.round(share(values)) },
  status_percentage: { on: choices, summarize: (values) => Math.round(share(values)) },
  status_percentage_as_float: { on: choices, summarize: (values) => share(values) },
  status_list: { on: ['status_list'], summarize: (values) => commonStatus(textsIn(values)) },
  checked: { on: ['checkbox'], summarize: (values) => values.filter((value) => value === true).length },
  unchecked: { on: ['checkbox'], summarize: (values) => values.filter((value) => value !== true).length },
}

/** The names of all summary types, `none` not among them. */
export const summaryTypes: readonly string[] = Object.keys(kinds)

/** The summary that `type` names, if the field can be summarized so. Throws a `Fault` that lists the legal ones. */
export function parseSummaryType({ owner, leaf }: Path, type: Json | undefined): Summarize {
  const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (kind === undefined) {
    throw malformed(
      'summarize',
      `invalid/missing 'summaries' 'type': ${inspect(type)}. Valid types: ${inspect(summaryTypes)}`,
    )
  }
  if (kind.on !== 'any' && !kind.on.includes(leaf.dataType)) {
    const legal = Object.entries(kinds).filter(([, { on }]) => on === 'any' || on.includes(leaf.dataType))
    throw malformed(
      'summarize',
      `${owner}.${leaf.name}'s '${leaf.dataType}' data type doesn't support '${type}' summaries. ` +
        `Valid types: ${inspect(legal.map(([name]) => name))}`,
    )
  }
  return (values) => finite(kind.summarize(values))
}

/** A minimum, maximum or average of nothing is 0. */
function finite(value: Json): Json {
  return typeof value === 'number' && !Number.isFinite(value) ? 0 : value
}

function isFilled(value: Json): boolean {
  return isList(value) ? value.length > 0 : value !== null
}

function numbersIn(values: readonly Json[]): number[] {
  return values.filter((value) => typeof value === 'number')
}

function textsIn(values: readonly Json[]): string[] {
  return values.filter((value) => typeof value === 'string')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The part of the rows that has a value, from 0 to 100. */
function share(values: readonly Json[]): number {
  return (values.filter((value) => isFilled(value) && value !== false).length / values.length) * 100
}

/** The status that all have; `ip` for any mixture. */
function commonStatus(statuses: readonly string[]): string | null {
  const [first = null, ...others] = new Set(statuses)
  return others.length > 0 ? 'ip' : first
}
