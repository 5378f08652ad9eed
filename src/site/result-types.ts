import type { Readable } from 'node:stream'
import type { FieldValue } from './types.ts'

/** What the site says about itself. */
export type SiteInfo = {
  readonly version: readonly [major: number, minor: number, patch: number]
  /** `"8.60.1.0"`, or the version when the site does not give more. */
  readonly fullVersion: string
  readonly isDevelopment: boolean
  /** `default`, `ldap`, `saml2`, `oxygen`; undefined when the site does not say. */
  readonly userAuthenticationMethod: string | undefined
  readonly maxEntitiesPerPage: number
  /** Everything the site answered, under its own names. */
  readonly raw: { readonly [key: string]: unknown }
}

/** One attribute of the schema; `editable` says whether it may be changed. */
export type SchemaAttribute<V> = { readonly value: V; readonly editable: boolean }

export type EntityTypeSchema = {
  /** The display name: `Person` for `HumanUser`. */
  readonly name: SchemaAttribute<string>
  readonly visible: SchemaAttribute<boolean>
}

export type FieldSchema = {
  readonly name: SchemaAttribute<string>
  readonly description?: SchemaAttribute<string | null>
  readonly entity_type: SchemaAttribute<string>
  readonly data_type: SchemaAttribute<string>
  readonly editable: SchemaAttribute<boolean>
  readonly mandatory: SchemaAttribute<boolean>
  readonly unique: SchemaAttribute<boolean>
  readonly visible: SchemaAttribute<boolean>
  /** `default_value`, `summary_default`, and by data type `valid_types`, `valid_values`, `display_values`, … */
  readonly properties: { readonly [property: string]: SchemaAttribute<FieldValue> | undefined }
}

/** Field name ▸ description. */
export type FieldSchemas = { readonly [field: string]: FieldSchema }

/** Entity type ▸ description. */
export type EntityTypeSchemas = { readonly [entityType: string]: EntityTypeSchema }

export type DownloadedBytes = { readonly bytes: Uint8Array; readonly contentType: string | undefined }

export type DownloadedStream = {
  /** Read it to the end or destroy it; the deadline runs until then. */
  readonly stream: Readable
  readonly contentType: string | undefined
  /** As announced; undefined when the storage does not say. */
  readonly sizeBytes: number | undefined
}

export type DownloadedFile = {
  readonly path: string
  readonly contentType: string | undefined
  readonly sizeBytes: number
}

/** A picture, or why there is none: `pending` is still being made, `missing` was never uploaded or could not be made. */
export type Thumbnail =
  | { readonly state: 'ready'; readonly bytes: Uint8Array; readonly contentType: string | undefined }
  | { readonly state: 'pending' }
  | { readonly state: 'missing' }
