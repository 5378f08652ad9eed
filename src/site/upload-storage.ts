import { extract } from './answer.ts'
import { guessContentType } from './content-type.ts'
import {
  type SiteError,
  SiteOverloadError,
  SitePermissionError,
  SiteProtocolError,
  SiteTransportError,
} from './errors/index.ts'
import { type Answer, getHeader, type Headers } from './http.ts'
import { parseRetryAfter, repeat } from './retry.ts'
import { createBody } from './upload-body.ts'
import { askForm, type Upload } from './upload-post.ts'
import { sendUpload } from './upload-request.ts'
import { type OpenSource, toIterable } from './upload-source.ts'

/** Larger files go in parts of this size: the official client's. A part is repeated alone. */
export const PART_BYTES = 20_000_000

/** A stretch of a file that is sent as one. */
type Stretch = {
  readonly start: number
  readonly end: number
  readonly what: string
  /** Where to: asked anew for each attempt. */
  readonly address: () => Promise<URL>
}

/** Bring a file to the site's storage. What it gives must be handed to `api_link_file`, or the storage forgets the file. */
export async function sendToStorage(
  upload: Upload,
  source: OpenSource,
  uploadType: 'Thumbnail' | 'Attachment',
): Promise<string> {
  const { what } = upload
  const { fileName, sizeBytes } = source
  const inParts = sizeBytes > PART_BYTES
  const memory = openMemory(source)
  const linkInfo = await askForm(upload, 'api_get_upload_link_info', {
    upload_type: uploadType,
    filename: fileName,
    multipart_upload: inParts,
  })
  const [, url = '', timestamp, type, uploadId] = linkInfo.split('\n').map((line) => line.trim())
  if (timestamp === undefined || type === undefined || uploadId === undefined || (inParts && uploadId === '')) {
    throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered with fewer than five lines.`)
  }
  if (!inParts) {
    await sendStretch(upload, source, memory, {
      start: 0,
      end: sizeBytes,
      what,
      address: async () => parseAddress(url, what),
    })
    return linkInfo
  }
  const known = { upload_type: type, filename: fileName, timestamp, upload_id: uploadId }
  const count = Math.ceil(sizeBytes / PART_BYTES)
  const etags: string[] = []
  for (let number = 1; number <= count; number += 1) {
    const start = (number - 1) * PART_BYTES
    const partWhat = `${what}, part ${number} of ${count}`
    const headers = await sendStretch(upload, source, memory, {
      start,
      end: Math.min(start + PART_BYTES, sizeBytes),
      what: partWhat,
      address: async () => {
        const answer = await askForm(upload, 'api_get_upload_link_for_part', { ...known, part_number: number })
        return parseAddress(answer.split('\n')[1]?.trim() ?? '', partWhat)
      },
    })
    const etag = getHeader(headers, 'etag')
    if (etag === undefined) {
      throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${partWhat} was stored without an ETag.`)
    }
    etags.push(etag)
  }
  await askForm(upload, 'api_complete_multipart_upload', { ...known, etags: etags.join(',') })
  return linkInfo
}

async function sendStretch(upload: Upload, source: OpenSource, memory: Memory, stretch: Stretch): Promise<Headers> {
  const { scope, deadline, onSent } = upload
  const { start, end, what, address } = stretch
  const contentType = guessContentType(source.fileName)
  const read = await openStretch(source, stretch, memory)
  return await repeat(scope.connection.settings.retry, deadline, async () => {
    const url = await address()
    const body = createBody({
      file: read(),
      fileBytes: end - start,
      digest: true,
      onSent: (sent) => onSent(start + sent),
    })
    const answer = await sendUpload(scope.connection, { url, method: 'PUT', contentType, body, what, deadline })
    if (answer.status < 200 || answer.status >= 300) throw storageError(answer, what, upload)
    checkDigest(answer.headers, body.md5(), what)
    return answer.headers
  })
}

/** Where bytes that come once are kept while they are sent: one part of them, in the same place each time. */
type Memory = Uint8Array | undefined

function openMemory({ repeatable, sizeBytes }: OpenSource): Memory {
  return repeatable ? undefined : Buffer.allocUnsafeSlow(Math.min(PART_BYTES, sizeBytes))
}

/** The bytes of a stretch, as often as they are wanted. */
async function openStretch(
  source: OpenSource,
  { start, end }: Stretch,
  memory: Memory,
): Promise<() => AsyncIterable<Uint8Array>> {
  if (memory === undefined) return () => source.read(start, end)
  let size = 0
  for await (const chunk of source.read(start, end)) {
    memory.set(chunk, size)
    size += chunk.length
  }
  return () => toIterable(memory.subarray(0, size))
}

/** An ETag that is an MD5 must be that of what was sent. Storages that encrypt with keys of their own use others. */
function checkDigest(headers: Headers, md5: string | undefined, what: string): void {
  const etag = /^"?([0-9a-f]{32})"?$/i.exec(getHeader(headers, 'etag') ?? '')?.[1]
  const encryption = getHeader(headers, 'x-amz-server-side-encryption') ?? 'AES256'
  const ownKey = getHeader(headers, 'x-amz-server-side-encryption-customer-algorithm')
  if (etag === undefined || encryption !== 'AES256' || ownKey !== undefined) return
  if (etag.toLowerCase() === md5) return
  throw new SiteTransportError(
    'SITE_CHECKSUM_MISMATCH',
    `The ${what} arrived with the checksum ${etag}, but was sent with ${md5}.`,
    { sent: true },
  )
}

function storageError({ status, headers, bytes }: Answer, what: string, { scope }: Upload): SiteError {
  const said = extract(bytes, scope.connection.settings.redactor)
  const text = `The ${what} was answered by the storage with HTTP ${status}${said}.`
  if (status === 429 || status === 500 || status === 503) {
    const retryAfterMs = parseRetryAfter(getHeader(headers, 'retry-after'))
    return new SiteOverloadError('SITE_OVERLOADED', text, { status, retryAfterMs })
  }
  if (status === 502 || status === 504) return new SiteTransportError('SITE_GATEWAY_FAILED', text, { sent: true })
  if (status >= 400 && status < 500) return new SitePermissionError('SITE_STORAGE_REFUSED', text)
  return new SiteProtocolError('SITE_STATUS_UNEXPECTED', text, { status })
}

function parseAddress(text: string, what: string): URL {
  const url = URL.parse(text)
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw new SiteProtocolError('SITE_ANSWER_INVALID', `The ${what} was answered without an address to send it to.`)
}
