import type { Report } from '../../src/report/index.ts'

/** One name of each script that reports are set in. */
export const names = {
  Latin: 'Žižka_ünïcödé_v001',
  Cyrillic: 'Сцена_двенадцать',
  Greek: 'Κεφάλαιο',
  Vietnamese: 'Tiếng Việt ợ',
  Japanese: 'シーン十二_ライティング',
  Korean: '장면 열둘',
  'Simplified Chinese': '场景十二_灯光',
  'Traditional Chinese': '這個鏡頭_燈光',
  Arabic: 'البداية',
  Hebrew: 'שלום',
  Thai: 'ฉากเปิดเรื่อง',
  Devanagari: 'रात',
  emoji: '🔥🚀',
  arrows: '→ ⇒ ➜ ✓',
}
/** Several pages of text. */
export const long = 'The camera now eases out two frames earlier. '.repeat(400)

/** Every block, in every script. */
export async function drawEverything(report: Report): Promise<void> {
  await report.masthead({ eyebrow: 'Lighthouse', title: 'Everything', facts: [{ label: 'Prepared by', value: 'Åsa' }] })
  await report.shares([
    { label: 'Approved', tone: 'approved', count: 998 },
    { label: 'On Hold', tone: 'waiting', count: 2 },
  ])
  await report.heading('Names')
  for (const name of Object.values(names)) {
    await report.entry({ title: name, badge: { label: 'Final', tone: 'approved' }, facts: [], text: `About ${name}.` })
  }
  await report.entry({ title: 'unbroken'.repeat(40), facts: [{ label: 'Shot', value: 'x'.repeat(300) }], text: long })
  await report.table([{ label: 'Shot' }, { label: 'Frames', align: 'right' }], tableRows(120))
  await report.paragraph(long, { maxLines: 4 })
  await report.contactSheet(
    Object.values(names).map((title) => ({ title: title.repeat(3), lines: [title, 'Comp'] })),
    { columns: 5 },
  )
}

function* tableRows(count: number): Generator<(string | number)[]> {
  for (let index = 0; index < count; index++) yield [`lh_${index} ${'w'.repeat(index)}`, index * 1001]
}
