import { expect, test } from 'vitest'
import { createRowQueue } from '../../src/runs/row-queue.ts'

const filled = (rows: readonly [string, number][]) => {
  const queue = createRowQueue<{ run_id: string; size: number }>(({ size }) => size)
  for (const [run_id, size] of rows) queue.push({ run_id, size })
  return queue
}
const names = (rows: readonly { run_id: string }[]) => rows.map(({ run_id }) => run_id).join('')

test('rows of runs that have ended go first, the shortest first', () => {
  const queue = filled([...Array.from({ length: 5 }, (): [string, number] => ['a', 1]), ['b', 1], ['b', 1], ['c', 1]])
  expect(names(queue.take({ rows: 4, chars: 100 }, ['b', 'c']))).toBe('cbba')
  expect([queue.length, queue.chars, queue.has('b'), queue.has('a')]).toEqual([4, 4, false, true])
})

test('a row that is too large goes alone', () => {
  const queue = filled([
    ['a', 500],
    ['a', 60],
    ['b', 60],
  ])
  expect(names(queue.take({ rows: 10, chars: 100 }, []))).toBe('a')
  expect(queue.take({ rows: 10, chars: 100 }, []).map(({ size }) => size)).toEqual([60])
})

test('what is put back keeps its order', () => {
  const queue = filled([
    ['a', 1],
    ['a', 2],
    ['a', 3],
  ])
  queue.putBack(queue.take({ rows: 2, chars: 100 }, []))
  expect(queue.take({ rows: 9, chars: 100 }, []).map(({ size }) => size)).toEqual([1, 2, 3])
  expect([queue.length, queue.chars]).toEqual([0, 0])
})
