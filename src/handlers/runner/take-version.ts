import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MIRROR, readVersion, recordFile, type VersionRecord } from '../version-record.ts'
import { findPackage, installFiles } from './packages.ts'
import { type FolderScan, isSame, scanFolder } from './scan.ts'

/** Files that go on changing for so long are taken as they are; milliseconds. */
const MOVING_MS = 30_000
const LOOK_AGAIN_MS = 200
const READ_AT_ONCE = 16

export interface TakenVersion {
  readonly dir: string
  readonly record: VersionRecord
}

interface Copy {
  readonly path: string
  readonly at: string
  readonly content: Buffer
}

/**
 * Copy what is in the folder now to `<versionsDir>/<digest>`, unless that very version is there already.
 *
 * @param outside  files beside the folder that handlers import
 * @throws {AppError} `HANDLERS_FOLDER_MISSING`, `HANDLERS_FOLDER_TOO_LARGE`
 */
export async function takeVersion(
  folder: string,
  { versionsDir, outside }: { versionsDir: string; outside: readonly string[] },
): Promise<TakenVersion> {
  const { scan, copies } = await readStill(folder, outside)
  const digest = await digestOf(folder, copies)
  const dir = join(versionsDir, digest)
  const record: VersionRecord = {
    v: 1,
    digest,
    folder,
    takenMs: Date.now(),
    top: scan.top,
    files: copies.map(({ path, at, content }) => ({ path, at, bytes: content.length })),
    links: scan.links,
  }
  if (!(await isWhole(dir))) await write(dir, record, copies)
  return { dir, record }
}

/** Read everything while nobody writes. */
async function readStill(folder: string, outside: readonly string[]): Promise<{ scan: FolderScan; copies: Copy[] }> {
  const giveUpMs = Date.now() + MOVING_MS
  for (;;) {
    const scan = await scanFolder(folder, outside)
    const inside = scan.sources.map(({ path, at }) => ({ path, at: `${MIRROR}/${at}` }))
    const copies = await readAll([...inside, ...scan.beside])
    if (isSame(scan, await scanFolder(folder, outside)) || Date.now() > giveUpMs) return { scan, copies }
    await delay(LOOK_AGAIN_MS)
  }
}

async function readAll(files: readonly { path: string; at: string }[]): Promise<Copy[]> {
  const copies: Copy[] = []
  for (let from = 0; from < files.length; from += READ_AT_ONCE) {
    const some = files.slice(from, from + READ_AT_ONCE).map(async ({ path, at }) => {
      const content = await readFile(path).catch(() => undefined) // gone meanwhile: whoever imports it will say so
      return content === undefined ? [] : [{ path, at, content }]
    })
    copies.push(...(await Promise.all(some)).flat())
  }
  return copies
}

async function digestOf(folder: string, copies: readonly Copy[]): Promise<string> {
  const installed = await readAll(installFiles(folder).map((path) => ({ path, at: path })))
  const hash = createHash('sha256').update(`v1\n${folder}\n`)
  for (const { path, at, content } of [...copies, ...installed]) {
    hash.update(`${path}\n${at}\n${createHash('sha256').update(content).digest('hex')}\n`)
  }
  return hash.digest('hex').slice(0, 20)
}

async function isWhole(dir: string): Promise<boolean> {
  try {
    for (const { at, bytes } of readVersion(dir).files) {
      if ((await stat(join(dir, at))).size !== bytes) return false
    }
    return true
  } catch {
    return false
  }
}

/** In one step: what is half written has another name. */
async function write(dir: string, record: VersionRecord, copies: readonly Copy[]): Promise<void> {
  const draft = join(dirname(dir), `${DRAFT_PREFIX}${process.pid}-${randomUUID()}`)
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 })
    const scopes = new Map([['', packageScope(record.folder)]])
    for (const { path, at, content } of copies) {
      const target = join(draft, at)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, content)
      if (at.startsWith('outside/') && basename(at) !== 'package.json')
        scopes.set(dirname(at), packageScope(dirname(path)))
    }
    for (const [at, scope] of scopes) await writeFile(join(draft, at, 'package.json'), await scope)
    await writeFile(recordFile(draft), JSON.stringify(record))
    await rm(dir, { recursive: true, force: true })
    await rename(draft, dir)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!(await isWhole(dir))) throw error // else somebody else was faster
  }
}

/** Versions that are being written, or were when their process died. */
export const DRAFT_PREFIX = '.draft-'

/** A package.json that makes Node read the copies as it reads the originals. */
async function packageScope(dir: string): Promise<string> {
  const found = findPackage(dir)
  if (found === undefined) return '{}'
  try {
    const { type } = JSON.parse(await readFile(join(found, 'package.json'), 'utf8')) as { type?: unknown }
    return JSON.stringify({ type })
  } catch {
    return '{}'
  }
}
