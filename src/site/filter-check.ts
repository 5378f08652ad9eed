import type { FieldAt, Proposed } from './field-paths.ts'
import type { ConditionsOf, LinkList } from './field-types.ts'
import type { FilterCondition, FilterGroup, FilterOperator, Filters, WireGroup } from './filter-types.ts'
import type { EntityTypeOf, FieldOf, IsOpen } from './types.ts'
import type { EachOrWide } from './wide-values.ts'

/** The filters of a call: as they are where the schema agrees, else what it would take in their place. */
export type FiltersArg<S, T extends string, X> =
  IsOpen<S> extends true
    ? Filters
    : X extends readonly unknown[]
      ? FilterList<S, T, X>
      : X extends WireGroup
        ? X
        : Filters

type FilterList<S, T extends string, X> =
  T extends EntityTypeOf<S> ? { readonly [K in keyof X]: FilterItem<S, T, X[K]> } : Filters

type FilterItem<S, T extends EntityTypeOf<S>, X> = X extends readonly [infer P extends string, ...infer Rest]
  ? string extends P
    ? FilterCondition
    : [FieldAt<S, T, P, Looked>] extends [never]
      ? readonly [Proposed<S, T, P, Looked>, ...unknown[]]
      : Condition<P, ConditionsOf<FieldAt<S, T, P, Looked>>, Rest>
  : X extends { readonly filters: infer G }
    ? { readonly filterOperator: FilterOperator; readonly filters: FilterList<S, T, G> }
    : X extends FilterCondition | FilterGroup
      ? X // made elsewhere: only the site can tell
      : readonly [FieldOf<S, T>, string, ...unknown[]] | FilterGroup

/** Filters look through lists of links, too. */
type Looked = 'entity' | LinkList

/** @param Names  the relations, written out one by one for messages */
type Condition<P extends string, C, Rest extends readonly unknown[], Names = { [R in keyof C]: R }[keyof C]> = [
  keyof C,
] extends [never]
  ? readonly [`${P} cannot be used in a filter`, ...unknown[]]
  : Rest extends readonly [infer R, ...infer Given]
    ? R extends keyof C
      ? readonly [P, R, ...Values<C[R], Given>]
      : readonly [P, Names, ...unknown[]]
    : readonly [P, Names, ...unknown[]]

/** One after the other, or in one list; not none. */
type Values<V, Given extends readonly unknown[]> = Given extends readonly [readonly (infer G)[]]
  ? readonly [[G] extends [never] ? NotNone<V> : V extends readonly unknown[] ? Readonly<EachOrWide<V, G>> : never]
  : Given extends readonly []
    ? NotNone<V>
    : V extends readonly unknown[]
      ? Readonly<EachOrWide<V, Given[number]>>
      : never

type NotNone<V> = V extends readonly (infer One)[]
  ? number extends V['length']
    ? readonly [One, ...One[]]
    : Readonly<V>
  : never
