import { Fault } from '../fault.ts'
import { isList, isObject, type Json, type JsonObject } from '../json.ts'
import type { SandboxSite } from '../site.ts'
import { isMultiLinkField, isRef, refsIn } from '../store/links.ts'
import type { Row } from '../store/store.ts'
import { fieldReader } from '../store/stored.ts'
import { inspect } from '../values/inspect.ts'
import { findPath, type Hop } from './path.ts'
import { positiveOf, relationsOf } from './relations.ts'
import { compileTest } from './tests.ts'

export type RowTest = (row: Row) => boolean

/** For whom a filter is compiled; `method` is named in messages. */
export type FilterContext = { readonly site: SandboxSite; readonly method: string; readonly type: string }

const maxDepth = 265

/** Checks a filter group and turns it into a test of rows. Throws a `Fault`. */
export function compileFilter(context: FilterContext, group: Json, depth = 1): RowTest {
  if (!isObject(group)) throw malformed(context, `invalid/missing hash 'filters': ${inspect(group)}`)
  if (depth > maxDepth) throw malformed(context, `filters are nested deeper than ${maxDepth} groups`)
  const { logical_operator: operator, conditions } = group
  if (operator === undefined) throw malformed(context, `Missing logical operator: ${inspect(group)}`)
  if (operator !== 'and' && operator !== 'or') {
    throw malformed(context, `Invalid logical operator: ${typeof operator === 'string' ? operator : inspect(operator)}`)
  }
  if (!isList(conditions)) throw malformed(context, `Missing conditions parameter: ${inspect(group)}`)
  const tests = conditions.map((item) => compileItem(context, item, depth))
  const [only] = tests
  if (only === undefined) return () => true
  if (tests.length === 1) return only
  return operator === 'and' ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row))
}

function compileItem(context: FilterContext, item: Json, depth: number): RowTest {
  if (!isObject(item)) throw malformed(context, `invalid filter condition: ${inspect(item)}`)
  return 'logical_operator' in item || 'conditions' in item
    ? compileFilter(context, item, depth + 1)
    : compileCondition(context, item)
}

function compileCondition(context: FilterContext, condition: JsonObject): RowTest {
  const { site, method, type } = context
  const { path: text, relation, values } = condition
  if (typeof text !== 'string') throw malformed(context, `invalid/missing string 'path': ${inspect(condition)}`)
  if (typeof relation !== 'string') throw malformed(context, `invalid/missing string 'relation': ${inspect(condition)}`)
  if (!isList(values)) throw malformed(context, `invalid/missing array 'values': ${inspect(condition)}`)
  const path = findPath(site.schema, type, text)
  if (typeof path === 'string') throw malformed(context, `${path} doesn't exist.: ${inspect(condition)}`)
  const { leaf, owner } = path
  const place = `${owner}.${leaf.name}`
  const allowed: readonly string[] = leaf.secret ? [] : relationsOf[leaf.dataType]
  if (allowed.length === 0) {
    throw malformed(context, `${place}'s '${leaf.dataType}' data type cannot be used in a filter.`)
  }
  if (!allowed.includes(relation)) {
    throw malformed(
      context,
      `${place}'s '${leaf.dataType}' data type doesn't support '${relation}' 'relation': ${inspect(condition)}\n` +
        `Valid relations: ${inspect(allowed)}`,
    )
  }
  const { positive, negated } = positiveOf(relation)
  const test = compileTest({ site, method, place, field: leaf, relation, positive, values })
  const read = fieldReader(site, leaf)
  const atLeaf = (row: Row | undefined): boolean => test(row === undefined ? null : read(row)) !== negated
  return path.hops
    .toReversed()
    .reduce<(row: Row | undefined) => boolean>((inner, hop) => through(site, hop, inner), atLeaf)
}

/** The same test one link further away: of the linked entity, or of any one of several. */
function through(site: SandboxSite, hop: Hop, inner: (row: Row | undefined) => boolean) {
  const { name } = hop.field
  const follow = (value: Json | undefined) =>
    isRef(value) && value.type === hop.type ? site.store.findActive(value) : undefined
  if (!isMultiLinkField(hop.field)) return (row: Row | undefined) => inner(follow(row?.values[name]))
  return (row: Row | undefined) => {
    const targets = refsIn(row?.values[name])
      .map(follow)
      .filter((target) => target !== undefined)
    return targets.length === 0 ? inner(undefined) : targets.some(inner)
  }
}

function malformed({ method }: FilterContext, text: string): Fault {
  return new Fault(103, `API ${method}() ${text}`)
}
