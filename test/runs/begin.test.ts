import { expect, test } from 'vitest'
import { amiForm } from '../helpers/ami-form.ts'
import { buildTestApp } from '../helpers/test-app.ts'

test('a click whose recording lost its answer is not a run that waits for ever', async () => {
  await using t = await buildTestApp()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const payload = amiForm()
  // The store commits, and its answer does not arrive.
  const begun = t.store.db.transaction.bind(t.store.db)
  let cut = true
  Object.defineProperty(t.store.db, 'transaction', {
    configurable: true,
    value: () => {
      const builder = begun()
      const execute = builder.execute.bind(builder)
      return {
        execute: async (work: Parameters<typeof execute>[0]) => {
          const result = await execute(work)
          if (!cut) return result
          cut = false
          throw new Error('Connection terminated unexpectedly')
        },
      }
    },
  })
  const first = await t.app.inject({ method: 'POST', url: '/ami/hello', headers, payload })
  const again = await t.app.inject({ method: 'POST', url: '/ami/hello', headers, payload })
  const known = [first, again].find(({ statusCode }) => statusCode === 303)
  const state = await t.app.inject({ url: `${known?.headers.location}/state?wait=10000` })
  expect(state.json()).toMatchObject({
    status: 'failed',
    error: { code: 'INTERNAL', message: expect.stringContaining('not started') },
  })
})
