import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultFileName, safeFileName } from '../../src/handlers/executor/file-name.ts'
import { openScratchOnDemand } from '../../src/handlers/executor/scratch.ts'
import { settleResult } from '../../src/handlers/executor/settle-result.ts'
import { csv, file, html, message, page, pdf, redirect } from '../../src/handlers/results.ts'
import { buildEnvelope } from '../helpers/envelope.ts'

const shipped = join(import.meta.dirname, '../../handlers')

async function settle(result: unknown, handlersDir = shipped) {
  const envelope = buildEnvelope('version-report')
  const signal = new AbortController().signal
  const scratch = openScratchOnDemand(envelope.scratch)
  const outcome = await settleResult(result, envelope, { title: 'Title <b>', handlersDir, scratch, signal })
  if (outcome.kind === 'short-html') return { outcome, text: outcome.html }
  const text = 'file' in outcome ? await readFile(join(envelope.scratch, outcome.file.path), 'utf8') : undefined
  return { outcome, text }
}

describe('what a handler may return', () => {
  test('nothing', async () => {
    expect((await settle(undefined)).outcome).toEqual({ kind: 'nothing' })
    expect((await settle(null)).outcome).toEqual({ kind: 'nothing' })
  })

  test('html as it is', async () => {
    expect(await settle(html('<h1>hi</h1>'))).toMatchObject({ outcome: { kind: 'short-html' }, text: '<h1>hi</h1>' })
  })

  test.each([
    ['long', `<p>${'x'.repeat(32_000)}</p>`],
    ['with letters that a store does not keep', '<p>\u0000</p>'],
  ])('html that is %s, in a file of its own', async (_, text) => {
    expect(await settle(html(text))).toMatchObject({ outcome: { kind: 'html' }, text })
  })

  test('a page from a template of its own, values escaped, in our frame', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'amiable-templates-'))
    await mkdir(join(folder, 'templates'))
    await writeFile(join(folder, 'templates/mine.eta'), '<p><%= it.name %></p>')
    const { text } = await settle(page('mine', { name: '<script>' }), folder)
    expect(text).toContain('<p>&lt;script&gt;</p>')
    expect(text).toContain('<title>Title &lt;b&gt;</title>')
    await expect(settle(page('../../../package', {}), folder)).rejects.toMatchObject({ code: 'RESULT_INVALID' })
    await expect(settle(page('nowhere', {}), folder)).rejects.toThrow('nowhere.eta')
  })

  test('a message, whose links lead to the web only', async () => {
    const links = [
      { text: 'site', url: 'https://studio.example.com/page/1' },
      { text: 'bad', url: 'javascript:alert(1)' },
    ]
    expect((await settle(message('Done.', { links }))).outcome).toEqual({
      kind: 'message',
      text: 'Done.',
      links: [links[0]],
    })
  })

  test('a table that is too large to record ends with a row that says so', async () => {
    const row = Array.from({ length: 10 }, () => 'x'.repeat(5000))
    const table = { columns: ['n'], rows: Array.from({ length: 1000 }, () => row) }
    const { outcome } = await settle(message('Many.', { table }))
    const rows = outcome.kind === 'message' ? (outcome.table?.rows ?? []) : []
    expect(JSON.stringify(rows).length).toBeLessThan(2_100_000)
    expect(rows.at(-1)).toEqual(['… 960 more rows are not shown.'])
  })

  test('files from a path, bytes, a stream and an iterable', async () => {
    const outside = join(await mkdtemp(join(tmpdir(), 'amiable-outside-')), 'shot list.csv')
    await writeFile(outside, 'outside')
    expect(await settle(file(outside))).toMatchObject({
      outcome: { file: { name: 'shot list.csv', type: 'text/csv; charset=utf-8' } },
      text: 'outside',
    })
    expect(await settle(file(Buffer.from('bytes'), { name: 'a.bin' }))).toMatchObject({ text: 'bytes' })
    expect(await settle(file(Readable.from(['str', 'eam'])))).toMatchObject({ text: 'stream' })
    async function* pieces() {
      yield 'pie'
      yield Buffer.from('ces')
    }
    expect(await settle(file(pieces(), { type: 'application/json' }))).toMatchObject({
      outcome: { file: { name: 'Lighthouse_version-report_2026-03-04_0606.json' } },
      text: 'pieces',
    })
    await expect(settle(file('/nowhere/at/all.mov'))).rejects.toThrow('/nowhere/at/all.mov')
    await expect(settle(file(tmpdir()))).rejects.toThrow('not a file')
  })

  test('a CSV that spreadsheets read as it is meant', async () => {
    const { text } = await settle(csv([{ Name: 'LH_010', Note: 'fog, "wet"\ndeck', Sum: '=1+1', Cut: -5 }]))
    expect(text).toBe('\uFEFFName,Note,Sum,Cut\r\nLH_010,"fog, ""wet""\ndeck",\'=1+1,-5\r\n')
    expect((await settle(csv([], { columns: ['Name'] }))).text).toBe('\uFEFFName\r\n')
  })

  test('a PDF', async () => {
    const { outcome, text } = await settle(pdf((report) => report.paragraph('Fog')))
    expect(outcome).toMatchObject({
      kind: 'file',
      file: { type: 'application/pdf', inline: true, name: 'Lighthouse_version-report_2026-03-04_0606.pdf' },
    })
    expect(text?.startsWith('%PDF-')).toBe(true)
  })

  test('a redirect to the web or to a path of the site', async () => {
    expect((await settle(redirect('/page/5'))).outcome).toEqual({ kind: 'redirect', url: 'http://127.0.0.1:1/page/5' })
    expect((await settle(redirect('https://example.com/x'))).outcome).toMatchObject({ url: 'https://example.com/x' })
    await expect(settle(redirect('javascript:alert(1)'))).rejects.toMatchObject({ code: 'RESULT_INVALID' })
  })

  test.each([
    ['text'],
    [42],
    [{ kind: 'file' }],
    [{ kind: 'html', html: 5 }],
    [[1]],
    [() => {}],
    [{ kind: 'toString' }],
  ])('and nothing else: %j', async (garbage) => {
    await expect(settle(garbage)).rejects.toMatchObject({ code: 'RESULT_INVALID' })
  })
})

describe('file names', () => {
  test('any name becomes one that every file system takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (name) => {
        const safe = safeFileName(name)
        expect(safe).not.toMatch(/[<>:"/\\|?*]|^[ .]|[ .]$/)
        expect(safe).not.toBe('')
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255)
        expect(safeFileName(safe)).toBe(safe)
      }),
    )
  })

  test.each([
    ['CON.txt', '_CON.txt'],
    ['..', 'file'],
    ['a/../b.pdf', 'a-..-b.pdf'],
    ['灯台.pdf', '灯台.pdf'],
  ])('%s becomes %s', (given, expected) => {
    expect(safeFileName(given)).toBe(expected)
  })

  test('the default name has project, handler and local time', () => {
    const parts = {
      project: 'Light / House',
      handler: 'h',
      nowMs: 0,
      timeZone: 'Asia/Tokyo',
      type: 'text/csv; charset=utf-8',
    }
    expect(defaultFileName(parts)).toBe('Light - House_h_1970-01-01_0900.csv')
  })
})
