import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

/** A lock without content, or a hand stretched out for one, that is older than this was left by a crash. */
const LEFT_BEHIND_MS = 5000
const RETRY_MS = 10

/**
 * Take the lock of a data folder. It belongs to a living process: what a killed one left behind is taken over.
 *
 * @returns gives it back
 * @throws {AppError} `STORE_LOCKED` naming the process that has it
 */
export function lockFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'lock')
  const mine = `${process.pid} ${birthOf(process.pid)}`
  const giveUpMs = Date.now() + 2 * LEFT_BEHIND_MS
  while (Date.now() < giveUpMs) {
    if (createWhole(file, mine)) return { [Symbol.dispose]: () => removeIf(file, mine) }
    const held = read(file)
    if (held === undefined) continue // given back meanwhile
    if (isHeld(file, held)) {
      const who = held === '' ? '' : ` (process ${held.split(' ')[0]})`
      throw new AppError('STORE_LOCKED', `Another Amiable${who} uses the data folder ${folder}.`)
    }
    takeAway(file, held)
  }
  throw new AppError('STORE_LOCKED', `The lock ${file} cannot be taken.`)
}

function isHeld(file: string, held: string): boolean {
  if (held === '') return !isLeftBehind(file)
  const [pid = '', birth = ''] = held.split(' ')
  return isAlive(Number(pid)) && birthOf(Number(pid)) === birth
}

/** Remove what a dead process left. One at a time may, so that nobody removes what a faster one has put there since. */
function takeAway(file: string, held: string): void {
  const hand = `${file}.hand`
  if (createWhole(hand, held)) {
    removeIf(file, held)
    rmSync(hand, { force: true })
    return
  }
  if (isLeftBehind(hand)) rmSync(hand, { force: true })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
}

/** Create a file with its content in one step. @returns whether it was not there yet */
function createWhole(file: string, content: string): boolean {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, content, { flag: 'wx', mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== undefined && withoutLinks.has(code)) return createAlone(file, content)
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** What file systems that have no hard links answer (FAT, some network and shared folders). */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** The same there: empty for a moment, which `isHeld` reckons with. */
function createAlone(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function removeIf(file: string, content: string): void {
  if (read(file) === content) rmSync(file, { force: true })
}

function isLeftBehind(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > LEFT_BEHIND_MS
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EISDIR') throw error // somebody else's, and not to be waited for
    return undefined // not there, or gone meanwhile
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process began, in clock ticks since boot: tells it from a later one with the same number. Linux only. */
function birthOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`) ?? ''
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
