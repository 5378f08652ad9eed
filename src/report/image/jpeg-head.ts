/** What the head of a JPEG says about it. */
export interface JpegHead {
  readonly width: number
  readonly height: number
  /** Grey, or colours as they are everywhere; nothing in it but the picture: no profile, camera, rotation, thumbnail. */
  readonly isPlain: boolean
}

// ITU-T T.81, table B.1
const START = 0xd8
const END = 0xd9
const SCAN = 0xda
const JFIF = 0xe0
const FRAMES = new Set([0xc0, 0xc1, 0xc2]) // baseline, extended, progressive: what every viewer shows
const OTHER_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])

/**
 * Read the head of a JPEG. Undefined when the bytes are none, or not to their end. Thousands of thumbnails are looked
 * at so: to open each as a picture costs as much as to print it.
 */
export function readJpegHead(bytes: Uint8Array): JpegHead | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== START) return undefined
  if (bytes.at(-2) !== 0xff || bytes.at(-1) !== END) return undefined // cut off on its way
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let head: JpegHead | undefined
  let isPlain = true
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff || OTHER_FRAMES.has(marker)) return undefined
    if (marker === SCAN) return head && { ...head, isPlain: head.isPlain && isPlain }
    const length = view.getUint16(at + 2)
    if (marker > JFIF && marker < JFIF + 16) isPlain = false
    if (FRAMES.has(marker) && at + 10 <= bytes.length) {
      const [bits, components] = [bytes[at + 4], bytes[at + 9]]
      const isUsual = bits === 8 && (components === 1 || components === 3)
      head = { width: view.getUint16(at + 7), height: view.getUint16(at + 5), isPlain: isUsual }
    }
    at += 2 + length
  }
  return undefined
}
