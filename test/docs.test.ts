import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorTable } from '../src/errors.ts'

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')

test('docs/errors.md lists every error with its status and hint, and no other', () => {
  const listed = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \| (.*) \|$/gm)]
  expect(Object.fromEntries(listed.map(([, code, status, hint]) => [code, { status: Number(status), hint }]))).toEqual(
    errorTable,
  )
})

test('docs/settings.md names every setting, and no other', () => {
  const known = [...read('src/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name)
  const listed = [...read('docs/settings.md').matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
  )
  expect([...new Set(listed)].sort()).toEqual([...new Set(known)].sort())
})

test('the README shows the two commands, and links that lead somewhere', () => {
  const readme = read('README.md')
  expect(readme).toContain('\nnpm ci && npm start\n')
  expect(readme).toContain('\nnpm ci && npm test\n')
  for (const [, target] of readme.matchAll(/\]\(((?!http)[^)#]+)\)/g)) expect(() => read(target ?? '')).not.toThrow()
})
