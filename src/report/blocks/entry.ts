import type { Picture } from '../image/thumbnail.ts'
import type { Sheet } from '../page/sheet.ts'
import { ink, step, type } from '../page/theme.ts'
import type { Badge } from '../status.ts'
import { isVisible } from '../text/clean.ts'
import { type Line, type LineOptions, layoutLine, layoutText } from '../text/layout.ts'
import { layoutBadge } from './badge.ts'
import { type Fact, layoutFacts } from './facts.ts'
import { drawPicture } from './picture.ts'
import { flowLines } from './text.ts'

/** One entity of a list: picture, name, status, facts and its description. */
export interface Entry {
  readonly title: string
  /** Address that the title leads to. */
  readonly link?: string
  readonly badge?: Badge
  readonly facts: readonly Fact[]
  /** Any length: what does not fit on a page goes on, on the next. */
  readonly text?: string
  /** As `report.pictures` gives it; nothing draws a quiet placeholder. */
  readonly picture?: Picture
  /** Words of the placeholder. Default "No thumbnail". */
  readonly pictureMissing?: string
}

/** Printed size of an entry's picture in points. */
export const entryPicture = { width: 128, height: 72 } as const

const BADGE_SHARE = 0.4 // most of a title's line that a badge may take
const GUTTER = 16
const MAX_FACT_COLUMNS = 5
const WHOLE_SHARE = 0.4 // of a page: a longer entry begins where there is room and goes on, on the next
const CONTINUED = ' (continued)'

/** Draw an entry below a hairline. A short one stands on one page; of a long one at least the beginning. */
export async function drawEntry(sheet: Sheet, entry: Entry): Promise<void> {
  const x = sheet.left + entryPicture.width + GUTTER
  const width = sheet.width - entryPicture.width - GUTTER
  const { language } = sheet
  const name = isVisible(entry.title) ? entry.title : '–'

  const badge = entry.badge && (await layoutBadge(sheet, entry.badge, width * BADGE_SHARE))
  const badgeRoom = badge ? badge.width + step.m : 0
  const title = await layoutText(name, type.subheading, width - badgeRoom, { maxLines: 8, language })
  const facts = await layoutFacts(
    sheet,
    entry.facts,
    width,
    Math.min(MAX_FACT_COLUMNS, Math.max(4, entry.facts.length)),
  )
  const body = isVisible(entry.text) ? await layoutText(entry.text.trim(), type.body, width, sheet.setting) : []

  const headHeight = title.length * type.subheading.lineHeight + (entry.facts.length > 0 ? step.xs + facts.height : 0)
  const bodyHeight = body.length > 0 ? step.s + body.length * type.body.lineHeight : 0
  const height = step.m + Math.max(entryPicture.height, headHeight + bodyHeight) + step.m
  const leastHeight = step.m + Math.max(entryPicture.height, headHeight + step.s + 3 * type.body.lineHeight)
  await sheet.ensure(height <= sheet.pageHeight * WHOLE_SHARE ? height : Math.min(height, leastHeight))

  const firstPage = sheet.pages
  sheet.bookmark(name)
  if (sheet.y > sheet.top) sheet.rule(sheet.y)
  const top = sheet.y + step.m
  await drawPicture(sheet, entry.picture, { x: sheet.left, y: top, ...entryPicture }, entry.pictureMissing)
  sheet.pen.drawLines(title, x, top, width - badgeRoom, type.subheading)
  if (entry.link) {
    const widest = Math.max(...title.map((line) => line.width))
    sheet.link(x, top, widest, title.length * type.subheading.lineHeight, entry.link)
  }
  badge?.draw(sheet.left + sheet.width, top)
  facts.draw(x, top + title.length * type.subheading.lineHeight + step.xs)
  sheet.y = top + headHeight
  if (body.length > 0) {
    sheet.y += step.s
    await flowLines(sheet, body, x, width, type.body, async () => {
      const again = await layoutContinued(name, width, sheet.setting)
      sheet.pen.drawLine(again, x, sheet.y, type.label, ink.muted)
      sheet.y += type.label.lineHeight + step.xs
    })
  }
  const pictureBottom = sheet.pages === firstPage ? top + entryPicture.height : sheet.top
  sheet.y = Math.max(sheet.y, pictureBottom) + step.m
  await sheet.settle()
}

async function layoutContinued(title: string, width: number, setting: LineOptions): Promise<Line> {
  const { width: taken } = await layoutLine(`–${CONTINUED}`, type.label)
  const { text } = await layoutLine(title, type.label, width - taken, { ...setting, cut: 'middle' })
  return await layoutLine(text + CONTINUED, type.label, width, setting)
}
