import { expect, test } from 'vitest'
import { readClick, verifyClick } from '../../src/ami/click.ts'
import { decodeForm } from '../../src/ami/form.ts'
import { Manifest } from '../../src/handlers/manifest.ts'
import { amiForm, testSecret } from '../helpers/ami-form.ts'

const manifest = Manifest.parse({ name: 'hello', file: '/handlers/hello.ts', title: 'Hello' })
const nowMs = Date.now()

function click(hostname: string | undefined, siteHostnames: readonly string[]) {
  const rules = { secret: testSecret, environment: 'main', maxAgeMs: 60_000, siteHostnames }
  const pairs = decodeForm(Buffer.from(amiForm({ server_hostname: hostname }, { nowMs })))
  return readClick(verifyClick('hello', pairs, rules), manifest, rules, nowMs)
}

test.each([
  ['studio.example.com', ['studio.example.com']],
  ['Studio.Example.COM', ['studio.example.com']],
  ['studio.example.com:443', ['studio.example.com']],
  ['studio.example.com', ['studio.example.com:8443']],
  ['old.example.com', ['studio.example.com', 'OLD.example.com']],
  ['[::1]:8810', ['[::1]']],
  [undefined, ['studio.example.com']],
  ['', ['studio.example.com']],
  ['anything.example.com', []],
])('a click from %s is taken where the site is called %j', (hostname, ours) => {
  expect(click(hostname, ours).user.login).toBe('mira')
})

test.each([
  ['staging.example.com', ['studio.example.com']],
  ['studio.example.com:8443', ['studio.example.com:443']],
  ['studio.example.com.evil.example', ['studio.example.com']],
  ['x@studio.example.com', ['studio.example.com']],
  ['https://studio.example.com', ['studio.example.com']],
])('a click from %s is refused where the site is called %j, whoever signed it', (hostname, ours) => {
  expect(() => click(hostname, ours)).toThrow(
    expect.objectContaining({ code: 'SITE_WRONG', message: expect.stringContaining(hostname) }),
  )
})
