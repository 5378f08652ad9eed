import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

export type FileOptions = {
  /** Uploads are kept in a folder of their own in here, and are gone when the site is closed. The temporary folder unless given. */
  folder?: string
  /** The largest file, in bytes; 4 GiB unless given. */
  maxFileBytes?: number
  /** All files together, in bytes; 16 GiB unless given. */
  maxStoredBytes?: number
  /** Runs what makes an uploaded picture ready; at once, in the background, unless given. */
  runLater?: (work: () => Promise<void>) => void
}

/** Bytes on disk. */
export type StoredFile = { readonly path: string; readonly sizeBytes: number; readonly md5: string }

/** What these are the bytes of: an Attachment, or the picture that was made of one. */
export type FileKey = `attachment/${number}` | `picture/${number}`

/** A file that is larger than the site takes. */
export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge'
}

/** The bytes of all uploads, on disk; the rest of a site lives in memory. */
export class FileStore {
  readonly maxFileBytes: number
  readonly #runLater: ((work: () => Promise<void>) => void) | undefined
  readonly #running = new Set<Promise<void>>()
  readonly #parent: string
  readonly #maxStoredBytes: number
  readonly #files = new Map<FileKey, StoredFile>()
  #folder: Promise<string> | undefined
  #storedBytes = 0

  constructor({ folder = tmpdir(), maxFileBytes = 4 * 2 ** 30, maxStoredBytes = 16 * 2 ** 30, runLater }: FileOptions) {
    this.#parent = folder
    this.maxFileBytes = maxFileBytes
    this.#maxStoredBytes = maxStoredBytes
    this.#runLater = runLater
  }

  /** Has work done that nobody waits for, except whoever closes the site. */
  later(work: () => Promise<void>): void {
    if (this.#runLater !== undefined) {
      this.#runLater(work)
      return
    }
    const running = work().finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Writes what arrives to disk, at the pace of the disk. Leaves nothing behind when it fails. Throws `FileTooLarge`. */
  async receive(source: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const path = join(await this.#open(), randomBytes(16).toString('hex'))
    const hash = createHash('md5')
    let sizeBytes = 0
    const counted = async function* (this: FileStore) {
      for await (const chunk of source) {
        sizeBytes += chunk.length
        this.#storedBytes += chunk.length
        if (sizeBytes > this.maxFileBytes)
          throw new FileTooLarge(`This site takes files of ${this.maxFileBytes} bytes.`)
        if (this.#storedBytes > this.#maxStoredBytes) {
          throw new FileTooLarge(`This site keeps ${this.#maxStoredBytes} bytes of files in all.`)
        }
        hash.update(chunk)
        yield chunk
      }
    }
    try {
      await pipeline(counted.call(this), createWriteStream(path, { flags: 'wx' }))
    } catch (error) {
      await this.discard({ path, sizeBytes, md5: '' })
      throw error
    }
    return { path, sizeBytes, md5: hash.digest('hex') }
  }

  /** One file out of several, in this order; these are gone afterwards, also when it fails. */
  async join(parts: readonly StoredFile[]): Promise<StoredFile> {
    const left = new Set(parts)
    const take = async (part: StoredFile): Promise<void> => {
      left.delete(part)
      await this.discard(part)
    }
    const bytes = async function* () {
      for (const part of parts) {
        yield* createReadStream(part.path)
        await take(part)
      }
    }
    try {
      return await this.receive(bytes())
    } finally {
      for (const part of left) await this.discard(part)
    }
  }

  async discard(file: StoredFile): Promise<void> {
    this.#storedBytes -= file.sizeBytes
    await rm(file.path, { force: true })
  }

  keep(key: FileKey, file: StoredFile): void {
    this.#files.set(key, file)
  }

  find(key: FileKey): StoredFile | undefined {
    return this.#files.get(key)
  }

  /** Forgets every file. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running)
    const folder = this.#folder
    this.#folder = undefined
    this.#files.clear()
    this.#storedBytes = 0
    if (folder !== undefined) await rm(await folder, { recursive: true, force: true, maxRetries: 3 })
  }

  /** The folder, made when the first file arrives. */
  async #open(): Promise<string> {
    this.#folder ??= mkdir(this.#parent, { recursive: true }).then(() => mkdtemp(join(this.#parent, 'sandbox-files-')))
    return await this.#folder
  }
}
