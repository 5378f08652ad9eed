import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRunner } from '../src/handlers/runner/runner.ts'

const root = join(import.meta.dirname, '..')
const pages = ['README.md', 'docs/handlers.md', 'docs/first-handler.md']

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amiable-docs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('every whole handler of the documents loads, as it stands', async () => {
  const names: string[] = []
  for (const page of pages) {
    const text = await readFile(join(root, page), 'utf8')
    const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')
    for (const [at, code] of blocks
      .filter((block) => block.startsWith('import') && block.includes('defineHandler({'))
      .entries()) {
      const name = `${page.replace(/\W+/g, '-').toLowerCase()}-${at}`
      await writeFile(join(folder, `${name}.ts`), code)
      names.push(name)
    }
  }
  const runner = await startRunner({ handlersDir: folder, slots: 1 })
  try {
    expect(runner.registry.errors).toEqual([])
    expect(runner.registry.manifests.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    expect(names.length).toBeGreaterThanOrEqual(4)
  } finally {
    await runner.close()
  }
})
