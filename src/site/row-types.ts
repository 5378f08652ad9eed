import type { ValuesOf } from './field-paths.ts'
import type { ReadValue } from './field-types.ts'
import type { EntityRef, IsOpen, LooseSchema } from './types.ts'

/**
 * A row of a site whose schema is known: type, id and the fields that were asked for, with the values of their data types.
 * Without a schema it is a `Row`.
 */
export type RowOf<S, T extends string, F extends string> = EntityRef<T> & ValuesOf<S, T, F>

/** What a write answers: the fields that were set, and those asked for besides. */
export type WrittenRow<S, T extends string> = EntityRef<T> & WrittenValues<S, T>

type WrittenValues<S, T extends string> =
  IsOpen<S> extends true
    ? ValuesOf<LooseSchema, T, string>
    : T extends keyof S
      ? { readonly [K in keyof S[T]]?: ReadValue<S[T][K]> }
      : ValuesOf<LooseSchema, T, string>
