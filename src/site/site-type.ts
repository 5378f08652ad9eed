import type { SiteActivityStreams } from './activity-stream.ts'
import type {
  BatchRequest,
  BatchResults,
  CreateOptions,
  DownloadOptions,
  FindAllOptions,
  FindOptions,
  QueryOptions,
  SchemaOptions,
  ThumbnailOptions,
  UpdateOptions,
} from './call-types.ts'
import type { Filters } from './filter-types.ts'
import type { SiteFollowing } from './following.ts'
import type { SiteNavigation } from './navigation.ts'
import type { SiteNoteThreads } from './note-thread.ts'
import type { CallOptions, SiteOverrides } from './options.ts'
import type {
  DownloadedBytes,
  DownloadedFile,
  DownloadedStream,
  EntityTypeSchemas,
  FieldSchemas,
  SiteInfo,
  Thumbnail,
} from './result-types.ts'
import type { SiteSchemaWrites } from './schema-writes.ts'
import type { SiteSessions } from './sessions.ts'
import type { SiteSummaries } from './summarize.ts'
import type { SiteTextSearch } from './text-search.ts'
import type { EntityRef, EntityTypeOf, FieldData, FieldOf, FieldValue, LooseSchema, RowOf } from './types.ts'

/**
 * One ShotGrid site, signed in. Every call takes `signal` and `timeoutMs`, rejects with a `SiteError`, and with
 * `signal.reason` when aborted.
 */
export interface Site<S = LooseSchema>
  extends AsyncDisposable,
    SiteSessions,
    SiteSummaries<S>,
    SiteFollowing,
    SiteNoteThreads,
    SiteActivityStreams,
    SiteTextSearch<S>,
    SiteNavigation {
  /** The site's address, without user info: `https://example.shotgrid.autodesk.com`. */
  readonly url: string

  /**
   * Find entities. All pages are collected; use {@link Site.findAll} for lists that may be long.
   * @example
   * const versions = await site.find('Version', [['project', 'is', project]], ['code', 'sg_status_list'])
   */
  find<T extends EntityTypeOf<S>, F extends FieldOf<S, T> = never>(
    entityType: T,
    filters: Filters,
    fields?: readonly F[],
    options?: FindOptions,
  ): Promise<RowOf<S, T, F>[]>

  /**
   * Find the first entity, or undefined.
   * @example
   * const shot = await site.findOne('Shot', [['code', 'is', 'LH_010']], ['sg_cut_in'])
   */
  findOne<T extends EntityTypeOf<S>, F extends FieldOf<S, T> = never>(
    entityType: T,
    filters: Filters,
    fields?: readonly F[],
    options?: QueryOptions,
  ): Promise<RowOf<S, T, F> | undefined>

  /**
   * Find entities one by one in constant memory; the next page is fetched while you work on this one.
   * @example
   * for await (const task of site.findAll('Task', [], ['content'])) console.log(task.content)
   */
  findAll<T extends EntityTypeOf<S>, F extends FieldOf<S, T> = never>(
    entityType: T,
    filters: Filters,
    fields?: readonly F[],
    options?: FindAllOptions,
  ): AsyncGenerator<RowOf<S, T, F>, void, undefined>

  /**
   * Create an entity. Returns what was set, `returnFields`, type and id. Never repeated by itself: when the answer is
   * lost it rejects with `SiteOutcomeUnknownError`.
   * @example
   * const shot = await site.create('Shot', { code: 'LH_020', project: { type: 'Project', id: 12 } })
   */
  create<T extends EntityTypeOf<S>, F extends FieldOf<S, T> = FieldOf<S, T>>(
    entityType: T,
    data: FieldData,
    options?: CreateOptions<F>,
  ): Promise<RowOf<S, T, FieldOf<S, T>>>

  /**
   * Change fields of one entity. Returns type, id and the changed fields.
   * @example
   * await site.update(version, { sg_status_list: 'apr' })
   * await site.update({ type: 'Playlist', id: 51 }, { versions: [version] }, { multiEntityUpdateModes: { versions: 'add' } })
   */
  update<T extends EntityTypeOf<S>>(
    ref: EntityRef<T>,
    data: FieldData,
    options?: UpdateOptions,
  ): Promise<RowOf<S, T, FieldOf<S, T>>>

  /** Retire an entity (move it to the trash). False when it already was. @example await site.delete(shot) */
  delete(ref: EntityRef, options?: CallOptions): Promise<boolean>

  /** Bring a retired entity back. False when it was not retired. @example await site.revive({ type: 'Shot', id: 310 }) */
  revive(ref: EntityRef, options?: CallOptions): Promise<boolean>

  /**
   * Several writes in one transaction: all or nothing, results in order. About 200 requests per call stay within
   * usual timeouts.
   * @example
   * await site.batch(shots.map((s) => ({ requestType: 'update', entityType: 'Shot', entityId: s.id, data: { sg_status_list: 'fin' } })))
   */
  batch<const R extends readonly BatchRequest[]>(requests: R, options?: CallOptions): Promise<BatchResults<R>>

  /** What entity types and fields the site has, and changing them. */
  readonly schema: SiteSchemaReads & SiteSchemaWrites

  /** The site's version and limits; asked once and remembered. @example (await site.info()).version */
  info(options?: CallOptions): Promise<SiteInfo>

  /**
   * Download a file: an attachment id, a file field's value, an Attachment ref or a URL.
   * @example
   * const { bytes } = await site.download(version.sg_uploaded_movie)
   */
  download(source: FieldValue | undefined, options?: DownloadOptions): Promise<DownloadedBytes>

  /** The same as a stream. @example const { stream } = await site.downloadStream(77) */
  downloadStream(source: FieldValue | undefined, options?: DownloadOptions): Promise<DownloadedStream>

  /**
   * The same into a file, which appears under its name only when it is whole. An existing file is replaced.
   * @example
   * await site.downloadTo('/tmp/plate.mov', version.sg_uploaded_movie)
   */
  downloadTo(path: string, source: FieldValue | undefined, options?: DownloadOptions): Promise<DownloadedFile>

  /**
   * The thumbnail behind an `image` value, or of a row or ref (whose `image` is read if the row has none, and once
   * more when its address has expired).
   * @example
   * const thumbnail = await site.downloadThumbnail(version)
   * if (thumbnail.state === 'ready') await writeFile('v.jpg', thumbnail.bytes)
   */
  downloadThumbnail(source: EntityRef | string | null, options?: ThumbnailOptions): Promise<Thumbnail>

  /**
   * The same site for one click: other session uuid, other person, one more signal. Shares the connections; closing it
   * closes nothing.
   * @example
   * const tagged = site.with({ sessionUuid: payload.session_uuid, signal })
   */
  with(overrides: SiteOverrides): Site<S>

  /** End calls in flight and close the connections. @example await using site = createSite(options) */
  close(): Promise<void>
}

/** The reading half of the schema calls. With `project`, visibility is that project's. */
export interface SiteSchemaReads {
  /** @example Object.keys(await site.schema.entityTypes()) */
  entityTypes(options?: SchemaOptions): Promise<EntityTypeSchemas>
  /** All fields of a type, or the one named. @example (await site.schema.fields('Shot', 'code')).code?.data_type.value */
  fields(entityType: string, field?: string, options?: SchemaOptions): Promise<FieldSchemas>
  /** Every field of every type; large. @example (await site.schema.read()).Shot?.code */
  read(options?: SchemaOptions): Promise<{ readonly [entityType: string]: FieldSchemas }>
}
