import type { Relation } from './filter-types.ts'
import type { FieldObject, FieldValue, Link } from './types.ts'

/**
 * One field in the schema of a site: its data type as the site calls it, and the values (`list`, `status_list`) or the
 * entity types of links that it takes.
 * @example sg_status_list: Field<'status_list', 'wtg' | 'ip' | 'fin'>
 * @example entity: Field<'entity', 'Shot' | 'Asset'>
 */
export interface Field<D extends string, V extends string = string> {
  readonly dataType: D
  readonly valid: V
}

/** A field that only the site writes. */
export interface ReadOnlyField<D extends string, V extends string = string> extends Field<D, V> {
  readonly readOnly: true
}

/** What is read from a field. A field that is described by no {@link Field} is its own value. */
export type ReadValue<F> =
  F extends Field<infer D, infer V> ? (D extends keyof Kinds<V> ? Kinds<V>[D][0] : FieldValue) : F

/** What is written to a field; `never` where nothing can be. */
export type WriteValue<F> =
  F extends Field<infer D, infer V> ? (D extends keyof Kinds<V> ? Kinds<V>[D][1] : FieldValue) : F

/** Relation ▸ values that a filter on a field takes. */
export type ConditionsOf<F> =
  F extends Field<infer D, infer V> ? (D extends keyof Kinds<V> ? Kinds<V>[D][2] : AnyConditions) : AnyConditions

/** Entity types that a field of one of these data types leads to. */
export type TargetOf<F, Through extends string> = F extends Field<Through, infer V> ? V : never

/** Data types whose value is a list of links. */
export type LinkList = 'multi_entity' | 'addressing'

/** `date_time` values as `Date`: the data type of a site that was opened with `dates: 'Date'`. */
export type DatedField<F> =
  F extends ReadOnlyField<'date_time'> ? ReadOnlyField<'Date'> : F extends Field<'date_time'> ? Field<'Date'> : F

/** Data type ▸ what is read, what is written, what filters compare with. */
interface Kinds<V extends string> {
  readonly addressing: [readonly Link<V>[], readonly Link<V>[], AddressingConditions<V>]
  readonly calculated: [FieldValue, never, NoConditions]
  readonly checkbox: [boolean, boolean, Equal<boolean>]
  readonly color: [string | null, string | null, Choice<string>]
  readonly currency: [number | null, number | null, Counted]
  readonly date: [string | null, string | null, Dated<string>]
  readonly date_time: [string | null, string | Date | null, Dated<string | Date>]
  readonly Date: [Date | null, string | Date | null, Dated<string | Date>]
  readonly duration: [number | null, number | null, Measured]
  readonly entity: [Link<V> | null, Link<V> | null, LinkConditions<V>]
  readonly entity_type: [string | null, string | null, Choice<string>]
  readonly float: [number | null, number | null, Measured]
  readonly footage: [string | null, string | null, Choice<string>]
  readonly image: [string | null, null, Equal<null>]
  readonly integer: [number | null, never, Counted]
  readonly jsonb: [FieldValue, FieldValue, Equal<FieldValue> & Contains<FieldValue>]
  readonly list: [V | null, V | null, Choice<V>]
  readonly multi_entity: [readonly Link<V>[], readonly Link<V>[], LinkConditions<V>]
  readonly number: [number | null, number | null, Counted]
  readonly password: [string | null, string | null, NoConditions]
  readonly percent: [number | null, number | null, Measured]
  readonly pivot_column: [null, never, NoConditions]
  readonly serializable: [FieldValue, FieldValue, NoConditions]
  readonly status_list: [V | null, V | null, Choice<V>]
  readonly summary: [FieldValue, never, NoConditions]
  readonly system_task_type: [string | null, string | null, Choice<string>]
  readonly tag_list: [readonly string[], readonly string[], TagConditions]
  readonly text: [string | null, string | null, TextConditions]
  readonly timecode: [number | null, number | null, Measured]
  readonly url: [FieldObject | null, FieldObject | null, NoConditions]
  readonly url_template: [string | null, never, NoConditions]
  readonly uuid: [string | null, never, Choice<string>]
}

/** One value: `[V]`; two: `[V, V]`; one or more: `V[]`. */
type Equal<V> = { readonly is: [V]; readonly is_not: [V] }
type Contains<V> = { readonly contains: [V]; readonly not_contains: [V] }
type OneOf<V> = { readonly in: V[]; readonly not_in: V[] }
type Choice<V> = Equal<V | null> & OneOf<V | null>
type Ordered<V> = { readonly less_than: [V]; readonly greater_than: [V]; readonly between: [V, V] }
type Measured = Choice<number> & Ordered<number>
type Counted = Measured & { readonly not_between: [number, number] }

type Unit = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'
type Windows = 'in_last' | 'not_in_last' | 'in_next' | 'not_in_next'
type Calendar = 'in_calendar_day' | 'in_calendar_week' | 'in_calendar_month' | 'in_calendar_year'
type Dated<V> = Choice<V> &
  Ordered<V> & { readonly [R in Windows]: [count: number, unit: Unit] } & { readonly [R in Calendar]: [offset: number] }

// A text is never compared with null in a list: sites refuse it.
type TextConditions = Equal<string | null> &
  Contains<string> &
  OneOf<string> & { readonly starts_with: [string]; readonly ends_with: [string] }
type TagConditions = Equal<string | null> & {
  readonly [R in 'name_contains' | 'name_not_contains' | 'name_id']: [string]
}

/** Links are compared by type and id; a row will do. */
type LinkTests<V extends string> = Equal<Link<V> | null> & {
  readonly type_is: [V | null]
  readonly type_is_not: [V | null]
  readonly name_contains: [string]
  readonly name_not_contains: [string]
}
type LinkConditions<V extends string> = LinkTests<V> & OneOf<Link<V> | null> & { readonly name_is: [string] }
type AddressingConditions<V extends string> = LinkTests<V> &
  Contains<string> &
  OneOf<Link<V> | null> & { readonly name_starts_with: [string]; readonly name_ends_with: [string] }

type NoConditions = { readonly [R in never]: never }
type AnyConditions = { readonly [R in Relation]: FieldValue[] }
