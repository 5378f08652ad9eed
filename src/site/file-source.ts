import { SiteNotFoundError, SiteUsageError } from './errors/index.ts'
import type { FieldObject, FieldValue } from './types.ts'

/**
 * The address behind what a caller wants to download.
 *
 * @throws {SiteNotFoundError} `SITE_FILE_NOT_FOUND` for an empty field
 * @throws {SiteUsageError} `SITE_CALL_INVALID` for what is no file, or one that lies on a disk
 */
export function resolveFileUrl(source: FieldValue | undefined, origin: string): URL {
  if (source === null || source === undefined) throw nothingThere('the field is empty')
  if (typeof source === 'number') return attachmentUrl(source, origin)
  if (typeof source === 'string') return parseHttpUrl(source, origin)
  if (!isFileValue(source)) throw notAFile('a value without url')
  if (source.link_type === 'local') throw notAFile('a local file: read its local_path')
  if (source.url === null) throw nothingThere('its url is empty')
  if (typeof source.url === 'string') return parseHttpUrl(source.url, origin)
  if (source.type === 'Attachment' && typeof source.id === 'number') return attachmentUrl(source.id, origin)
  throw notAFile(`${String(source.type)} without url`)
}

/** Only http and https; a path alone is one of the site. */
export function parseHttpUrl(text: string, base: string): URL {
  const url = URL.parse(text, base)
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw notAFile('an address that does not start with https:// or http://')
}

function isFileValue(source: FieldValue): source is FieldObject {
  return typeof source === 'object' && source !== null && ('url' in source || 'type' in source)
}

function attachmentUrl(attachmentId: number, origin: string): URL {
  if (!Number.isSafeInteger(attachmentId) || attachmentId < 1) throw notAFile(`the attachment id ${attachmentId}`)
  return new URL(`/file_serve/attachment/${attachmentId}`, origin)
}

function nothingThere(why: string): SiteNotFoundError {
  return new SiteNotFoundError('SITE_FILE_NOT_FOUND', `There is no file to download: ${why}.`)
}

function notAFile(got: string): SiteUsageError {
  return new SiteUsageError(
    'SITE_CALL_INVALID',
    `The download is of ${got}: expected an attachment id, a file value with url, or a URL.`,
  )
}
