import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../errors.ts'
import { isPassedOver, isSource, listFiles } from '../handler-files.ts'
import type { VersionRecord } from '../version-record.ts'

export const MAX_FILES = 5000
export const MAX_BYTES = 64 * 1024 * 1024
/** Entries that are looked at, files of other kinds included. */
const MAX_ENTRIES = 50_000

export interface SourceFile {
  /** Where it really is. */
  readonly path: string
  /** Where it stands in the folder, with forward slashes. */
  readonly at: string
  readonly bytes: number
  readonly mtimeMs: number
}

export interface FolderScan extends Pick<VersionRecord, 'top' | 'links'> {
  readonly sources: readonly SourceFile[]
  /** Files beside the folder that handlers import, as far as they are there. */
  readonly beside: readonly SourceFile[]
}

/**
 * Find the scripts, JSON files and templates of the folder and its subfolders. Links are followed, each folder once.
 *
 * @param outside  files beside the folder that handlers import: what bounds the folder bounds both together
 * @throws {AppError} `HANDLERS_FOLDER_MISSING`, `HANDLERS_FOLDER_TOO_LARGE`
 */
export async function scanFolder(folder: string, outside: readonly string[] = []): Promise<FolderScan> {
  const top = listFiles(folder)
  const root = await realpath(folder)
  const sources: SourceFile[] = []
  const beside: SourceFile[] = []
  const links: VersionRecord['links'] = root === folder ? [] : [{ from: folder, to: root }]
  const seen = new Set<string>()
  const linked: { path: string; at: string }[] = []
  let entries = 0
  let bytes = 0

  const add = async (path: string, at: string, to = sources): Promise<void> => {
    const found = await stat(path).catch(() => undefined) // gone meanwhile
    if (!found?.isFile()) return
    bytes += found.size
    to.push({ path, at, bytes: found.size, mtimeMs: found.mtimeMs })
    if (sources.length + beside.length > MAX_FILES || bytes > MAX_BYTES) throw tooLarge(folder, sources, beside)
  }
  const walk = async (dir: string, at: string): Promise<void> => {
    if (seen.has(dir)) return
    seen.add(dir)
    const found = await readdir(dir, { withFileTypes: true })
    entries += found.length
    if (entries > MAX_ENTRIES) throw tooLarge(folder, sources, beside)
    for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (isPassedOver(entry.name)) continue
      const path = join(dir, entry.name)
      const inside = at === '' ? entry.name : `${at}/${entry.name}`
      if (entry.isSymbolicLink()) linked.push({ path, at: inside })
      else if (entry.isDirectory()) await walk(path, inside)
      else if (isSource(entry.name)) await add(path, inside)
    }
  }

  await walk(root, '')
  for (const { path, at } of linked) {
    const real = await realpath(path).catch(() => undefined) // leads nowhere
    if (real === undefined) continue
    links.push({ from: path, to: real })
    if ((await stat(real).catch(() => undefined))?.isDirectory()) await walk(real, at)
    else if (isSource(path)) await add(real, at)
  }
  for (const [index, path] of outside.entries()) await add(path, `outside/${index}/${basename(path)}`, beside)
  return { top, sources, links, beside }
}

/** Whether nothing was written between two scans. */
export function isSame(a: FolderScan, b: FolderScan): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function tooLarge(folder: string, sources: readonly SourceFile[], beside: readonly SourceFile[]): AppError {
  const byFolder = new Map(beside.map(({ path, bytes }) => [path, bytes]))
  for (const { at, bytes } of sources) {
    const [first = '', ...rest] = at.split('/')
    const part = rest.length > 0 ? `${first}/` : first
    byFolder.set(part, (byFolder.get(part) ?? 0) + bytes)
  }
  const [largest] = [...byFolder].toSorted((a, b) => b[1] - a[1])
  const bounds = `${MAX_FILES.toLocaleString('en')} scripts, JSON files and templates, ${MAX_BYTES / 1024 / 1024} MB of them, or ${MAX_ENTRIES.toLocaleString('en')} files of any kind`
  return new AppError(
    'HANDLERS_FOLDER_TOO_LARGE',
    `The folder of the handlers, ${folder}, holds more than it may, with what its handlers import from beside it: ${bounds}.${largest ? ` Most of it is in ${largest[0]}` : ''}`,
  )
}
