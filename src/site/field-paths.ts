import type { Field, ReadValue, TargetOf } from './field-types.ts'
import type { EntityTypeOf, FieldOf, FieldValue, IsOpen } from './types.ts'

/** The entity type of a call: one of the schema, or any text whose value the compiler does not know. */
export type EntityTypeArg<S, T extends string> =
  IsOpen<S> extends true ? T : string extends T ? T : T extends keyof S ? T : EntityTypeOf<S>

/**
 * A field to read: of the type itself, or dotted, `entity.Shot.code`, through links to one entity. A path is followed as it
 * is written, so no list of all paths is made; where one leads nowhere, those that lead on from its last good part are
 * proposed.
 */
export type FieldArg<S, T extends string, F extends string> =
  IsOpen<S> extends true
    ? F
    : T extends keyof S
      ? F extends F
        ? string extends F
          ? F
          : F extends 'type'
            ? F
            : [FieldAt<S, T, F>] extends [never]
              ? Proposed<S, T, F>
              : F
        : never
      : F

/**
 * The field that a path leads to; `never` when it leads nowhere.
 *
 * @param Through  data types of the links that it may pass; filters look through lists of links, too
 */
export type FieldAt<S, T, P extends string, Through extends string = 'entity'> = T extends keyof S
  ? P extends keyof S[T]
    ? S[T][P]
    : P extends `${infer L}.${infer U}.${infer Rest}`
      ? L extends keyof S[T]
        ? U extends TargetOf<S[T][L], Through>
          ? FieldAt<S, U, Rest, Through>
          : never
        : never
      : never
  : FieldValue // of a type that the schema does not hold

/** What could stand in place of a path that leads nowhere: its good beginning, and then any field. */
export type Proposed<S, T, P extends string, Through extends string = 'entity'> = T extends keyof S
  ? P extends `${infer L}.${infer More}`
    ? L extends keyof S[T] & string
      ? S[T][L] extends Field<Through>
        ? More extends `${infer U}.${infer Rest}`
          ? U extends TargetOf<S[T][L], Through>
            ? `${L}.${U}.${Proposed<S, U, Rest, Through>}`
            : `${L}.${FieldsOf<S, TargetOf<S[T][L], Through>>}`
          : `${L}.${FieldsOf<S, TargetOf<S[T][L], Through>>}`
        : FieldOf<S, T & EntityTypeOf<S>>
      : FieldOf<S, T & EntityTypeOf<S>>
    : FieldOf<S, T & EntityTypeOf<S>>
  : string

type FieldsOf<S, U extends string> = U extends EntityTypeOf<S> ? `${U}.${FieldOf<S, U>}` : `${U}.id`

/** The values of a row, by the fields that were asked for. */
export type ValuesOf<S, T extends string, F extends string> =
  IsOpen<S> extends true
    ? OpenValues<F>
    : T extends keyof S
      ? string extends F
        ? OpenValues<F>
        : OwnValues<S[T], F & keyof S[T]> & DottedValues<S, T, Exclude<F, keyof S[T] | 'type'>>
      : OpenValues<F>

type OpenValues<F extends string> = { readonly [K in F]?: FieldValue }

// Mapped by the type's own keys, so that editors show the comment of each field.
type OwnValues<E, K extends keyof E> = { readonly [P in K]: ReadValue<E[P]> }

/** Null also where the path does not lead through: no link, or one to another type. */
type DottedValues<S, T, F extends string> = { readonly [P in F]: ReadValue<FieldAt<S, T, P>> | null }
