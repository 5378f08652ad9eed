import type { FilterOperator } from './filter-types.ts'
import type { CallOptions } from './options.ts'
import type { EntityRef, FieldData, FieldObject, Row } from './types.ts'
import type { TransferProgress } from './upload-types.ts'

export type Order<F extends string = string> = { readonly field: F; readonly direction?: 'asc' | 'desc' }

/** A server-side filter, such as `{ preset_name: 'LATEST', latest_by: 'ENTITIES_CREATED_AT' }` on Version. */
export type FilterPreset = FieldObject & { readonly preset_name: string }

/** What all reading calls take. */
export type QueryOptions<F extends string = string> = CallOptions & {
  /** Most significant first. Default: by id, ascending, which also breaks ties. */
  readonly order?: readonly Order<F>[]
  /** How the list of filters combines. Default `all`. */
  readonly filterOperator?: FilterOperator
  /** Only retired entities instead of only active ones. Default false. */
  readonly retiredOnly?: boolean
  /** False hides entities of archived projects. Default true. */
  readonly includeArchivedProjects?: boolean
  readonly additionalFilterPresets?: readonly FilterPreset[]
}

export type FindOptions<F extends string = string> = QueryOptions<F> & {
  /** At most this many rows. Default 0: all. */
  readonly limit?: number
  /** One page, counted from 1, of `limit` rows (or of the site's page size). Default 0: every page. */
  readonly page?: number
}

export type FindAllOptions<F extends string = string> = QueryOptions<F> & {
  /** At most this many rows. Default 0: all. */
  readonly limit?: number
  /** Rows per request. Default and maximum: the site's `api_max_entities_per_page`, normally 500. */
  readonly pageSize?: number
}

export type CreateOptions<F extends string = string> = CallOptions & {
  /** Fields to return besides those that were set. */
  readonly returnFields?: readonly F[]
}

/** How a list of links is changed: `set` replaces it, `add` appends without duplicates, `remove` takes away. */
export type MultiEntityUpdateMode = 'set' | 'add' | 'remove'

export type UpdateOptions<M = { readonly [field: string]: MultiEntityUpdateMode }> = CallOptions & {
  /** Per field; fields not named here are `set`. */
  readonly multiEntityUpdateModes?: M
}

export type BatchCreate = {
  readonly requestType: 'create'
  readonly entityType: string
  readonly data: FieldData
  readonly returnFields?: readonly string[]
}
export type BatchUpdate = {
  readonly requestType: 'update'
  readonly entityType: string
  readonly entityId: number
  readonly data: FieldData
  readonly multiEntityUpdateModes?: { readonly [field: string]: MultiEntityUpdateMode }
}
export type BatchDelete = { readonly requestType: 'delete'; readonly entityType: string; readonly entityId: number }
export type BatchRequest = BatchCreate | BatchUpdate | BatchDelete

/** A row for each create and update, a boolean for each delete, in the order of the requests. */
export type BatchResults<R> = {
  -readonly [K in keyof R]: R[K] extends BatchDelete
    ? boolean
    : R[K] extends BatchCreate | BatchUpdate
      ? Row
      : Row | boolean
}

export type SchemaOptions = CallOptions & {
  /** Report visibility as it is in this project. */
  readonly project?: EntityRef<'Project'>
}

export type DownloadOptions = CallOptions & {
  /** A larger file is refused. Default 268,435,456 (256 MiB) for bytes, 34,359,738,368 (32 GiB) for streams and files. */
  readonly maxBytes?: number
  /** Called as bytes arrive; goes back when a download begins anew. What it throws ends the download. */
  readonly onProgress?: (progress: TransferProgress) => void
}

export type ThumbnailOptions = CallOptions & {
  /** Default 33,554,432 (32 MiB). */
  readonly maxBytes?: number
  /** Which field of a row holds the picture. Default `image`. */
  readonly field?: string
}
