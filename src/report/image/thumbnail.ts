import { ink } from '../page/theme.ts'

const MAX_PIXELS = 100_000_000 // a still of a 12K camera; more is a mistake or an attack

/**
 * A picture as reports print it: JPEG, 16:9, whole, on a quiet ground, at 2.5 pixels to the point.
 * Undefined when the bytes are no picture, or a broken one.
 */
export async function makeThumbnail(
  bytes: Uint8Array,
  { width, height }: { width: number; height: number },
): Promise<Buffer | undefined> {
  const { default: sharp } = await import('sharp') // slow to load; not every report has pictures
  try {
    return await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
      .rotate()
      .resize({
        width: Math.round(width * 2.5),
        height: Math.round(height * 2.5),
        fit: 'contain',
        background: ink.fill,
      })
      .flatten({ background: ink.fill })
      .toColorspace('srgb')
      .jpeg({ quality: 78 })
      .toBuffer()
  } catch {
    return undefined
  }
}
