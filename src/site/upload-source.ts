import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { SiteUsageError } from './errors/index.ts'
import type { UploadSource, UploadStream } from './upload-types.ts'

const READ_BYTES = 131_072

/** A source whose name and size are known, and whose bytes can be read. */
export type OpenSource = AsyncDisposable & {
  readonly fileName: string
  readonly sizeBytes: number
  /** Can bytes be read more than once? Else they are read in order. */
  readonly repeatable: boolean
  /** Take hold of it, once it is its turn: a file that waits holds no descriptor. */
  readonly open: () => Promise<void>
  /** The bytes from `start` up to `end`, which is not included. Throws when there are fewer, or more at the end. */
  readonly read: (start: number, end: number) => AsyncIterable<Uint8Array>
}

/** @throws {SiteUsageError} `SITE_CALL_INVALID` for what is missing, empty or nameless */
export async function openSource(source: UploadSource, fileName: string | undefined): Promise<OpenSource> {
  if (typeof source === 'string') return await openPath(source, fileName)
  if (source instanceof Uint8Array) {
    const read = (start: number, end: number) => toIterable(source.subarray(start, end))
    return fromMemory({ fileName: checkName(fileName), sizeBytes: source.length, read })
  }
  if (source instanceof Blob) {
    const name = fileName ?? ('name' in source && typeof source.name === 'string' ? source.name : undefined)
    const read = (start: number, end: number) => source.slice(start, end).stream()
    return fromMemory({ fileName: checkName(name), sizeBytes: source.size, read })
  }
  if (isStream(source)) return openStream(source, fileName)
  throw new SiteUsageError(
    'SITE_CALL_INVALID',
    'The upload is of no file: expected a path, bytes, a Blob or { stream, name, sizeBytes }.',
  )
}

async function openPath(path: string, fileName: string | undefined): Promise<OpenSource> {
  const what = `'${path}'`
  const found = await stat(path).catch((cause: unknown) => {
    throw new SiteUsageError('SITE_CALL_INVALID', `The upload is of ${what}, which is not there (${codeOf(cause)}).`, {
      cause,
    })
  })
  if (!found.isFile()) throw new SiteUsageError('SITE_CALL_INVALID', `The upload is of ${what}, which is no file.`)
  const { size: sizeBytes } = found
  checkSize(sizeBytes, what)
  let opened: Promise<FileHandle> | undefined
  const getHandle = (): Promise<FileHandle> => {
    opened ??= openUnchanged(path, sizeBytes, what)
    return opened
  }
  return {
    fileName: checkName(fileName ?? basename(path)),
    sizeBytes,
    repeatable: true,
    open: async () => {
      await getHandle()
    },
    read: async function* (start, end) {
      yield* readFile(await getHandle(), { start, end, sizeBytes, what })
    },
    [Symbol.asyncDispose]: async () => {
      const handle = await opened?.catch(() => undefined) // whoever opened it was told why not
      await handle?.close()
    },
  }
}

async function openUnchanged(path: string, sizeBytes: number, what: string): Promise<FileHandle> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new SiteUsageError(
      'SITE_CALL_INVALID',
      `The upload is of ${what}, which cannot be read (${codeOf(cause)}).`,
      { cause },
    )
  })
  try {
    await checkUnchanged(handle, sizeBytes, what)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** A file that is still being written would arrive cut off. */
async function checkUnchanged(handle: FileHandle, sizeBytes: number, what: string): Promise<void> {
  const { size } = await handle.stat()
  if (size === sizeBytes) return
  const how = size < sizeBytes ? 'became shorter' : 'became longer'
  throw new SiteUsageError(
    'SITE_CALL_INVALID',
    `${what} ${how} while it was uploaded: ${size} bytes instead of ${sizeBytes}. Is it still being written?`,
  )
}

type FileStretch = { readonly start: number; readonly end: number; readonly sizeBytes: number; readonly what: string }

async function* readFile(
  handle: FileHandle,
  { start, end, sizeBytes, what }: FileStretch,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < end; ) {
    // Fresh memory each time: the socket may still hold what was read before.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(Math.min(READ_BYTES, end - at)), {
      position: at,
    })
    at += bytesRead
    // Before the last bytes are given out: nobody must have received the whole of a file that is refused.
    if (bytesRead === 0 || at >= end) await checkUnchanged(handle, sizeBytes, what)
    if (bytesRead === 0) throw new SiteUsageError('SITE_CALL_INVALID', `${what} became shorter while it was uploaded.`)
    yield buffer.subarray(0, bytesRead)
  }
}

function openStream({ stream, name, sizeBytes }: UploadStream, fileName: string | undefined): OpenSource {
  const given = checkName(fileName ?? name)
  const what = `the stream of '${given}'`
  checkSize(sizeBytes, what)
  const iterator = stream[Symbol.asyncIterator]()
  const failure: { error?: unknown } = {}
  // It may fail while the upload still waits for its turn: unheard, that would end the process.
  if (stream instanceof Readable) {
    stream.on('error', (error) => {
      failure.error = error
    })
  }
  const next = async (): Promise<IteratorResult<unknown>> => {
    if ('error' in failure) throw failure.error
    return await iterator.next()
  }
  const left: { bytes: Uint8Array } = { bytes: new Uint8Array() }
  const read = async function* (start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    let missing = end - start
    while (missing > 0) {
      if (left.bytes.length === 0) {
        const piece = await next()
        if (piece.done === true) throw wrongSize(what, `ended after ${end - missing}`, sizeBytes)
        left.bytes = toBytes(piece.value, what)
        continue
      }
      const chunk = left.bytes.subarray(0, missing)
      left.bytes = left.bytes.subarray(chunk.length)
      missing -= chunk.length
      yield chunk
    }
    if (end < sizeBytes) return
    while (left.bytes.length === 0) {
      const piece = await next()
      if (piece.done === true) return
      left.bytes = toBytes(piece.value, what)
    }
    throw wrongSize(what, 'has more', sizeBytes)
  }
  const dispose = async (): Promise<void> => {
    if (stream instanceof Readable) stream.destroy()
    else iterator.return?.().catch(() => {}) // it may be waiting for bytes that never come
  }
  return { fileName: given, sizeBytes, repeatable: false, open: async () => {}, read, [Symbol.asyncDispose]: dispose }
}

function fromMemory(source: Pick<OpenSource, 'fileName' | 'sizeBytes' | 'read'>): OpenSource {
  checkSize(source.sizeBytes, `'${source.fileName}'`)
  return { ...source, repeatable: true, open: async () => {}, [Symbol.asyncDispose]: async () => {} }
}

/** Bytes in pieces that a socket takes well. */
export async function* toIterable(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += READ_BYTES) yield bytes.subarray(at, at + READ_BYTES)
}

function isStream(source: unknown): source is UploadStream {
  if (typeof source !== 'object' || source === null || !('stream' in source)) return false
  const { stream } = source
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream
}

function toBytes(chunk: unknown, what: string): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  throw new SiteUsageError('SITE_CALL_INVALID', `${what} gives ${typeof chunk}s: expected bytes.`)
}

function checkName(name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '') return name
  throw new SiteUsageError('SITE_CALL_INVALID', 'The upload has no file name: give one as fileName.')
}

/** The official client refuses empty files too. */
function checkSize(sizeBytes: unknown, what: string): void {
  if (sizeBytes === 0) throw new SiteUsageError('SITE_CALL_INVALID', `The upload is of ${what}, which is empty.`)
  if (typeof sizeBytes === 'number' && Number.isSafeInteger(sizeBytes) && sizeBytes > 0) return
  throw new SiteUsageError('SITE_CALL_INVALID', `The size of ${what} is ${String(sizeBytes)}: expected whole bytes.`)
}

function wrongSize(what: string, how: string, sizeBytes: number): SiteUsageError {
  return new SiteUsageError('SITE_CALL_INVALID', `${what} ${how} bytes: expected the ${sizeBytes} of its sizeBytes.`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
