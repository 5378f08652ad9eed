import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import versionReport from '../../handlers/version-report.ts'
import { buildContext } from '../../src/handlers/executor/live-context.ts'
import { openRunChannel } from '../../src/handlers/executor/run-channel.ts'
import { writeReport } from '../../src/report/index.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { createSite, type Row, type Site } from '../../src/site/index.ts'
import { buildEnvelope } from '../helpers/envelope.ts'
import { noPoppler, pdfText, temporaryPdf } from '../report/poppler.ts'

let sandbox: RunningSandbox
let site: Site
let versions: Row[]

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 })
  site = createSite({ url: sandbox.url, auth: { scriptName: 'amiable', scriptKey: 'sandbox-script-key' } })
  versions = await site.find('Version', [['image', 'is_not', null]], ['code', 'sg_status_list', 'entity'])
})
afterAll(async () => {
  await site.close()
  await sandbox.close()
})

/** Click the handler on these Versions and write what it draws. */
async function report(selectedIds: readonly number[], options: { site?: Site; signal?: AbortSignal } = {}) {
  const logged: { level: string; text: string }[] = []
  const progress: [number, number][] = []
  const person = await site.findOne('HumanUser', [], ['name'])
  const base = buildEnvelope('version-report')
  const envelope = buildEnvelope('version-report', {
    context: { ...base.context, selectedIds: [...selectedIds], user: { id: person?.id ?? 0, login: 'mira' } },
    site: { ...base.site, url: sandbox.url },
  })
  const context = buildContext(envelope, {
    site: options.site ?? site,
    signal: options.signal ?? new AbortController().signal,
    channel: openRunChannel(envelope.runId, (event) => {
      if (event.kind === 'log') logged.push(event.line)
    }),
    fields: [],
    params: {},
  })
  const tell = (done: number, total: number) => void progress.push([done, total])
  const watched = { ...context, progress: Object.assign(tell, { item: () => {} }) }
  const result = await versionReport.run(watched)
  if (typeof result !== 'object' || result.kind !== 'pdf') throw new Error('expected a PDF')
  const path = await temporaryPdf()
  const summary = await writeReport(path, result.draw, { ...result.options, signal: context.signal, compress: false })
  return { path, ...summary, options: result.options, logged, progress, person }
}

describe.skipIf(noPoppler)(`the version report ${noPoppler ?? ''}`, () => {
  test('shows every selected Version with its status by name, in the order of the selection', async () => {
    const chosen = versions.slice(0, 12).reverse()
    const { path, options, progress, person, logged } = await report(chosen.map(({ id }) => id))
    const text = await pdfText(path)
    const places = chosen.map((version) => text.indexOf(String(version.code)))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(text).toContain('4 Mar 2026')
    expect(text).toContain(String(person?.name))
    expect(text).not.toContain('No thumbnail')
    expect(text).not.toMatch(/^(ip|rev|apr|vwd|rrq|fin|hld)$/m)
    expect(options).toMatchObject({ title: 'Lighthouse: Version report', author: person?.name })
    expect(progress.at(-1)).toEqual([12, 12])
    expect(logged.filter((line) => line.level !== 'info')).toEqual([])
  })

  test('says which Versions have gone since the click', async () => {
    const ids = versions.slice(0, 3).map(({ id }) => id)
    const { path } = await report([...ids, 999_998, 999_999])
    expect(await pdfText(path)).toContain('2 of 5 selected Versions are no longer on the site.')
  })

  test('a selection that has gone altogether still makes a page that says so', async () => {
    const { path, pages } = await report([999_999])
    expect(pages).toBe(1)
    expect(await pdfText(path)).toContain('1 of 1 selected Version is no longer on the site.')
  })

  test('a Version with nothing in it prints dashes and a quiet placeholder', async () => {
    const empty = await site.create('Version', {
      code: 'bare_v001',
      project: { type: 'Project', id: await projectId() },
    })
    await site.update(empty, { sg_status_list: null })
    const text = await pdfText((await report([empty.id])).path)
    expect(text).toContain('bare_v001')
    expect(text).toContain('No thumbnail')
    expect(text).toContain('No status')
  })

  test('a Version whose code shows nothing is called by its number', async () => {
    const project = { type: 'Project', id: await projectId() }
    const unseen = await site.create('Version', { code: '\u200b', description: '\u2060 \u200d', project })
    expect(await pdfText((await report([unseen.id])).path)).toContain(`Version ${unseen.id}`)
  })

  test('thumbnails and names that cannot be read do not sink it', async () => {
    const failing = () => Promise.reject(new Error('storage is down'))
    const broken: Site = {
      ...site,
      downloadThumbnail: failing,
      findOne: failing,
      schema: { entityTypes: failing, fields: failing, read: failing },
    }
    const { path, logged } = await report([versions[0]?.id ?? 0], { site: broken })
    const text = await pdfText(path)
    expect(text).toContain('No thumbnail')
    expect(text).toContain('mira')
    expect(logged.filter((line) => line.level === 'warn')).toHaveLength(3)
  })
})

test('names lead to the site', async () => {
  const version = versions[0]
  const { path } = await report([version?.id ?? 0])
  expect(await readFile(path, 'latin1')).toContain(`(${sandbox.url}/detail/Version/${version?.id})`)
})

test('a run stopped in the middle of a report ends with the reason, before the next Version', async () => {
  const abort = new AbortController()
  const reason = new Error('stopped by a person')
  let asked = 0
  const stopping: Site = {
    ...site,
    downloadThumbnail: (...args) => {
      asked += 1
      if (asked === 20) abort.abort(reason)
      return site.downloadThumbnail(...args)
    },
  }
  const all = versions.map(({ id }) => id)
  await expect(report(all, { site: stopping, signal: abort.signal })).rejects.toBe(reason)
  expect(asked).toBeLessThan(all.length)
})

test('a stopped run stops the report', async () => {
  const reason = new Error('stopped by a person')
  await expect(report([versions[0]?.id ?? 0], { signal: AbortSignal.abort(reason) })).rejects.toThrow()
})

async function projectId(): Promise<number> {
  const project = await site.findOne('Project', [['name', 'is_not', 'Template Project']], [])
  if (!project) throw new Error('the demo has no project')
  return project.id
}
