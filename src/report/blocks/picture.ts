import type { Sheet } from '../page/sheet.ts'
import { ink, type } from '../page/theme.ts'
import { layoutLine } from '../text/layout.ts'

const RADIUS = 4

/** Draw a 16:9 picture with rounded corners, or the place where one would be. `jpeg` fills the frame. */
export async function drawPicture(
  sheet: Sheet,
  jpeg: Buffer | undefined,
  frame: { x: number; y: number; width: number; height: number },
  missing = 'No thumbnail',
): Promise<void> {
  const { doc } = sheet
  const { x, y, width, height } = frame
  if (jpeg) {
    doc.save().roundedRect(x, y, width, height, RADIUS).clip()
    doc.image(jpeg, x, y, { width, height })
    doc.restore()
    return
  }
  doc.roundedRect(x, y, width, height, RADIUS).fillColor(ink.fill).fill()
  const line = await layoutLine(missing, type.label, width - 8, sheet.language)
  sheet.pen.drawLine(line, x + (width - line.width) / 2, y + (height - type.label.lineHeight) / 2, type.label)
}
