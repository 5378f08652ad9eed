import { randomBytes } from 'node:crypto'
import { Fault } from '../fault.ts'
import type { SandboxSite } from '../site.ts'
import type { Arrived } from './attachments.ts'
import type { StoredFile } from './file-store.ts'

export const storagePath = '/storage/'
/** Uploads that were begun and not linked; older ones are given up. */
const MAX_OPEN = 200
const MAX_PARTS = 10_000 // of S3

export type UploadType = 'Attachment' | 'Thumbnail'
export type BeginOptions = {
  readonly uploadType: UploadType
  readonly fileName: string
  readonly multipart: boolean
  readonly baseUrl: string
}
type Open = BeginOptions & {
  readonly key: string
  readonly parts: Map<number, StoredFile>
  whole: StoredFile | undefined
  joining: Promise<void> | undefined
}

/** Files on their way to the storage: begun, but not linked to an entity yet. Addresses of the storage are their own credentials. */
export class DirectUploads {
  readonly #site: SandboxSite
  readonly #open = new Map<string, Open>()

  constructor(site: SandboxSite) {
    this.#site = site
  }

  /** What `api_get_upload_link_info` answers. */
  async begin(options: BeginOptions): Promise<string> {
    if (this.#site.info.s3_direct_uploads_enabled !== true) {
      throw new Fault(104, 'This site takes no uploads to its storage: s3_direct_uploads_enabled is false.')
    }
    const key = randomBytes(16).toString('hex')
    this.#open.set(key, { ...options, key, parts: new Map(), whole: undefined, joining: undefined })
    for (const oldest of this.#open.values()) {
      if (this.#open.size <= MAX_OPEN) break
      await this.#giveUp(oldest)
    }
    const { baseUrl, uploadType, multipart } = options
    const timestamp = this.#site.now().toISOString()
    return ['1', `${baseUrl}${storagePath}${key}`, timestamp, uploadType, multipart ? key : '', 'sandbox', ''].join(
      '\n',
    )
  }

  partUrl(uploadId: string, partNumber: number): string {
    const { baseUrl, key } = this.#find(uploadId)
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PARTS) {
      throw new Fault(103, `api_get_upload_link_for_part: part_number is not from 1 to ${MAX_PARTS}`)
    }
    return `1\n${baseUrl}${storagePath}${key}?part=${partNumber}`
  }

  /** Bytes that arrived at an address of the storage; false when there is no such address. */
  async store(key: string, part: string | undefined, file: StoredFile): Promise<boolean> {
    const open = this.#open.get(key)
    const number = Number(part)
    if (open === undefined || (part !== undefined) !== open.multipart) return false
    if (!open.multipart) {
      if (open.whole !== undefined) await this.#site.files.discard(open.whole)
      open.whole = file
      return true
    }
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) return false
    const before = open.parts.get(number)
    open.parts.set(number, file)
    if (before !== undefined) await this.#site.files.discard(before)
    return true
  }

  /** Makes one file of the parts. They must be there under these tags, counted from 1. Asked again, it does nothing more. */
  async complete(uploadId: string, etags: readonly string[]): Promise<void> {
    const open = this.#find(uploadId)
    open.joining ??= this.#join(open, etags)
    try {
      await open.joining
    } finally {
      if (open.whole === undefined) open.joining = undefined
    }
  }

  async #join(open: Open, etags: readonly string[]): Promise<void> {
    const parts = etags.map((etag, at) => {
      const part = open.parts.get(at + 1)
      if (part === undefined || etag !== etagOf(part)) {
        throw new Fault(104, `api_complete_multipart_upload: part ${at + 1} did not arrive with the tag ${etag}`)
      }
      return part
    })
    if (parts.length !== open.parts.size)
      throw new Fault(104, 'api_complete_multipart_upload: parts are missing in etags')
    open.parts.clear()
    open.whole = await this.#site.files.join(parts)
  }

  /** The file of an upload, by what `begin` answered. It is the caller's from now on. */
  take(linkInfo: string): Arrived & { readonly uploadType: UploadType } {
    const [, url = ''] = linkInfo.split('\n')
    const { key, fileName, uploadType, whole } = this.#find(url.slice(url.lastIndexOf('/') + 1))
    if (whole === undefined) throw new Fault(104, 'api_link_file: the file has not arrived at the storage')
    this.#open.delete(key)
    return { file: whole, fileName, uploadType }
  }

  #find(key: string): Open {
    const open = this.#open.get(key)
    if (open === undefined) throw new Fault(104, 'The site knows of no such upload.')
    return open
  }

  async #giveUp({ key, parts, whole }: Open): Promise<void> {
    this.#open.delete(key)
    for (const file of [...parts.values(), ...(whole === undefined ? [] : [whole])])
      await this.#site.files.discard(file)
  }
}

/** The tag that the storage gives to bytes. */
export function etagOf({ md5 }: StoredFile): string {
  return `"${md5}"`
}
