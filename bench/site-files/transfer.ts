/* Uploads and downloads in a process of its own, whose memory is measured. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import workerpool from 'workerpool'
import { createSite, type Site, type UploadSource } from '../../src/site/index.ts'

/** One transfer, and how far the resident memory of its process rose above what it was before. */
export interface Measured {
  readonly tookMs: number
  readonly growthBytes: number
  readonly attachmentId: number
}
export type Way = 'form' | 'storage' | 'stream' | 'download'
export interface Transfer {
  readonly siteUrl: string
  readonly way: Way
  /** What is uploaded, or where to download to. */
  readonly path: string
  /** A small file of the same kind, to load and warm up everything first. */
  readonly warmUpPath: string
  /** For downloads: a large one and a small one. */
  readonly attachmentIds: readonly [large: number, small: number]
}

async function transfer({ siteUrl, way, path, warmUpPath, attachmentIds }: Transfer): Promise<Measured> {
  const auth = { scriptName: 'amiable', scriptKey: 'sandbox-script-key' }
  await using site = createSite({ url: siteUrl, auth })
  const [large, small] = attachmentIds
  await move(site, way, warmUpPath, small)
  collect()
  const beforeBytes = process.memoryUsage.rss()
  const beganMs = performance.now()
  const attachmentId = await move(site, way, path, large)
  const tookMs = performance.now() - beganMs
  const peakBytes = process.resourceUsage().maxRSS * 1024 // the system's own high-water mark
  return { tookMs, growthBytes: peakBytes - beforeBytes, attachmentId }
}

async function move(site: Site, way: Way, path: string, attachmentId: number): Promise<number> {
  if (way === 'download') {
    await site.downloadTo(path, attachmentId)
    return attachmentId
  }
  const { size: sizeBytes } = await stat(path)
  const source: UploadSource =
    way === 'stream' ? { stream: createReadStream(path), name: 'plate.mov', sizeBytes } : path
  if (way === 'form') return await site.upload({ type: 'Shot', id: 1 }, source)
  return await site.upload({ type: 'Version', id: 1 }, source, { field: 'sg_uploaded_movie' })
}

function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

const methods = { transfer }
export type TransferMethods = typeof methods
workerpool.worker(methods)
