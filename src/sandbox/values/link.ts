import { Fault } from '../fault.ts'
import { isList, isObject, type Json } from '../json.ts'
import type { EntityRef } from '../refs.ts'
import type { FieldSchema } from '../schema/types.ts'
import { refKey } from '../store/links.ts'
import type { ValueContext } from './context.ts'
import { expected, rejected } from './faults.ts'
import { inspect } from './inspect.ts'

/** A link value: `{type, id}` and whatever else. Throws a `Fault` when it is not one. */
export function parseRef(method: string, value: Json): EntityRef {
  if (!isObject(value)) throw new Fault(103, `API ${method}() invalid/missing entity hash: ${inspect(value)}`)
  const { type, id } = value
  if (typeof type !== 'string' || type === '') {
    throw new Fault(103, `API ${method}() invalid/missing entity hash string 'type': ${inspect(value)}`)
  }
  if (typeof id !== 'number' || !Number.isInteger(id)) {
    throw new Fault(103, `API ${method}() invalid/missing entity hash integer 'id': ${inspect(value)}`)
  }
  return { type, id }
}

export function parseLink(context: ValueContext, field: FieldSchema, value: Json): Json {
  return value === null ? null : parseLegalRef(context, field, value)
}

/** The links without duplicates. */
export function parseLinks(context: ValueContext, field: FieldSchema, value: Json): Json {
  if (!isList(value)) throw expected(context.place, ['Array'], value)
  const links = new Map<string, EntityRef>()
  for (const item of value) {
    const ref = parseLegalRef(context, field, item)
    links.set(refKey(ref), ref)
  }
  return [...links.values()]
}

/** A link to an entity that exists, of a type that the field accepts. */
function parseLegalRef({ site, place, asSite }: ValueContext, field: FieldSchema, value: Json): EntityRef {
  const ref = parseRef(place.method, value)
  const rightType = field.validTypes === null || field.validTypes.includes(ref.type)
  if (!rightType || !(asSite ? site.store.find(ref.type, ref.id) : site.store.findActive(ref))) {
    throw rejected(place, `Value is not legal. ${inspect(ref)}`)
  }
  return ref
}
