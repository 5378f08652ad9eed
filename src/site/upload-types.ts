import type { Readable } from 'node:stream'
import type { CallOptions } from './options.ts'
import type { EntityRef } from './types.ts'

/** How far a file has come. */
export type TransferProgress = {
  readonly transferredBytes: number
  /** Undefined for a download whose storage does not say. */
  readonly totalBytes: number | undefined
}

/** Bytes that come once. They are read at the pace of the network. */
export type UploadStream = {
  readonly stream: Readable | AsyncIterable<Uint8Array>
  readonly name: string
  /** Exactly as many bytes as the stream gives. */
  readonly sizeBytes: number
}

/** What is uploaded: the path of a file, bytes in memory, a `Blob` (`fs.openAsBlob` makes one of a file), or a stream. */
export type UploadSource = string | Uint8Array | Blob | UploadStream

/** What all uploads take. `timeoutMs` defaults to the site's `uploadTimeoutMs`. */
export type UploadCallOptions = CallOptions & {
  /** Default: the name of the file or stream. Bytes and a plain `Blob` have none, and need it. */
  readonly fileName?: string
  /** Called as bytes leave; goes back when a part of the file is sent once more. What it throws ends the upload. */
  readonly onProgress?: (progress: TransferProgress) => void
}

export type UploadOptions = UploadCallOptions & {
  /** The field to set, or to add to. Default: none; the file is linked to the entity. */
  readonly field?: string
  /** What people see. Default: the file's name. */
  readonly displayName?: string
  /** Tags of the Attachment. */
  readonly tags?: readonly string[]
}

/** Whose picture is shared: that of another entity, or a file that the first of the entities gets. */
export type ShareThumbnailOptions = CallOptions & {
  readonly sourceEntity?: EntityRef
  readonly thumbnailPath?: string
  /** The filmstrip instead of the thumbnail. Default false. */
  readonly filmstrip?: boolean
}
