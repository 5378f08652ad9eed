import type { Sharp } from 'sharp'
import { ink } from '../page/theme.ts'
import { readJpegHead } from './jpeg-head.ts'

/** A picture that is ready to be printed. */
export interface Picture {
  readonly jpeg: Buffer
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/** Printed size in points. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

const SCALED_DENSITY = 2.5 // pixels to the point, of pictures that are scaled down: 180 to the inch
const MAX_DENSITY = 4.2 // of pictures that are taken as they are: 300 to the inch
const MAX_READY_BYTES = 60_000
const MAX_PIXELS = 100_000_000 // a still of a 12K camera; more is a mistake or an attack
const LARGE_PIXELS = 4_000_000 // larger ones are read one after the other: some kinds are whole in memory meanwhile

let lastLarge: Promise<unknown> = Promise.resolve()

/**
 * A picture as reports print it: a JPEG no larger than it has to be, upright, in sRGB, opaque, without anything else that
 * cameras and programs write into a file. Undefined when the bytes are no picture, or a broken one.
 */
export async function makeThumbnail(bytes: Uint8Array, size: PictureSize): Promise<Picture | undefined> {
  const ready = takeReady(bytes, size)
  if (ready) return ready
  const sharp = await openSharp()
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true })
    const { width, height } = await image.metadata()
    if (width * height <= LARGE_PIXELS) return await scaleDown(image, size)
    const scaled = lastLarge.then(() => scaleDown(image, size))
    lastLarge = scaled.catch(() => {})
    return await scaled
  } catch {
    return undefined
  }
}

/** Slow to load, and most thumbnails do without. */
async function openSharp() {
  const { default: sharp } = await import('sharp')
  sharp.cache(false) // it would keep the last pictures as they were, some of them whole
  return sharp
}

async function scaleDown(image: Sharp, size: PictureSize): Promise<Picture> {
  const { data, info } = await image
    .autoOrient()
    .resize({
      width: Math.round(size.width * SCALED_DENSITY),
      height: Math.round(size.height * SCALED_DENSITY),
      fit: 'inside',
      withoutEnlargement: true,
    })
    .flatten({ background: ink.fill })
    .toColorspace('srgb')
    .jpeg({ quality: 78 })
    .toBuffer({ resolveWithObject: true })
  return { jpeg: data, width: info.width, height: info.height }
}

/** Most thumbnails of a site are small JPEGs: to scale them once more costs time and quality, and saves little. */
function takeReady(bytes: Uint8Array, size: PictureSize): Picture | undefined {
  if (bytes.length > MAX_READY_BYTES) return undefined
  const head = readJpegHead(bytes)
  if (!head?.isPlain || head.width < 1 || head.height < 1) return undefined
  const { width, height } = head
  if (width > size.width * MAX_DENSITY || height > size.height * MAX_DENSITY) return undefined
  return { jpeg: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), width, height }
}
