import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import versionReport from '../../handlers/version-report.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { createSite, type Row, type Site } from '../../src/site/index.ts'
import { clickReport, type ReportClick } from '../report/click.ts'
import { noPoppler, pdfImageCount, pdfPageSize, pdfText } from '../report/poppler.ts'

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
function report(ids: readonly number[], options: Partial<ReportClick> = {}) {
  return clickReport(versionReport, { site, ids, ...options })
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
    const { path, items } = await report([...ids, 999_998, 999_999])
    expect(await pdfText(path)).toContain('2 of 5 selected Versions are no longer on the site.')
    const gone = items.filter(({ status }) => status === 'skipped')
    expect(gone).toEqual(
      [999_998, 999_999].map((id) => ({ type: 'Version', id, status: 'skipped', why: 'no longer on the site' })),
    )
    expect(items.filter(({ status }) => status === 'done').map(({ id }) => id)).toEqual(ids)
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
      schema: { ...site.schema, entityTypes: failing, fields: failing, read: failing },
    }
    const { path, logged, items } = await report([versions[0]?.id ?? 0], { site: broken })
    const text = await pdfText(path)
    expect(text).toContain('No thumbnail')
    expect(text).toContain('mira')
    expect(logged.filter((line) => line.level === 'warn')).toHaveLength(3)
    expect(items).toMatchObject([{ name: versions[0]?.code, status: 'failed', why: 'its thumbnail could not be read' }])
  })

  test('says how many notes each Version has, in as many calls for one as for many', async () => {
    const project = { type: 'Project', id: await projectId() }
    const [noted, quiet] = versions.slice(-12, -10)
    if (!noted || !quiet) throw new Error('the demo has too few Versions')
    for (const [subject, sg_status_list] of [
      ['a', 'opn'],
      ['b', 'clsd'],
      ['c', 'clsd'],
    ]) {
      await site.create('Note', { subject, sg_status_list, project, note_links: [{ type: 'Version', id: noted.id }] })
    }
    let calls = 0
    const counting: Site = {
      ...site,
      find: (...args) => {
        calls += 1
        return site.find(...args)
      },
    }
    const { path } = await report([noted.id, quiet.id], { site: counting })
    expect(await pdfText(path)).toContain('1 of 3 open')
    const callsForTwo = calls
    calls = 0
    await report(
      versions.slice(0, 100).map(({ id }) => id),
      { site: counting },
    )
    expect(calls).toBe(callsForTwo)

    const sheet = await pdfText((await report([noted.id], { params: { layout: 'contact-sheet' } })).path)
    expect(sheet).toContain('3 notes')
    const without = await pdfText((await report([noted.id], { params: { notes: false } })).path)
    expect(without).not.toContain('Notes')
  })

  test('a site that does not let notes be read still gets its report', async () => {
    const shy: Site = {
      ...site,
      find: (type, filters, fields = [], options) =>
        fields.some((field) => String(field) === 'notes')
          ? Promise.reject(new Error('API read() Version.notes: no permission'))
          : site.find(type, filters, fields, options),
    }
    const { path, logged } = await report([versions[0]?.id ?? 0], { site: shy })
    expect(await pdfText(path)).not.toContain('Notes')
    expect(logged.filter((line) => line.level === 'warn').map(({ text }) => text)).toEqual([
      'notes cannot be read; they are left out',
    ])
  })

  test('names project and report at the head of every page but the first', async () => {
    const { path, pages } = await report(versions.slice(0, 40).map(({ id }) => id))
    const text = await pdfText(path)
    expect(pages).toBeGreaterThan(4)
    const [first = '', ...others] = text.split('\f').slice(0, pages)
    expect(first.match(/Version report/g)).toHaveLength(1)
    for (const page of others) expect(page).toMatch(/^Lighthouse\s+Version report\s/)
    for (const [at, page] of [first, ...others].entries()) expect(page).toContain(`Page ${at + 1} of ${pages}\n`)
  })

  test('on Letter, as a contact sheet, every Version has its picture and its name', async () => {
    const chosen = versions.slice(0, 20)
    const params = { paper: 'Letter', layout: 'contact-sheet' }
    const { path, pages } = await report(
      chosen.map(({ id }) => id),
      { params },
    )
    const text = await pdfText(path)
    for (const { code } of chosen) expect(text).toContain(String(code))
    expect(await pdfImageCount(path)).toBe(20)
    expect(pages).toBeLessThan(5)
    expect(await pdfPageSize(path)).toBe('612 x 792')
  })

  test('summary and descriptions can be left out', async () => {
    const described = await site.findOne('Version', [['description', 'contains', 'gulls']], ['description'])
    const ids = [described?.id ?? 0]
    const whole = await pdfText((await report(ids)).path)
    expect(whole).toContain('gulls')
    expect(whole).toContain('100 %')
    const short = await pdfText((await report(ids, { params: { summary: false, descriptions: false } })).path)
    expect(short).not.toContain('gulls')
    expect(short).not.toContain('100 %')
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
