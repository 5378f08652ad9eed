import { expect, test } from 'vitest'
import { badgeOf, sharesOf, toneOf } from '../../src/report/status.ts'

test.each([
  ['waiting', 'wtg rdy hld na omt opn dis'],
  ['progress', 'ip act blk plsh out'],
  ['review', 'rev vwd pndng cbb rsk'],
  ['approved', 'apr fin cmpt dlvr clsd res cfrm'],
  ['rejected', 'rej rrq late'],
  ['neutral', 'sgown'],
])('what is %s: %s', (tone, codes) => {
  expect(codes.split(' ').map(toneOf)).toEqual(codes.split(' ').map(() => tone))
})

test('no status is neutral, also one named like a part of the language', () => {
  expect([null, undefined, '', 'constructor', '__proto__'].map(toneOf)).toEqual(Array(5).fill('neutral'))
})

test('a status is shown by its name, else by its code', () => {
  const names = new Map([['apr', 'Approved']])
  expect(badgeOf('apr', names)).toEqual({ label: 'Approved', tone: 'approved' })
  expect(badgeOf('sgown', names)).toEqual({ label: 'sgown', tone: 'neutral' })
  expect(badgeOf(null, names)).toEqual({ label: 'No status', tone: 'neutral' })
})

test('shares go from what is settled to what is not, the frequent first', () => {
  const codes = ['rrq', 'ip', 'fin', 'apr', 'apr', undefined, 'rev', null, 'vwd', 'vwd']
  expect(sharesOf(codes, new Map()).map(({ label, count }) => [label, count])).toEqual([
    ['apr', 2],
    ['fin', 1],
    ['vwd', 2],
    ['rev', 1],
    ['ip', 1],
    ['rrq', 1],
    ['No status', 2],
  ])
})
