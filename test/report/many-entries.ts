import sharp from 'sharp'
import { writeReport } from '../../src/report/index.ts'

// Writes a report with as many entries as asked for, each with a picture, in a process whose heap a test limits.
const [path = '', count = '0'] = process.argv.slice(2)
const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const
const photo = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#444', noise } })
  .jpeg()
  .toBuffer()
const names = ['scene', 'Сцена', 'シーン', '장면', 'مشهد']

const summary = await writeReport(path, async (report) => {
  const ids = Array.from({ length: Number(count) }, (_, index) => index)
  for await (const { item, picture } of report.pictures(ids, async () => photo)) {
    await report.entry({
      title: `${names[item % names.length]}_${item}_comp_v003`,
      link: `https://site.test/detail/Version/${item}`,
      badge: { label: 'Pending Review', tone: 'review' },
      facts: [
        { label: 'Shot', value: `lh_${item}`, link: `https://site.test/detail/Shot/${item}` },
        { label: 'Artist', value: 'Amara Okafor' },
      ],
      text: `Softened the rim light on take ${item}.`,
      ...(picture ? { picture } : {}),
    })
  }
})
console.log(JSON.stringify(summary))
