import type { ThumbnailOptions } from './call-types.ts'
import type { Downloader } from './download.ts'
import { SiteNotFoundError, SitePermissionError, SiteUsageError } from './errors/index.ts'
import { parseHttpUrl } from './file-source.ts'
import type { Reader } from './read.ts'
import type { Thumbnail } from './result-types.ts'
import { type EntityRef, type FieldValue, isLink } from './types.ts'

const MAX_THUMBNAIL_BYTES = 33_554_432
const PENDING_PATH = '/images/status/transient/' // of the picture that stands in until the real one is made

/**
 * The picture behind an image value, a row or a ref. It needs no credentials and gets none.
 *
 * A row's address may have expired since it was read (they last minutes): then the field is read once more.
 */
export async function downloadThumbnail(
  { reader, downloader, siteUrl }: { reader: Reader; downloader: Downloader; siteUrl: string },
  source: EntityRef | string | null,
  options: ThumbnailOptions = {},
): Promise<Thumbnail> {
  const { field = 'image', maxBytes = MAX_THUMBNAIL_BYTES, ...call } = options
  const fetchImage = async (value: FieldValue | undefined): Promise<Thumbnail> => {
    if (value === null || value === undefined) return { state: 'missing' }
    if (typeof value !== 'string') {
      throw new SiteUsageError('SITE_CALL_INVALID', `The field ${field} holds no picture: expected an address or null.`)
    }
    if (parseHttpUrl(value, siteUrl).pathname.startsWith(PENDING_PATH)) return { state: 'pending' }
    const downloaded = await downloader.toBytes(value, { ...call, maxBytes }, 'none')
    return { state: 'ready', ...downloaded }
  }
  const readImage = async (ref: EntityRef): Promise<FieldValue | undefined> => {
    const row = await reader.findOne(ref.type, [['id', 'is', ref.id]], [field], call)
    if (row !== undefined) return row[field]
    throw new SiteNotFoundError('SITE_ENTITY_NOT_FOUND', `There is no ${ref.type} ${ref.id} to take the thumbnail of.`)
  }

  if (source === null || typeof source === 'string') return await fetchImage(source)
  if (!isLink(source))
    throw new SiteUsageError('SITE_CALL_INVALID', 'The thumbnail is of neither an address nor { type, id }.')
  const known: unknown = Reflect.get(source, field)
  if (known === null) return { state: 'missing' }
  if (typeof known !== 'string') return await fetchImage(await readImage(source))
  try {
    return await fetchImage(known)
  } catch (error) {
    if (!(error instanceof SitePermissionError || error instanceof SiteNotFoundError)) throw error
    return await fetchImage(await readImage(source))
  }
}
