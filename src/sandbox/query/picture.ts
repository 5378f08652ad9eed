import { createHash } from 'node:crypto'
import type { EntityRef } from '../refs.ts'
import { parseUploadedPicture } from './uploaded-picture.ts'

/** Shown in place of an uploaded picture that is not ready. */
export const pendingPath = '/images/status/transient/thumbnail_pending.png'

/**
 * The path of a thumbnail on the site. Another picture has another path, so that browsers may keep it for ever.
 * An uploaded picture has one path for all entities that share it.
 */
export function thumbnailPath(ref: EntityRef, picture: string): string {
  const uploaded = parseUploadedPicture(picture)
  if (uploaded?.ready === false) return pendingPath
  const { type, id } = uploaded === undefined ? ref : { type: 'Attachment', id: uploaded.attachmentId }
  return `/thumbnail/${type}/${id}.jpg?v=${pictureTag(picture)}`
}

/** A short fingerprint of what a picture shows. */
export function pictureTag(picture: string): string {
  return createHash('sha1').update(picture).digest('hex').slice(0, 12)
}
