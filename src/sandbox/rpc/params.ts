import { Fault } from '../fault.ts'
import { isList, isObject, type Json, type JsonObject } from '../json.ts'
import type { EntityTypeSchema } from '../schema/types.ts'
import type { SandboxSite } from '../site.ts'
import { inspect } from '../values/inspect.ts'
import { parseRef } from '../values/link.ts'

/** A request that does not have the shape it should have. */
export function malformed(method: string, text: string): Fault {
  return new Fault(103, `API ${method}() ${text}`)
}

/** The argument of a method as an object. */
export function objectParam(method: string, argument: Json | undefined): JsonObject {
  if (!isObject(argument)) throw malformed(method, `expects a hash as its argument, but got: ${inspect(argument)}`)
  return argument
}

/** The entity type that `type` names. */
export function entityTypeParam(
  site: SandboxSite,
  method: string,
  params: { readonly type?: unknown },
): EntityTypeSchema {
  const entityType = typeof params.type === 'string' ? site.schema.get(params.type) : undefined
  if (entityType === undefined) {
    throw malformed(method, `invalid/missing string entity 'type': ${inspect(params.type)}`)
  }
  return entityType
}

export function idParam(method: string, params: { readonly id?: unknown }): number {
  if (typeof params.id !== 'number' || !Number.isInteger(params.id)) {
    throw malformed(method, `invalid/missing integer 'id': ${inspect(params.id)}`)
  }
  return params.id
}

/** The id of the project that a call names, which need not exist; undefined when it names none. */
export function projectParam(method: string, params: { readonly project?: Json }): number | undefined {
  if (params.project === undefined || params.project === null) return undefined
  const { type, id } = parseRef(method, params.project)
  if (type !== 'Project') throw malformed(method, `invalid 'project': ${inspect(params.project)}`)
  return id
}

/** A list of texts; empty when it is not given. */
export function stringsParam(method: string, name: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (isList(value)) {
    const texts = value.filter((item) => typeof item === 'string')
    if (texts.length === value.length) return texts
  }
  throw malformed(method, `invalid/missing string array '${name}': ${inspect(value)}`)
}
