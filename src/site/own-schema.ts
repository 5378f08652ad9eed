import type { DatedField } from './field-types.ts'
import type { LooseSchema } from './types.ts'

/**
 * The entity types and fields of your own site, once the file that `amiable types` writes has filled it in. Until then it
 * is empty, and any text names a type and a field.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged with
export interface SiteSchema {}

/** {@link SiteSchema} where it has been filled in, else `LooseSchema`. */
export type OwnSchema = keyof SiteSchema extends never ? LooseSchema : SiteSchema

declare const dates: unique symbol

/**
 * The same schema for a site that is opened with `dates: 'Date'`: `date_time` fields hold `Date`.
 * @example const site = createSite<WithDates<SiteSchema>>({ url, auth, dates: 'Date' })
 */
export type WithDates<S> = { readonly [T in keyof S]: { readonly [F in keyof S[T]]: DatedField<S[T][F]> } } & Dated

type Dated = { readonly [dates]: 'Date' }

/** How a schema says that dates arrive. */
export type DatesOption<S> = S extends Dated ? { readonly dates: 'Date' } : unknown
