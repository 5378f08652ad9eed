import { expect, test } from 'vitest'
import { amiForm } from '../helpers/ami-form.ts'
import { buildTestApp } from '../helpers/test-app.ts'

test('a click whose recording lost its answer is not a run that waits for ever', async () => {
  await using t = await buildTestApp()
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const payload = amiForm()
  // The store commits, and its answer does not arrive.
  const executor = t.store.db.getExecutor()
  let cut = true
  const cutting = new Proxy(executor, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      if (name !== 'executeQuery') return typeof value === 'function' ? value.bind(target) : value
      return async (...args: Parameters<typeof executor.executeQuery>) => {
        const result = await target.executeQuery(...args)
        if (!cut || !args[0].sql.includes('insert into runs')) return result
        cut = false
        throw new Error('Connection terminated unexpectedly')
      }
    },
  })
  Object.defineProperty(t.store.db, 'getExecutor', { configurable: true, value: () => cutting })
  const first = await t.app.inject({ method: 'POST', url: '/ami/hello', headers, payload })
  const again = await t.app.inject({ method: 'POST', url: '/ami/hello', headers, payload })
  const known = [first, again].find(({ statusCode }) => statusCode === 303)
  const state = await t.app.inject({ url: `${known?.headers.location}/state?wait=10000` })
  expect(state.json()).toMatchObject({
    status: 'failed',
    error: { code: 'INTERNAL', message: expect.stringContaining('not started') },
  })
})
