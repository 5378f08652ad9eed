import type { Picture } from '../image/thumbnail.ts'
import type { Sheet } from '../page/sheet.ts'
import { ink, type } from '../page/theme.ts'
import { layoutLine } from '../text/layout.ts'

/** Where a picture stands on the page, in points. */
export interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const RADIUS = 4
const NEARLY = 0.03 // a picture that differs so little from its frame fills it; others stand whole on a quiet ground

/** Draw a picture into a frame with rounded corners, or the place where one would be. */
export async function drawPicture(
  sheet: Sheet,
  picture: Picture | undefined,
  frame: Frame,
  missing = 'No thumbnail',
): Promise<void> {
  const { doc } = sheet
  const { x, y, width, height } = frame
  if (picture === undefined) {
    doc.roundedRect(x, y, width, height, RADIUS).fillColor(ink.fill).fill()
    const line = await layoutLine(missing, type.label, width - 8, sheet.setting)
    sheet.pen.drawLine(line, x + (width - line.width) / 2, y + (height - type.label.lineHeight) / 2, type.label)
    return
  }
  const place = placePicture(picture, frame)
  doc.save().roundedRect(x, y, width, height, RADIUS).clip()
  if (!place.fills) doc.rect(x, y, width, height).fillColor(ink.fill).fill()
  doc.image(picture.jpeg, place.x, place.y, { width: place.width, height: place.height })
  doc.restore()
  // White pictures end somewhere too.
  doc.save().roundedRect(x, y, width, height, RADIUS).lineWidth(0.5).strokeColor(ink.strong, 0.1).stroke().restore()
}

/** The picture in the middle of its frame, as large as it gets. */
function placePicture(picture: Picture, frame: Frame): Frame & { readonly fills: boolean } {
  const [across, down] = [frame.width / picture.width, frame.height / picture.height]
  const fills = Math.abs(across / down - 1) < NEARLY
  const scale = fills ? Math.max(across, down) : Math.min(across, down)
  const [width, height] = [picture.width * scale, picture.height * scale]
  const x = frame.x + (frame.width - width) / 2
  const y = frame.y + (frame.height - height) / 2
  return { x, y, width, height, fills }
}
