import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const src = join(import.meta.dirname, '../src')

/**
 * The rooms of `src/`, and whom each may import besides itself. Arrows point downwards only.
 * `words` and `site` may be imported by everybody who does not stand alone; `sandbox` by the command line alone.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  cli: ['server', 'ami', 'runs', 'handlers', 'report', 'store', 'errors', 'words', 'settings', 'site', 'sandbox'],
  server: ['ami', 'runs', 'handlers', 'report', 'store', 'errors', 'words', 'site'],
  ami: ['runs', 'handlers', 'report', 'store', 'errors', 'words', 'site'],
  runs: ['handlers', 'report', 'store', 'errors', 'words', 'site'],
  handlers: ['report', 'store', 'errors', 'words', 'site'],
  report: ['errors', 'words', 'site'],
  store: ['errors', 'words'],
  settings: ['environment', 'errors', 'words'],
  environment: [],
  testing: ['handlers', 'site', 'errors'],
  index: ['handlers', 'report', 'site'],
  errors: [],
  words: [],
  site: [],
  sandbox: [],
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

describe('arrows between rooms', () => {
  test.each(Object.keys(mayImport))('%s imports only what lies below it', (room) => {
    const wrong = importsOf(room).filter(({ to }) => to !== room && !mayImport[room]?.includes(to))
    expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
  })

  test('every file belongs to a room that is named here', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in mayImport))).toEqual([])
  })

  test('no two files import each other, directly or around corners', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        targetsOf(file)
          .filter(({ typeOnly }) => !typeOnly)
          .map(({ target }) => target),
      ]),
    )
    expect(findCircle(graph)).toBeUndefined()
  })

  test('handlers import nothing of the checkout but "amiable"', () => {
    const handlers = join(import.meta.dirname, '../handlers')
    for (const file of readdirSync(handlers).filter((name) => name.endsWith('.ts'))) {
      expect(readFileSync(join(handlers, file), 'utf8')).not.toMatch(/from '\.\.?\//)
    }
  })
})

function importsOf(room: string): { file: string; to: string; typeOnly: boolean }[] {
  return files
    .filter((file) => roomOf(file) === room)
    .flatMap((file) => targetsOf(file).map(({ target, typeOnly }) => ({ file, to: roomOf(target), typeOnly })))
}

function targetsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(join(src, file), 'utf8')
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)|^import '(\.[^']+)'|new URL\('(\.[^']+\.ts)'/gms,
  )
  return [...found].flatMap(([, type, from, dynamic, bare, url]) => {
    const path = from ?? dynamic ?? bare ?? url
    if (path === undefined) return []
    const target = relative(src, resolve(src, dirname(file), path))
    return target.startsWith('..')
      ? []
      : [{ target, typeOnly: type !== undefined || dynamic !== undefined || url !== undefined }]
  })
}

function roomOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? ''
}

function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next, [...path, file])
      if (circle) return circle
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const circle = visit(file, [])
    if (circle) return circle
  }
  return undefined
}
