import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'

const MAX_WAITING_BYTES = 256 * 1024

/** Moves a document's bytes to a file. */
export interface Pump {
  /** Resolves once little is left to write. pdfkit never waits by itself; whoever draws has to. */
  flush(): Promise<void>
  /** Bytes written, once the document has ended. */
  readonly done: Promise<number>
}

export function startPump(doc: Readable, file: Pick<FileHandle, 'write'>): Pump {
  let waiting: (() => void)[] = []
  const wake = () => {
    for (const resume of waiting) resume()
    waiting = []
  }
  const move = async (): Promise<number> => {
    let bytes = 0
    try {
      for await (const chunk of doc) {
        await writeWhole(file, chunk)
        bytes += chunk.length
        wake()
      }
    } finally {
      wake()
    }
    return bytes
  }
  const done = move()
  let failed: { error: unknown } | undefined
  done.catch((error: unknown) => {
    failed = { error }
    wake()
  })
  return {
    done,
    async flush() {
      while (!failed && doc.readableLength > MAX_WAITING_BYTES) {
        await new Promise<void>((resume) => waiting.push(resume))
      }
      if (failed) throw failed.error
    },
  }
}

async function writeWhole(file: Pick<FileHandle, 'write'>, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset)
    offset += bytesWritten
  }
}
