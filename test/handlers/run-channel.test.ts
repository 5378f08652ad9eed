import { expect, test } from 'vitest'
import { ExecutorEvent } from '../../src/handlers/events.ts'
import { openRunChannel } from '../../src/handlers/executor/run-channel.ts'

test('an item whose type is too long fails where it is told; the others of its batch arrive', () => {
  const events: ExecutorEvent[] = []
  const channel = openRunChannel('run', (event) => events.push(event))
  channel.progress.item({ type: 'Version', id: 1 }, 'done')
  expect(() => channel.progress.item({ type: 'V'.repeat(201), id: 2 }, 'done')).toThrow('expects an entity')
  channel.close()
  expect(events.map((event) => ExecutorEvent.parse(event))).toMatchObject([{ kind: 'items', items: [{ id: 1 }] }])
})
