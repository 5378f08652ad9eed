import type { EntityRef, Row, Site } from '../site/index.ts'
import type { LoadedPicture } from './image/load-pictures.ts'
import type { NameReader } from './names.ts'
import type { Report } from './report.ts'

/** What reading thumbnails needs; a handler's context has it all. */
export interface ThumbnailReader extends NameReader {
  readonly site: NameReader['site'] & Pick<Site, 'downloadThumbnail'>
  readonly progress: {
    (done: number, total: number, text?: string): void
    item(ref: EntityRef & { readonly name?: string }, status: 'done' | 'failed', why?: string): void
  }
}

/** What a thumbnail is of: a row that was read with its `image`, and what people call it. */
export interface Pictured {
  readonly row: Row
  readonly name: string
}

/**
 * Entities with their thumbnails as `report.pictures` gives them, in order. What became of each is told to the person:
 * done once the next is asked for, failed when there is a thumbnail that could not be read.
 *
 * @param columns  of the contact sheet that they are for; left out: for entries
 */
export async function* loadThumbnails<T extends Pictured>(
  report: Report,
  { site, signal, log, progress }: ThumbnailReader,
  items: readonly T[],
  { columns }: { readonly columns?: number } = {},
): AsyncGenerator<LoadedPicture<T>, void, undefined> {
  const fetchBytes = async ({ row }: T, limit: AbortSignal): Promise<Uint8Array | undefined> => {
    const thumbnail = await site.downloadThumbnail(row, { signal: limit })
    return thumbnail.state === 'ready' ? thumbnail.bytes : undefined
  }
  let done = 0
  let lastFailure: unknown
  for await (const loaded of report.pictures(items, fetchBytes, { signal, ...(columns ? { columns } : {}) })) {
    yield loaded
    const { row, name } = loaded.item
    const { failure } = loaded
    if (failure === undefined) progress.item({ type: row.type, id: row.id, name }, 'done')
    else progress.item({ type: row.type, id: row.id, name }, 'failed', 'its thumbnail could not be read')
    if (failure !== undefined && failure !== lastFailure)
      log.warn({ err: failure, [row.type]: row.id }, 'a thumbnail could not be read')
    lastFailure = failure
    done += 1
    progress(done, items.length, name)
  }
}
