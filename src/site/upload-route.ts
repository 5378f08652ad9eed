const thumbnailFields: ReadonlySet<string> = new Set([
  'image',
  'filmstrip_image',
  'thumb_image',
  'filmstrip_thumb_image',
])

/** Is it a picture of the entity, and not a file of it? */
export function isThumbnailField(field: string | undefined): boolean {
  return field !== undefined && thumbnailFields.has(field)
}

export function isFilmstripField(field: string | undefined): boolean {
  return field === 'filmstrip_image' || field === 'filmstrip_thumb_image'
}

/**
 * Does a file go straight to the storage, and not through the site? Decided as the official client does.
 *
 * @param info  what the site answers to `info`
 */
export function goesToStorage(
  info: { readonly [key: string]: unknown },
  entityType: string,
  field: string | undefined,
): boolean {
  if (info.s3_direct_uploads_enabled !== true) return false
  if (entityType === 'Version' && field === 'sg_uploaded_movie') return true
  const types = info.s3_enabled_upload_types
  if (typeof types !== 'object' || types === null) return false
  return [entityType, '*'].some((type) => {
    const fields: unknown = Object.hasOwn(types, type) ? Reflect.get(types, type) : undefined
    if (fields === '*') return true
    return Array.isArray(fields) && (fields.includes('*') || (field !== undefined && fields.includes(field)))
  })
}
