import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startWatchedSite } from '../helpers/watched-site.ts'

const root = join(import.meta.dirname, '../..')

test('the first example of docs/site-client.md does what it says, as it stands', async () => {
  await using site = await startWatchedSite({
    seed: {
      entities: [
        { type: 'Project', id: 12, name: 'Harbour' },
        { type: 'Version', id: 1, code: 'HB_010_v001', sg_status_list: 'rev', project: { type: 'Project', id: 12 } },
      ],
    },
  })
  const page = await readFile(join(root, 'docs/site-client.md'), 'utf8')
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? []
  const here = example
    .replace("'../src/site/index.ts'", JSON.stringify(join(root, 'src/site/index.ts')))
    .replace("'https://example.shotgrid.autodesk.com'", JSON.stringify(site.url))
    .replace("{ scriptName: 'ingest', scriptKey: key }", "{ scriptName: 'amiable', scriptKey: 'sandbox-script-key' }")
  const folder = await mkdtemp(join(tmpdir(), 'amiable-docs-'))
  try {
    await writeFile(join(folder, 'example.mts'), here)
    await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, 'example.mts')])
  } finally {
    await rm(folder, { recursive: true })
  }
  expect(await site.read('Version', ['sg_status_list'])).toMatchObject([{ id: 1, sg_status_list: 'apr' }])
})
