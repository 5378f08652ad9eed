import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { createSite } from '../../src/site/index.ts'
import { amiForm } from '../helpers/ami-form.ts'
import { makeHandlersFolder } from '../helpers/handlers-folder.ts'
import { buildTestApp } from '../helpers/test-app.ts'

const handler = (options: string, body: string) => `import { defineHandler, message } from 'amiable'
export default defineHandler({ title: 'Says', ${options} run: async ({ signal }) => { ${body} } })
`

test('a run that waited while new code came is given what that code asks for', async () => {
  // Whoever asks here waits until it is told to go on, and is noticed.
  const gate = createServer()
  gate.listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const address = gate.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  using folder = makeHandlersFolder({
    'holds.ts': handler('', `await fetch('${url}', { signal }); return message('held')`),
    'says.ts': handler('', `return message('before')`),
  })
  await using t = await buildTestApp({
    handlersDir: folder.path,
    slots: 1,
    graceMs: 1,
    site: createSite({ url: 'http://127.0.0.1:1', auth: { scriptName: 'amiable', scriptKey: 'key-5f0c-secret' } }),
    grants: { environment: { DELIVERY: 'sunday', AMIABLE_SECRET: 'never' } },
  })
  const click = async (name: string) => {
    const payload = amiForm({}, { handler: name })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await t.app.inject({ method: 'POST', url: `/ami/${name}`, headers, payload })
    return String(answer.headers.location)
  }
  const asked = once(gate, 'request')
  await click('holds')
  const [, response] = await asked
  const waiting = await click('says')
  folder.write({ 'says.ts': handler(`env: ['DELIVERY'],`, `return message('on ' + process.env.DELIVERY)`) })
  expect(await t.runner.reload()).toMatchObject({ kind: 'taken' })
  response.end('go on')
  const state = (await t.app.inject({ method: 'GET', url: `${waiting}/state?wait=25000` })).json()
  gate.close()
  expect(state).toMatchObject({ status: 'succeeded', result: { text: 'on sunday' } })
})
