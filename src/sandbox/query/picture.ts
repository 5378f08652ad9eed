import { createHash } from 'node:crypto'
import type { EntityRef } from '../refs.ts'

/** The path of a thumbnail on the site. Another picture has another path, so that browsers may keep it for ever. */
export function thumbnailPath({ type, id }: EntityRef, picture: string): string {
  return `/thumbnail/${type}/${id}.jpg?v=${pictureTag(picture)}`
}

/** A short fingerprint of what a picture shows. */
export function pictureTag(picture: string): string {
  return createHash('sha1').update(picture).digest('hex').slice(0, 12)
}
