import type { BatchDelete, BatchRequest, BatchResults, MultiEntityUpdateMode } from './call-types.ts'
import type { FieldArg } from './field-paths.ts'
import type { Field, LinkList, ReadOnlyField, WriteValue } from './field-types.ts'
import type { WrittenRow } from './row-types.ts'
import type { EntityTypeOf, FieldData, IsOpen, Row } from './types.ts'
import type { FieldsOrWide } from './wide-values.ts'

/**
 * What an update may set: the fields of the type that can be written, each optional.
 *
 * @param D  what is given
 */
export type UpdateData<S, T extends string, D> =
  IsOpen<S> extends true ? D & FieldData : T extends keyof S ? FieldsOrWide<Writable<S[T]>, D> : FieldData

/** What a create may set: as for an update, and who made it and when. */
export type CreateData<S, T extends string, D> =
  IsOpen<S> extends true
    ? D & FieldData
    : T extends keyof S
      ? FieldsOrWide<Writable<S[T], 'created_by' | 'created_at'>, D>
      : FieldData

/** @param Besides  fields that the site alone writes otherwise */
type Writable<E, Besides = never> = {
  readonly [K in keyof E as IsWritable<E[K], K, Besides> extends true ? K : never]?: WriteValue<E[K]> | undefined
}

type IsWritable<F, K, Besides> = [WriteValue<F>] extends [never]
  ? false
  : F extends ReadOnlyField<string>
    ? K extends Besides
      ? true
      : false
    : true

/** Lists of links, by what becomes of them. */
export type UpdateModes<S, T extends string> =
  IsOpen<S> extends true
    ? { readonly [field: string]: MultiEntityUpdateMode }
    : T extends keyof S
      ? { readonly [K in keyof S[T] as S[T][K] extends Field<LinkList> ? K : never]?: MultiEntityUpdateMode }
      : { readonly [field: string]: MultiEntityUpdateMode }

/** The requests of a batch: as they are where the schema agrees, else what it would take in their place. */
export type BatchArg<S, R> =
  IsOpen<S> extends true
    ? R & readonly BatchRequest[]
    : R extends readonly []
      ? R
      : R extends readonly unknown[]
        ? { readonly [K in keyof R]: BatchItem<S, R[K]> }
        : readonly BatchRequest[]

type BatchItem<S, Q> = Q extends { readonly requestType: infer O; readonly entityType: infer T extends EntityTypeOf<S> }
  ? O extends 'create'
    ? CreateItem<S, T, Q>
    : O extends 'update'
      ? UpdateItem<S, T, Q>
      : BatchDelete
  : Q extends { readonly entityType: infer T extends string }
    ? string extends T
      ? BatchRequest
      : { readonly entityType: EntityTypeOf<S> }
    : BatchRequest

type DataOf<Q> = Q extends { readonly data: infer D } ? D : unknown

type CreateItem<S, T extends string, Q> = {
  readonly requestType: 'create'
  readonly entityType: T
  readonly data: CreateData<S, T, DataOf<Q>>
  readonly returnFields?: Q extends { readonly returnFields: readonly (infer F extends string)[] }
    ? readonly FieldArg<S, T, F>[]
    : readonly string[]
}

type UpdateItem<S, T extends string, Q> = {
  readonly requestType: 'update'
  readonly entityType: T
  readonly entityId: number
  readonly data: UpdateData<S, T, DataOf<Q>>
  readonly multiEntityUpdateModes?: UpdateModes<S, T>
}

/** As {@link BatchResults}, with the rows of the schema. */
export type BatchResultsOf<S, R> =
  IsOpen<S> extends true ? BatchResults<R> : { -readonly [K in keyof R]: BatchResult<S, R[K]> }

type BatchResult<S, Q> = Q extends BatchDelete
  ? boolean
  : Q extends { readonly requestType: 'create' | 'update'; readonly entityType: infer T extends string }
    ? WrittenRow<S, T>
    : Row | boolean
