import { describe, expect, test } from 'vitest'
// @ts-expect-error the scripts of the pages are JavaScript without declarations
import { Selection } from '../../src/sandbox/pages/public/selection.js'

const order = [11, 12, 13, 14, 15]

describe('a range of rows', () => {
  test('runs from the anchor to the row, in both directions', () => {
    const selection = new Selection()
    selection.only(13)
    selection.range(15, order)
    expect(selection.inOrder(order)).toEqual([13, 14, 15])
    selection.range(11, order)
    expect(selection.inOrder(order)).toEqual([11, 12, 13])
  })

  test('starts at the row itself when its anchor cannot be reached', () => {
    const selection = new Selection()
    selection.only(99)
    selection.range(13, order)
    expect(selection.inOrder([...order, 99])).toEqual([13])
    selection.range(15, order)
    expect(selection.inOrder([...order, 99])).toEqual([13, 14, 15])
  })

  test('keeps what was selected when it is added, also with an anchor out of reach', () => {
    const selection = new Selection()
    selection.only(99)
    selection.range(13, order, true)
    expect(selection.inOrder([...order, 99])).toEqual([13, 99])
  })

  test('begins anywhere when nothing was clicked before', () => {
    const selection = new Selection()
    selection.range(12, order)
    expect(selection.inOrder(order)).toEqual([12])
  })
})
