import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../helpers/server-process.ts'
import { checkProject, openEditor } from '../helpers/typescript.ts'
import { startWatchedSite, type WatchedSite } from '../helpers/watched-site.ts'
import { smallShow } from '../sandbox/sandbox-site.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'amiable-types-'))
const repository = join(folder, 'studio')
const file = join(repository, 'handlers/site-schema.d.ts')

let site: WatchedSite
let env: NodeJS.ProcessEnv
/** What the site hides from a project. */
let hidden: readonly string[] = []

const types = (args: readonly string[] = [], overrides: NodeJS.ProcessEnv = {}) =>
  runCommand(['types', ...args], { ...env, ...overrides })
const handler = (name: string): string => join(repository, `handlers/${name}.ts`)
const check = () => checkProject(join(repository, 'tsconfig.json'))

beforeAll(async () => {
  site = await startWatchedSite({
    seed: smallShow,
    intercept: async ({ method, argument }, answer) => {
      const told = await answer()
      if (!method.startsWith('schema') || argument === undefined || !('project' in argument)) return told
      return JSON.parse(JSON.stringify(told), (key, value) =>
        hidden.includes(key) && 'visible' in value ? { ...value, visible: { value: false, editable: false } } : value,
      )
    },
  })
  env = {
    SHOTGRID_URL: site.url,
    SHOTGRID_SCRIPT_NAME: 'amiable',
    SHOTGRID_SCRIPT_KEY: 'sandbox-script-key',
    AMIABLE_DATA: join(folder, 'data'),
    AMIABLE_HANDLERS: join(repository, 'handlers'),
  }
  expect(await runCommand(['new', 'handlers', repository], {})).toMatchObject({ code: 0 })
  // As "npm install" would leave it.
  mkdirSync(join(repository, 'node_modules'))
  symlinkSync(root, join(repository, 'node_modules/amiable'))
  symlinkSync(join(root, 'node_modules/zod'), join(repository, 'node_modules/zod'))
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test('before there is a file, any text names a type and a field', async () => {
  writeFileSync(
    handler('loose'),
    `import { defineHandler, message } from 'amiable'
export default defineHandler({
  title: 'Loose',
  entityTypes: ['Vershun'],
  fields: ['code'],
  async run({ site, selection }) {
    const [row] = await selection.load()
    const shots = await site.find('Shoot', [['colour', 'is', 'red']], ['color'])
    return message(String(row?.anything) + String(shots[0]?.color))
  },
})
`,
  )
  expect(await check()).toEqual([])
  rmSync(handler('loose'))
})

test('a file is written beside the handlers, and again only when the site has changed', async () => {
  const first = await types()
  expect(first).toMatchObject({ code: 0, stdout: '' })
  expect(first.stderr).toMatch(/site-schema\.d\.ts: \d+ entity types, \d+ fields of http.*, written\n$/)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(`  sg_status_list: Field<'status_list', `)
  expect(await types()).toMatchObject({ code: 0, stderr: expect.stringContaining(', unchanged') })
  expect(await types(['--check'])).toMatchObject({ code: 0 })
  expect(readFileSync(file, 'utf8')).toBe(text)
  // No secret is needed to read, and none was made.
  expect(existsSync(join(folder, 'data'))).toBe(false)

  writeFileSync(file, text.replace(/^ {2}sg_cut_in: .*$/m, `  sg_cut_inn: Field<'text'>`))
  const outdated = await types(['--check'])
  expect(outdated).toMatchObject({ code: 1, stdout: '' })
  expect(outdated.stderr).toContain('Shot.sg_cut_in new, Shot.sg_cut_inn gone')
  expect(outdated.stderr).toContain('TYPES_OUTDATED')
  expect(readFileSync(file, 'utf8')).not.toBe(text)
  const again = await types(['--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({
    file,
    site: site.url,
    state: 'written',
    changes: [
      { field: 'Shot.sg_cut_in', change: 'new' },
      { field: 'Shot.sg_cut_inn', change: 'gone' },
    ],
  })
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('handlers and their tests are checked by it', async () => {
  writeFileSync(
    handler('approve'),
    `import { defineHandler, type HandlerContext, message, readPersonName, type RowOf, type Site, tellGone } from 'amiable'
import { z } from 'zod'

export default defineHandler({
  title: 'Approve',
  entityTypes: ['Version'],
  fields: ['code', 'entity.Shot.sg_status_list'],
  params: z.object({ note: z.string().optional() }),
  form: async ({ site }) => ({
    choices: { note: (await site.find('Shot', [], ['code'])).map(({ code }) => ({ value: code ?? '' })) },
  }),
  async run(context) {
    const { selection, site, params } = context
    const versions = await selection.load()
    tellGone(context, versions)
    const name = await readPersonName(context, context.user)
    for (const version of versions) {
      await site.update(version, { sg_status_list: 'apr', description: params.note ?? null })
      await describe(context, site, version)
    }
    return message(name)
  },
})

async function describe(context: HandlerContext, site: Site, version: RowOf<'Version', 'code'>): Promise<string | null> {
  const cut = await site.findOne('Shot', [['code', 'is', version.code]], ['sg_sequence.Sequence.code'])
  context.progress.item(version, 'done')
  return cut?.['sg_sequence.Sequence.code'] ?? null
}
`,
  )
  writeFileSync(
    join(repository, 'test/approve.test.ts'),
    `import { openSandbox, testHandler } from 'amiable/testing'
import approve from '../handlers/approve.ts'

await using sandbox = await openSandbox()
await testHandler(approve, { site: sandbox, selection: [1] })
export const status: string | null | undefined = (await sandbox.site.findOne('Version', [], ['sg_status_list']))?.sg_status_list
`,
  )
  expect(await check()).toEqual([])

  const mistakes = {
    'handler-type': [`defineHandler({ title: 'x', entityTypes: ['Vershun'], run() {} })`, /"Vershun"/],
    'handler-field': [
      `defineHandler({ title: 'x', entityTypes: ['Version'], fields: ['entity.Shot.cod'], run() {} })`,
      /entity\.Shot\.code/,
    ],
    'handler-row': [
      `defineHandler({ title: 'x', entityTypes: ['Version'], fields: ['code'], async run({ selection }) { (await selection.load())[0]?.description } })`,
      /Property 'description' does not exist on type 'RowOf</,
    ],
    'handler-site': [
      `defineHandler({ title: 'x', async run({ site }) { await site.find('Shot', [['code', 'between', 1, 2]]) } })`,
      /"between"/,
    ],
    'handler-update': [
      `defineHandler({ title: 'x', entityTypes: ['Version'], async run({ selection, site }) { for await (const version of selection.stream()) await site.update(version, { sg_status_list: 'nope' }) } })`,
      /'"nope"' is not assignable/,
    ],
  } as const
  for (const [name, [code]] of Object.entries(mistakes))
    writeFileSync(handler(name), `import { defineHandler } from 'amiable'\nexport default ${code}\n`)
  const found = await check()
  expect(found.map(({ file: at }) => at)).toEqual(Object.keys(mistakes).map(handler).toSorted())
  for (const [name, [, message]] of Object.entries(mistakes))
    expect(found.find(({ file: at }) => at === handler(name))?.message).toMatch(message)

  // As people run it.
  const checked = await runCommand(['check', join(repository, 'handlers')], env)
  expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining('Types are wrong') })
  for (const name of Object.keys(mistakes)) rmSync(handler(name))
})

test('handlers that come along are right for a schema, too', async () => {
  for (const name of ['contact-sheet', 'export-csv', 'payload-inspector', 'set-status', 'version-report'])
    writeFileSync(handler(name), readFileSync(join(root, `handlers/${name}.ts`)))
  expect(await check()).toEqual([])
})

test('the examples of the documents are right', async () => {
  const page = readFileSync(join(root, 'docs/site-client.md'), 'utf8')
  const section = /^## Types from your site\n([\s\S]*?)^## /m.exec(page)?.[1] ?? ''
  const examples = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')
  expect(examples).toHaveLength(2)
  for (const [at, code] of examples.entries()) writeFileSync(join(repository, `example-${at}.ts`), code)
  expect(await check()).toEqual([])
  for (const [at] of examples.entries()) rmSync(join(repository, `example-${at}.ts`))
})

test('own code imports the client as "amiable/site"', async () => {
  const script = `import { createSite } from 'amiable/site'
await using site = createSite({ url: process.env.SHOTGRID_URL, auth: { scriptName: 'amiable', scriptKey: 'sandbox-script-key' } })
console.log((await site.findOne('Shot', [['code', 'is', 'KP_010']], ['code'])).code)`
  writeFileSync(join(repository, 'own.ts'), script)
  const { stdout } = await promisify(execFile)(process.execPath, ['own.ts'], {
    cwd: repository,
    env: { ...process.env, ...env },
  })
  expect(stdout).toBe('KP_010\n')
  rmSync(join(repository, 'own.ts'))
})

test('an editor completes the fields of a selection', async () => {
  await using editor = await openEditor(repository)
  const text = `import { defineHandler } from 'amiable'
export default defineHandler({ title: 'x', entityTypes: ['Version'], fields: ['code', '|'], run() {} })`
  expect(await editor.complete('handlers/new.ts', text)).toEqual(expect.arrayContaining(['sg_status_list', 'sg_task']))
})

test('what a project hides is left out with --project', async () => {
  hidden = ['Ticket', 'sg_cut_in']
  const out = join(folder, 'project/types.d.ts')
  expect(await types(['--project', '12', '--out', out])).toMatchObject({ code: 0 })
  const [all, some] = [readFileSync(file, 'utf8'), readFileSync(out, 'utf8')]
  for (const what of ['Ticket: TicketFields', 'sg_cut_in:']) {
    expect(all).toContain(what)
    expect(some).not.toContain(what)
  }
  expect(await types(['--project', 'twelve'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('id of a project'),
  })
})

test('"-" is standard output', async () => {
  expect(await types(['--out', '-'])).toEqual({ code: 0, stdout: readFileSync(file, 'utf8'), stderr: '' })
})

test('a file that is somebody’s own is left alone', async () => {
  const own = join(folder, 'own.d.ts')
  writeFileSync(own, 'export {}\n')
  expect(await types(['--out', own])).toMatchObject({ code: 1, stderr: expect.stringContaining('FILE_EXISTS') })
  expect(readFileSync(own, 'utf8')).toBe('export {}\n')
})

test('without a site it says what to start or set, and a wrong key is told as such', async () => {
  const nobody = await runCommand(['types'], { SANDBOX_PORT: '9', AMIABLE_DATA: join(folder, 'data') })
  expect(nobody).toMatchObject({ code: 1, stdout: '' })
  expect(nobody.stderr).toMatch(
    /no sandbox site answers at http:\/\/127\.0\.0\.1:9\. Start one with[\s\S]*SERVER_UNREACHABLE/,
  )
  const refused = await types([], { SHOTGRID_SCRIPT_KEY: 'wrong' })
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('SITE_AUTHENTICATION_FAILED') })
})
