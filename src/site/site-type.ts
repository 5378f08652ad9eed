import type { SiteActivityStreams } from './activity-stream.ts'
import type { DownloadOptions, SchemaOptions, ThumbnailOptions } from './call-types.ts'
import type { SiteFollowing } from './following.ts'
import type { SiteLocalFiles } from './local-files.ts'
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
import type { SiteReads } from './site-reads.ts'
import type { SiteWrites } from './site-writes.ts'
import type { SiteStudio } from './studio.ts'
import type { SiteSummaries } from './summarize.ts'
import type { SiteTextSearch } from './text-search.ts'
import type { EntityRef, FieldValue, LooseSchema } from './types.ts'
import type { SiteUploads } from './uploads.ts'
import type { SiteWorkSchedule } from './work-schedule.ts'

/**
 * One ShotGrid site, signed in. Every call takes `signal` and `timeoutMs`, rejects with a `SiteError`, and with
 * `signal.reason` when aborted.
 */
export interface Site<S = LooseSchema>
  extends AsyncDisposable,
    SiteReads<S>,
    SiteWrites<S>,
    SiteSessions,
    SiteLocalFiles,
    SiteWorkSchedule,
    SiteStudio,
    SiteSummaries<S>,
    SiteFollowing,
    SiteNoteThreads,
    SiteActivityStreams,
    SiteTextSearch<S>,
    SiteNavigation,
    SiteUploads {
  /** The site's address, without user info: `https://example.shotgrid.autodesk.com`. */
  readonly url: string

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
   * Where a download would come from. Whoever opens it needs a session of the site, for an address of a storage a few minutes only.
   * @throws {SiteError} `SITE_FILE_NOT_FOUND` for an empty field, `SITE_CALL_INVALID` for a local file and what is no file
   * @example const address = site.downloadUrl(version.sg_uploaded_movie)
   */
  downloadUrl(source: FieldValue | undefined): string

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
