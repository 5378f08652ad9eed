import type { CreateOptions, UpdateOptions } from './call-types.ts'
import type { EntityTypeArg, FieldArg } from './field-paths.ts'
import type { CallOptions } from './options.ts'
import type { WrittenRow } from './row-types.ts'
import type { EntityRef, EntityTypeOf, LooseSchema } from './types.ts'
import type { BatchArg, BatchResultsOf, CreateData, UpdateData, UpdateModes } from './write-types.ts'

/** The writing calls. None is ever repeated by itself: when an answer is lost, they reject with `SiteOutcomeUnknownError`. */
export interface SiteWrites<S = LooseSchema> {
  /**
   * Create an entity. Returns what was set, `returnFields`, type and id.
   * @example
   * const shot = await site.create('Shot', { code: 'LH_020', project: { type: 'Project', id: 12 } })
   */
  create<T extends string = EntityTypeOf<S>, F extends string = never, const D = unknown>(
    entityType: EntityTypeArg<S, T>,
    data: CreateData<S, T, D>,
    options?: CreateOptions<FieldArg<S, T, F>>,
  ): Promise<WrittenRow<S, T>>

  /**
   * Change fields of one entity. Returns type, id and the changed fields.
   * @example
   * await site.update(version, { sg_status_list: 'apr' })
   * await site.update({ type: 'Playlist', id: 51 }, { versions: [version] }, { multiEntityUpdateModes: { versions: 'add' } })
   */
  update<T extends string = EntityTypeOf<S>, const D = unknown>(
    ref: EntityRef<EntityTypeArg<S, T>>,
    data: UpdateData<S, T, D>,
    options?: UpdateOptions<UpdateModes<S, T>>,
  ): Promise<WrittenRow<S, T>>

  /** Retire an entity (move it to the trash). False when it already was. @example await site.delete(shot) */
  delete<T extends string = EntityTypeOf<S>>(
    ref: EntityRef<EntityTypeArg<S, T>>,
    options?: CallOptions,
  ): Promise<boolean>

  /** Bring a retired entity back. False when it was not retired. @example await site.revive({ type: 'Shot', id: 310 }) */
  revive<T extends string = EntityTypeOf<S>>(
    ref: EntityRef<EntityTypeArg<S, T>>,
    options?: CallOptions,
  ): Promise<boolean>

  /**
   * Several writes in one transaction: all or nothing, results in order. About 200 requests per call stay within
   * usual timeouts.
   * @example
   * await site.batch(shots.map((s) => ({ requestType: 'update', entityType: 'Shot', entityId: s.id, data: { sg_status_list: 'fin' } })))
   */
  batch<const R>(requests: BatchArg<S, R>, options?: CallOptions): Promise<BatchResultsOf<S, R>>
}
