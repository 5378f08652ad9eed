import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { siteErrorTable } from '../../src/site/index.ts'

test('the error codes of the page and of the code are the same, with the same kinds', async () => {
  const page = await readFile(new URL('../../docs/site-client.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `(SITE_\w+)` \| `(\w+)` \|/gm)].map(([, code, kind]) => [code, kind])
  expect(documented).toEqual(Object.entries(siteErrorTable).map(([code, { kind }]) => [code, kind]))
})
