import { describe, expect, test } from 'vitest'
import { formatBytes, formatCount, formatDuration, formatMoment } from '../../src/server/format.ts'

describe('formats', () => {
  test.each([
    [0, 'under 0.1 s'],
    [50, '0.1 s'],
    [412, '0.4 s'],
    [12_400, '12 s'],
    [59_700, '1 min'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [7_200_900, '2 h'],
  ])('%i ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  test.each([
    [0, 'just now'],
    [9_000, 'just now'],
    [12_000, '12 s ago'],
    [3_599_000, '59 min ago'],
    [86_399_000, '23 h ago'],
    [86_400_000, '3 Mar 2026, 05:06'],
    [-5_000, '4 Mar 2026, 05:06'],
  ])('%i ms ago is %s', (agoMs, text) => {
    const nowMs = Date.UTC(2026, 2, 4, 5, 6, 7)
    expect(formatMoment(nowMs - agoMs, nowMs, 'UTC').short).toBe(text)
  })

  test.each([
    [812, '812 B'],
    [4_100, '4.1 kB'],
    [2_300_000_000, '2.3 GB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test.each([
    [1, 'Version', '1 Version'],
    [3, 'Version', '3 Versions'],
    [0, 'Delivery', '0 Deliveries'],
    [2, 'Display', '2 Displays'],
    [1200, 'Mesh', '1,200 Meshes'],
  ])('%i of %s are %s', (count, type, text) => {
    expect(formatCount(count, type)).toBe(text)
  })
})
