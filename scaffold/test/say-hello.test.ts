import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testHandler } from 'amiable/testing'
import sayHello from '../handlers/say-hello.ts'

test('greets whoever clicks, and counts what is selected', async () => {
  const { error, text } = await testHandler(sayHello, { selection: [1, 2] })
  assert.equal(error, undefined)
  assert.equal(text, 'Hello admin, you selected 2 Versions.')
})
