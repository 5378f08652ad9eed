import { Fault } from '../fault.ts'
import { classOf, inspect } from './inspect.ts'

/** Where a value goes: everything a message about it needs. */
export type FieldPlace = {
  readonly method: 'read' | 'create' | 'update'
  readonly type: string
  readonly field: string
}

/** A value of the wrong JSON type. */
export function expected(place: FieldPlace, classes: readonly string[], value: unknown): Fault {
  const { method, type, field } = place
  const wanted = `expected [${classes.join(', ')}] data type(s)`
  return new Fault(103, `API ${method}() ${type}.${field} ${wanted} but got ${classOf(value)}: ${inspect(value)}`)
}

/** A value that is understood, but not accepted. */
export function rejected({ method, type, field }: FieldPlace, reason: string): Fault {
  return method === 'create' ? createFailed(type, reason) : updateFailed(type, field, reason)
}

export function createFailed(type: string, reason: string): Fault {
  return new Fault(104, `API create() CRUD ERROR #1: Create failed for [${type}]: ${reason}`)
}

export function updateFailed(type: string, field: string, reason: string): Fault {
  return new Fault(104, `API update() CRUD ERROR #6: Update failed for [${type}.${field}]: ${reason}`)
}

export function unsupportedImage({ method, type, field }: FieldPlace): Fault {
  return new Fault(
    103,
    `API ${method}() Write access of the 'image' data type (${type}.${field}) not yet supported in API`,
  )
}

export function readOnlyField({ method, type, field }: FieldPlace, value: unknown): Fault {
  return new Fault(103, `API ${method}() ${type}.${field} is read only: ${inspect(value)}`)
}

export function unknownField({ method, type, field }: FieldPlace, whole: unknown): Fault {
  return new Fault(103, `API ${method}() ${type}.${field} doesn't exist: ${inspect(whole)}`)
}
