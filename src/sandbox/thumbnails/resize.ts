import sharp from 'sharp'

const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'gif', 'tiff', 'webp'])
const maxWidth = 960
const maxHeight = 540

/**
 * A JPEG of an uploaded picture: a thumbnail that fits into 960 by 540, or a filmstrip as wide as it came.
 * Throws for what is no picture.
 */
export async function resizePicture(path: string, kind: 'thumbnail' | 'filmstrip'): Promise<Buffer> {
  const image = sharp(path)
  const { format } = await image.metadata()
  if (format === undefined || !formats.has(format)) throw new Error(`${format ?? 'This'} is no format for pictures.`)
  const upright = image.autoOrient().flatten({ background: '#000000' })
  const fitted =
    kind === 'filmstrip'
      ? upright
      : upright.resize({ width: maxWidth, height: maxHeight, fit: 'inside', withoutEnlargement: true })
  return await fitted.jpeg({ quality: 84 }).toBuffer()
}

/** What is shown until an uploaded picture is ready. */
export async function drawPending(): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="135"><rect width="240" height="135" fill="#3a3f47"/>
<g fill="#aab2bd"><circle cx="96" cy="68" r="7"/><circle cx="120" cy="68" r="7"/><circle cx="144" cy="68" r="7"/></g></svg>`
  return await sharp(Buffer.from(svg)).png().toBuffer()
}
