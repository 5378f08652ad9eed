import type { Scope } from './connection.ts'
import { SiteUsageError } from './errors/index.ts'
import type { SiteInfo } from './result-types.ts'
import { shareThumbnail } from './share-thumbnail.ts'
import type { Shared } from './shared.ts'
import type { EntityRef } from './types.ts'
import { uploadFile } from './upload-file.ts'
import type { ShareThumbnailOptions, UploadCallOptions, UploadOptions, UploadSource } from './upload-types.ts'
import { buildRef } from './write-payload.ts'

/** A site took about 40 s to make a picture. */
const PICTURE_WAIT_MS = 300_000

/** Files on their way to the site. */
export interface SiteUploads {
  /**
   * Upload a file to a field, or as an attachment of an entity. Gives the id of its Attachment. Memory stays constant; the
   * file goes through the site or straight to its storage, as the site asks. When the last answer is lost it rejects with
   * `SiteOutcomeUnknownError`.
   * @throws {SiteUsageError} `SITE_CALL_INVALID` for a file that is missing or empty
   * @example
   * const attachmentId = await site.upload(version, '/renders/LH_010.mov', { field: 'sg_uploaded_movie' })
   * await site.upload(shot, { stream, name: 'plates.zip', sizeBytes }, { tags: ['plates'] })
   */
  upload(ref: EntityRef, source: UploadSource, options?: UploadOptions): Promise<number>

  /**
   * Upload the thumbnail of an entity. Reads as pending until the site has made the picture.
   * @example await site.uploadThumbnail(shot, '/renders/LH_010.jpg')
   */
  uploadThumbnail(ref: EntityRef, source: UploadSource, options?: UploadCallOptions): Promise<number>

  /** The same for the filmstrip: frames of 240 pixels, side by side. @example await site.uploadFilmstripThumbnail(version, path) */
  uploadFilmstripThumbnail(ref: EntityRef, source: UploadSource, options?: UploadCallOptions): Promise<number>

  /**
   * Give entities the thumbnail of another one, or one new file. Gives the id of the picture's Attachment; null when the
   * source has no thumbnail, and then the entities have none either. With `thumbnailPath` it waits up to 5 minutes until
   * the site has made the picture.
   * @throws {SiteFaultError} `SITE_THUMBNAIL_NOT_READY` when the thumbnail of the source is still being made
   * @example
   * await site.shareThumbnail([shot, task], { sourceEntity: version })
   * await site.shareThumbnail([shot, task], { thumbnailPath: '/renders/LH_010.jpg' })
   */
  shareThumbnail(refs: readonly EntityRef[], options: ShareThumbnailOptions): Promise<number | null>
}

/** The uploads of one scope. */
export function createUploads(scope: Scope, info: Shared<SiteInfo>): SiteUploads {
  const uploadPicture = (
    ref: EntityRef,
    source: UploadSource,
    options: UploadCallOptions | undefined,
    kind: 'thumbnail' | 'filmstrip',
  ): Promise<number> => {
    const field = kind === 'filmstrip' ? 'filmstrip_thumb_image' : 'thumb_image' // the official client's names
    return uploadFile(scope, info, ref, source, { ...pictureOptions(options), field })
  }

  const share = async (refs: readonly EntityRef[], options: ShareThumbnailOptions): Promise<number | null> => {
    const { sourceEntity, thumbnailPath, filmstrip = false } = options
    const call = pictureOptions(options)
    const targets = refs.map(buildRef)
    const [first, ...others] = targets
    if (first === undefined) {
      throw new SiteUsageError('SITE_CALL_INVALID', 'refs is empty: expected at least one entity.')
    }
    if (sourceEntity !== undefined && thumbnailPath === undefined) {
      const sharing = { source: buildRef(sourceEntity), targets, filmstrip, patienceMs: 0 }
      return await shareThumbnail(scope, sharing, call)
    }
    if (thumbnailPath === undefined || sourceEntity !== undefined) {
      throw new SiteUsageError(
        'SITE_CALL_INVALID',
        'A thumbnail is shared from thumbnailPath or from sourceEntity: give one of them.',
      )
    }
    const id = await uploadPicture(first, thumbnailPath, call, filmstrip ? 'filmstrip' : 'thumbnail')
    if (others.length === 0) return id
    const sharing = { source: first, targets: others, filmstrip, patienceMs: PICTURE_WAIT_MS }
    return await shareThumbnail(scope, sharing, call)
  }

  return {
    upload: (ref, source, options = {}) => uploadFile(scope, info, ref, source, options),
    uploadThumbnail: (ref, source, options) => uploadPicture(ref, source, options, 'thumbnail'),
    uploadFilmstripThumbnail: (ref, source, options) => uploadPicture(ref, source, options, 'filmstrip'),
    shareThumbnail: share,
  }
}

/** Pictures have no names, tags and fields of their own. */
function pictureOptions({ fileName, onProgress, signal, timeoutMs }: UploadCallOptions = {}): UploadCallOptions {
  return {
    ...(fileName !== undefined && { fileName }),
    ...(onProgress !== undefined && { onProgress }),
    ...(signal !== undefined && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  }
}
