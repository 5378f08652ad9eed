import { Fault } from '../fault.ts'
import { isList, type Json } from '../json.ts'
import type { FieldSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { inspect } from '../values/inspect.ts'

export type ValueTest = (value: Json) => boolean

/** One condition, its path and relation already understood. */
export type Condition = {
  readonly site: SandboxSite
  readonly method: string
  /** `Type.field`, for messages. */
  readonly place: string
  readonly field: FieldSchema
  /** As it was asked for. */
  readonly relation: string
  /** The same without negation. */
  readonly positive: string
  readonly values: readonly Json[]
}

/** The only value of a condition. */
export function one(condition: Condition): Json {
  const [value] = condition.values
  if (condition.values.length !== 1 || value === undefined) throw wrongCount(condition, 'expects a 1-element array')
  return value
}

/** The two values of a condition, which may also come as one list. */
export function two(condition: Condition): readonly [Json, Json] {
  const [first] = condition.values
  const [a, b, ...more] = condition.values.length === 1 && isList(first) ? first : condition.values
  if (a === undefined || b === undefined || more.length > 0) throw wrongCount(condition, 'expects a 2-element array')
  return [a, b]
}

/** All values of a condition, of which there is at least one. */
export function some(condition: Condition): readonly Json[] {
  if (condition.values.length === 0) throw wrongCount(condition, 'expects at least a 1-element array')
  return condition.values
}

function wrongCount({ method, place, relation, values }: Condition, text: string): Fault {
  return new Fault(103, `API ${method}() ${place}'s '${relation}' 'relation' ${text}: ${inspect(values)}`)
}
