import type { EntityRef, Link } from './types.ts'

/**
 * What a schema takes, and texts and links besides whose text (for links: whose type) is known at run time only, as far as
 * they were given: the site judges those. What is written out is held to the schema.
 *
 * @param V  what the schema takes
 * @param G  what was given
 */
type OrWide<V, G> = [WideIn<G>] extends [never] ? V : V | WideText<V, G> | WideLink<V, G> | WideList<V, G>

/** {@link OrWide} for each value of a list. */
export type EachOrWide<V extends readonly unknown[], G> = [WideIn<G>] extends [never]
  ? V
  : { readonly [K in keyof V]: OrWide<V[K], G> }

/** {@link OrWide} for each field. The first branch is never taken: `D` is inferred from it. */
export type FieldsOrWide<W, D> = [D] extends [never]
  ? D
  : [WideIn<D[keyof D]>] extends [never]
    ? W
    : { [K in keyof W]: K extends keyof D ? OrWide<W[K], D[K]> : W[K] }

/** The texts and links of a value, or of a list of them, that only the run knows. */
type WideIn<G> = G extends string
  ? string extends G
    ? string
    : never
  : G extends readonly (infer One)[]
    ? WideIn<One>
    : G extends EntityRef<infer T>
      ? string extends T
        ? Link
        : never
      : never

type WideText<V, G> = [Extract<V, string>] extends [never]
  ? never
  : Extract<WideIn<Exclude<G, readonly unknown[]>>, string>
type WideLink<V, G> = [Extract<V, EntityRef>] extends [never]
  ? never
  : Extract<WideIn<Exclude<G, readonly unknown[]>>, EntityRef>
type WideList<V, G> =
  Extract<V, readonly unknown[]> extends readonly (infer W)[]
    ? G extends readonly (infer One)[]
      ? readonly OrWide<W, One>[]
      : never
    : never
