import { Readable } from 'node:stream'
import type { Deadline } from './deadline.ts'
import type { FileAnswer } from './file-request.ts'
import { tooLarge, toTransportError } from './http.ts'
import { displayUrl } from './site-url.ts'
import type { TransferProgress } from './upload-types.ts'

export type BodyLimits = {
  readonly url: URL
  readonly maxBytes: number
  readonly deadline: Deadline
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** The bytes of an answer, counted; what breaks them off becomes an error of ours. */
export async function* readChunks(answer: FileAnswer, limits: BodyLimits): AsyncGenerator<Buffer, void, undefined> {
  const what = `The download of ${displayUrl(limits.url)}`
  const { sizeBytes: totalBytes } = answer
  let size = answer.startBytes
  for await (const bytes of guarded(answer, limits, what)) {
    size += bytes.length
    if (size > limits.maxBytes) throw tooLarge(what, limits.maxBytes)
    yield bytes
    limits.onProgress?.({ transferredBytes: size, totalBytes })
  }
}

/** Whoever reads may throw as well: that is no failure of the network. */
async function* guarded(
  { body }: FileAnswer,
  limits: BodyLimits,
  what: string,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        limits.deadline.signal.throwIfAborted()
        throw toTransportError(error, what, limits.url.origin)
      })
      if (next.done === true) return
      const bytes: Buffer = next.value
      yield bytes
    }
  } finally {
    body.destroy() // also when nobody reads on
  }
}

/** The same for somebody else to read: ends with the deadline, and ends the deadline with itself. */
export function toReadable(answer: FileAnswer, limits: BodyLimits): Readable {
  const { signal } = limits.deadline
  const stream = Readable.from(readChunks(answer, limits), { objectMode: false })
  stream.on('error', () => {}) // readers hear of it as well; when there is none, it must not end the process
  const onAbort = (): void => {
    stream.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason }))
  }
  stream.once('close', () => {
    signal.removeEventListener('abort', onAbort)
    limits.deadline[Symbol.dispose]()
    answer.body.destroy() // a stream that nobody began to read has not done so itself
  })
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return stream
}
