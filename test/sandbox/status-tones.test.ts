import { expect, test } from 'vitest'
import { toneOf as reportToneOf, type Tone } from '../../src/report/status.ts'
import { toneOf } from '../../src/sandbox/pages/entity-pages.ts'
import { statuses } from '../../src/sandbox/schema/statuses.ts'

const colours: Readonly<Record<Tone, string>> = {
  waiting: 'grey',
  progress: 'blue',
  review: 'amber',
  approved: 'green',
  rejected: 'red',
  neutral: 'grey',
}
const more = ['blk', 'cbb', 'cfrm', 'dlvr', 'late', 'out', 'plsh', 'rej', 'rsk', 'of-the-studio']

test.each([...statuses.map(([code]) => code), ...more])('status %s has one colour in pages and reports', (code) => {
  expect(toneOf(code)).toBe(colours[reportToneOf(code)])
})
