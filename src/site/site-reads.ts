import type { FindAllOptions, FindOptions, QueryOptions } from './call-types.ts'
import type { EntityTypeArg, FieldArg } from './field-paths.ts'
import type { FiltersArg } from './filter-check.ts'
import type { RowOf } from './row-types.ts'
import type { EntityTypeOf, LooseSchema } from './types.ts'

/** The reading calls. Entity types, filters, fields and orders are checked by the schema as far as they are written out. */
export interface SiteReads<S = LooseSchema> {
  /**
   * Find entities. All pages are collected; use {@link SiteReads.findAll} for lists that may be long.
   * @example
   * const versions = await site.find('Version', [['project', 'is', project]], ['code', 'sg_status_list'])
   */
  find<T extends string = EntityTypeOf<S>, const X = [], F extends string = never, O extends string = never>(
    entityType: EntityTypeArg<S, T>,
    filters: FiltersArg<S, T, X>,
    fields?: readonly FieldArg<S, T, F>[],
    options?: FindOptions<FieldArg<S, T, O>>,
  ): Promise<RowOf<S, T, F>[]>

  /**
   * Find the first entity, or undefined.
   * @example
   * const shot = await site.findOne('Shot', [['code', 'is', 'LH_010']], ['sg_cut_in'])
   */
  findOne<T extends string = EntityTypeOf<S>, const X = [], F extends string = never, O extends string = never>(
    entityType: EntityTypeArg<S, T>,
    filters: FiltersArg<S, T, X>,
    fields?: readonly FieldArg<S, T, F>[],
    options?: QueryOptions<FieldArg<S, T, O>>,
  ): Promise<RowOf<S, T, F> | undefined>

  /**
   * Find entities one by one in constant memory; the next page is fetched while you work on this one.
   * @example
   * for await (const task of site.findAll('Task', [], ['content'])) console.log(task.content)
   */
  findAll<T extends string = EntityTypeOf<S>, const X = [], F extends string = never, O extends string = never>(
    entityType: EntityTypeArg<S, T>,
    filters: FiltersArg<S, T, X>,
    fields?: readonly FieldArg<S, T, F>[],
    options?: FindAllOptions<FieldArg<S, T, O>>,
  ): AsyncGenerator<RowOf<S, T, F>, void, undefined>
}
