import { Readable } from 'node:stream'
import type { Deadline } from './deadline.ts'
import type { FileAnswer } from './file-request.ts'
import { tooLarge, toTransportError } from './http.ts'
import { displayUrl } from './site-url.ts'

export type BodyLimits = { readonly url: URL; readonly maxBytes: number; readonly deadline: Deadline }

/** The bytes of an answer, counted; what breaks them off becomes an error of ours. */
export async function* readChunks({ body }: FileAnswer, limits: BodyLimits): AsyncGenerator<Buffer, void, undefined> {
  const what = `The download of ${displayUrl(limits.url)}`
  let size = 0
  try {
    for await (const chunk of body) {
      const bytes: Buffer = chunk
      size += bytes.length
      if (size > limits.maxBytes) break
      yield bytes
    }
  } catch (error) {
    limits.deadline.signal.throwIfAborted()
    throw toTransportError(error, what, limits.url.origin)
  }
  if (size > limits.maxBytes) throw tooLarge(what, limits.maxBytes)
}

/** The same for somebody else to read: ends with the deadline, and ends the deadline with itself. */
export function toReadable(answer: FileAnswer, limits: BodyLimits): Readable {
  const { signal } = limits.deadline
  const stream = Readable.from(readChunks(answer, limits), { objectMode: false })
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
