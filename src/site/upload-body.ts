import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

/** The bytes of one request, and what became of them. */
export type UploadBody = {
  /** Made chunk by chunk, as they are taken. */
  readonly bytes: Readable
  readonly sizeBytes: number
  /** Has the last byte been given out? Before that no server can have taken the whole. */
  readonly isComplete: () => boolean
  /** What the source or a listener threw. */
  readonly failure: () => unknown
  /** As hex, once the file is complete; undefined unless asked for. */
  readonly md5: () => string | undefined
}
export type BodyParts = {
  readonly head?: Uint8Array
  readonly file: AsyncIterable<Uint8Array>
  readonly fileBytes: number
  readonly tail?: Uint8Array
  /** Take the MD5 of the file on the way. */
  readonly digest?: boolean
  /** Told after each chunk was taken, with how many bytes of the file are gone. */
  readonly onSent: (sentBytes: number) => void
}

const nothing = new Uint8Array()

export function createBody({
  head = nothing,
  file,
  fileBytes,
  tail = nothing,
  digest = false,
  onSent,
}: BodyParts): UploadBody {
  let complete = false
  let failure: unknown
  const hash = digest ? createHash('md5') : undefined
  let md5: string | undefined
  /** What comes from outside; the end of the request, thrown in at a yield, does not. */
  const guard = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      failure = error
      throw error
    }
  }
  const run = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    if (head.length > 0) yield head
    const iterator = file[Symbol.asyncIterator]()
    let sentBytes = 0
    try {
      for (;;) {
        const next = await guard(() => iterator.next())
        if (next.done === true) break
        hash?.update(next.value)
        if (tail.length === 0 && sentBytes + next.value.length === fileBytes) complete = true
        yield next.value
        sentBytes += next.value.length
        await guard(() => onSent(sentBytes))
      }
    } finally {
      await iterator.return?.()
    }
    complete = true
    if (tail.length > 0) yield tail
  }
  return {
    bytes: Readable.from(run()).on('error', () => {}), // the request fails with it, if there is one already
    sizeBytes: head.length + fileBytes + tail.length,
    isComplete: () => complete,
    failure: () => failure,
    md5: () => {
      md5 ??= hash?.digest('hex')
      return md5
    },
  }
}
