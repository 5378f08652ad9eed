import type { Sheet } from '../page/sheet.ts'
import { step, type } from '../page/theme.ts'
import { layoutText } from '../text/layout.ts'
import { type Fact, layoutFacts } from './facts.ts'

/** The head of a report. */
export interface Masthead {
  /** Above the title, such as the project. */
  readonly eyebrow?: string
  readonly title: string
  /** Below it: who, when, how many. */
  readonly facts: readonly Fact[]
}

export async function drawMasthead(sheet: Sheet, masthead: Masthead): Promise<void> {
  const { language } = sheet
  const eyebrow = await layoutText(masthead.eyebrow ?? '', type.eyebrow, sheet.width, { maxLines: 1, language })
  const title = await layoutText(masthead.title, type.title, sheet.width, { maxLines: 3, language })
  sheet.y += step.s
  if (masthead.eyebrow) sheet.y += sheet.pen.drawLines(eyebrow, sheet.left, sheet.y, sheet.width, type.eyebrow)
  sheet.y += sheet.pen.drawLines(title, sheet.left, sheet.y, sheet.width, type.title)
  sheet.y += step.xl
  const facts = await layoutFacts(sheet, masthead.facts, sheet.width, Math.min(4, Math.max(1, masthead.facts.length)))
  facts.draw(sheet.left, sheet.y)
  sheet.y += facts.height + step.xl
  await sheet.settle()
}
