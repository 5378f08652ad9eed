import sharp from 'sharp'
import { draw } from './draw.ts'
import { parsePicture } from './picture.ts'

const maxKept = 1500 // of about 15 kB each

/** Draws pictures when they are first asked for and keeps them. */
export class Thumbnails {
  readonly #kept = new Map<string, Promise<Buffer>>()

  /** A picture as JPEG, 480 by 270. */
  jpeg(picture: string): Promise<Buffer> {
    const kept = this.#kept.get(picture)
    if (kept !== undefined) return kept
    const drawn = renderPicture(picture)
    this.#kept.set(picture, drawn)
    drawn.catch(() => this.#kept.delete(picture))
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxKept) break
      this.#kept.delete(oldest)
    }
    return drawn
  }
}

/** Draws a picture as JPEG. */
export async function renderPicture(picture: string): Promise<Buffer> {
  const { svg, saturation } = draw(parsePicture(picture))
  const image = sharp(Buffer.from(svg)).flatten({ background: '#000000' })
  return (saturation === 1 ? image : image.modulate({ saturation })).jpeg({ quality: 84, mozjpeg: false }).toBuffer()
}
