import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import type { DownloadOptions } from './call-types.ts'
import { type Scope, takeTurn } from './connection.ts'
import type { Deadline } from './deadline.ts'
import { SiteProtocolError } from './errors/index.ts'
import { readChunks, toReadable } from './file-body.ts'
import { type FileAnswer, type FileRequest, requestFile } from './file-request.ts'
import { resolveFileUrl } from './file-source.ts'
import { checkCount } from './query.ts'
import type { DownloadedBytes, DownloadedFile, DownloadedStream } from './result-types.ts'
import { repeat } from './retry.ts'
import type { Shared } from './shared.ts'
import { displayUrl } from './site-url.ts'
import type { FieldValue } from './types.ts'

const MAX_BYTES_IN_MEMORY = 268_435_456
const MAX_BYTES = 34_359_738_368

export type Downloader = ReturnType<typeof createDownloader>
/** A download that has its turn and its deadline. */
type Download = {
  readonly url: URL
  readonly maxBytes: number
  readonly deadline: Deadline
  readonly giveBack: () => void
  readonly onProgress: DownloadOptions['onProgress']
  readonly rest?: FileRequest['rest']
}

/** The downloads of one scope. `credentials: 'none'` sends no cookie even to the site. */
export function createDownloader(scope: Scope, sessionToken: Shared<string>) {
  const { connection } = scope
  const { origin } = connection.settings.address

  const begin = async (source: FieldValue | undefined, options: DownloadOptions, most: number): Promise<Download> => {
    const url = resolveFileUrl(source, origin)
    const maxBytes = checkCount(options.maxBytes ?? most, 'maxBytes', 1)
    const what = `The download of ${displayUrl(url)}`
    const timeoutMs = connection.settings.downloadTimeoutMs
    const { onProgress } = options
    return {
      url,
      maxBytes,
      onProgress,
      ...(await takeTurn(scope, { lane: connection.files, what, timeoutMs, call: options })),
    }
  }

  /** The head of the answer. A session that has ended is renewed once. */
  const request = async (download: Download, credentials: 'site' | 'none'): Promise<FileAnswer> => {
    if (credentials === 'none' || download.url.origin !== origin)
      return await requestFile(connection, { ...download, cookie: undefined })
    let used: { token: string; refused: boolean } | undefined
    const attempt = async (): Promise<FileAnswer> => {
      const token = await sessionToken.get(scope, { signal: download.deadline.signal })
      const mine = { token, refused: false }
      used = mine
      const onCookieRefused = (): void => {
        mine.refused = true
      }
      return await requestFile(connection, { ...download, cookie: `_session_id=${token}`, onCookieRefused })
    }
    try {
      return await attempt()
    } catch (error) {
      if (used?.refused !== true) throw error // a storage refused it, which knows nothing of sessions
      sessionToken.forget(used.token)
      return await attempt()
    }
  }

  const toBytes = async (
    source: FieldValue | undefined,
    options: DownloadOptions = {},
    credentials: 'site' | 'none' = 'site',
  ): Promise<DownloadedBytes> => {
    const download = await begin(source, options, MAX_BYTES_IN_MEMORY)
    try {
      return await repeat(connection.settings.retry, download.deadline, async () => {
        const answer = await request(download, credentials)
        const chunks: Buffer[] = []
        for await (const chunk of readChunks(answer, download)) chunks.push(chunk)
        return { bytes: Buffer.concat(chunks), contentType: answer.contentType }
      })
    } finally {
      end(download)
    }
  }

  const toStream = async (source: FieldValue | undefined, options: DownloadOptions = {}): Promise<DownloadedStream> => {
    const download = await begin(source, options, MAX_BYTES)
    try {
      const answer = await repeat(connection.settings.retry, download.deadline, () => request(download, 'site'))
      const stream = toReadable(answer, download)
      stream.once('close', download.giveBack) // until then it holds one of the sockets that the turns are counted for
      return { stream, contentType: answer.contentType, sizeBytes: answer.sizeBytes }
    } catch (error) {
      end(download)
      throw error
    }
  }

  const toFile = async (
    path: string,
    source: FieldValue | undefined,
    options: DownloadOptions = {},
  ): Promise<DownloadedFile> => {
    const download = await begin(source, options, MAX_BYTES)
    const part = `${path}.${randomUUID()}.part`
    try {
      await using file = await open(part, 'ax')
      const answer = await receive(download, file)
      await rename(part, path)
      return { path, contentType: answer.contentType, sizeBytes: answer.sizeBytes }
    } catch (error) {
      download.deadline.signal.throwIfAborted()
      throw error
    } finally {
      await rm(part, { force: true })
      end(download)
    }
  }

  /** Fill a file. After a break only the rest is asked for, if the server can tell that it is still the same file. */
  const receive = async (
    download: Download,
    file: FileHandle,
  ): Promise<{ contentType: string | undefined; sizeBytes: number }> => {
    let sizeBytes = 0
    let totalBytes: number | undefined
    let validator: string | undefined
    const ask = async (): Promise<FileAnswer> => {
      if (sizeBytes === 0 || validator === undefined) return await request(download, 'site')
      const rest = { fromBytes: sizeBytes, validator }
      validator = undefined // should this attempt be refused, the next one begins anew
      const answer = await request({ ...download, rest }, 'site').catch((error: unknown) => {
        if (!(error instanceof SiteProtocolError && error.status === 416)) throw error
        return request(download, 'site') // the file has no rest: it is another one by now
      })
      if (answer.startBytes === 0) return answer
      const isSame =
        (answer.validator ?? rest.validator) === rest.validator && answer.sizeBytes === (totalBytes ?? answer.sizeBytes)
      if (isSame) return { ...answer, validator: rest.validator }
      answer.body.destroy()
      return await request(download, 'site')
    }
    /** One answer: is the file whole with it? */
    const fill = async (answer: FileAnswer): Promise<boolean> => {
      if (answer.startBytes !== sizeBytes) await file.truncate(answer.startBytes)
      sizeBytes = answer.startBytes
      totalBytes = answer.sizeBytes
      validator = answer.validator
      for await (const chunk of readChunks(answer, download)) {
        await file.appendFile(chunk)
        sizeBytes += chunk.length
      }
      if (totalBytes === undefined || sizeBytes === totalBytes) return true
      if (sizeBytes > answer.startBytes && sizeBytes < totalBytes) return false
      throw new SiteProtocolError(
        'SITE_ANSWER_INVALID',
        `The download of ${displayUrl(download.url)} brought ${sizeBytes} bytes of a file of ${totalBytes}.`,
      )
    }
    return await repeat(connection.settings.retry, download.deadline, async () => {
      for (;;) {
        const answer = await ask()
        if (await fill(answer)) return { contentType: answer.contentType, sizeBytes }
      }
    })
  }

  return { toBytes, toStream, toFile }
}

function end(download: Download): void {
  download.deadline[Symbol.dispose]()
  download.giveBack()
}
