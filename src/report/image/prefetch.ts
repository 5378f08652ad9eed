/**
 * Do work for items in parallel, and hand the results out in the order of the items.
 *
 * At most `parallel` items are worked on at once, and at most `ahead` results wait for the reader, so memory does not
 * grow with the list.
 */
export async function* prefetch<T, R>(
  items: Iterable<T>,
  work: (item: T) => Promise<R>,
  { parallel = 8, ahead = 24 }: { parallel?: number; ahead?: number } = {},
): AsyncGenerator<{ item: T; result: R }, void, undefined> {
  const source = items[Symbol.iterator]()
  const waiting: { item: T; result: Promise<R> }[] = []
  let busy = 0
  const turns: (() => void)[] = []
  const start = async (item: T): Promise<R> => {
    if (busy >= parallel) await new Promise<void>((turn) => turns.push(turn))
    busy += 1
    try {
      return await work(item)
    } finally {
      busy -= 1
      turns.shift()?.()
    }
  }
  const fill = () => {
    while (waiting.length < ahead) {
      const next = source.next()
      if (next.done) return
      const result = start(next.value)
      result.catch(() => {}) // whoever comes to it hears of it; the reader may stop before
      waiting.push({ item: next.value, result })
    }
  }
  fill()
  for (let first = waiting.shift(); first; first = waiting.shift()) {
    fill()
    yield { item: first.item, result: await first.result }
  }
}
