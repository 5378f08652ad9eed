import { expect, test } from 'vitest'
import { toneOf } from '../../src/report/status.ts'

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
