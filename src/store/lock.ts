import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

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
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      writeFileSync(file, mine, { flag: 'wx', mode: 0o600 })
      return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const held = read(file)
    const [pid = 0, birth = ''] = held.split(' ').map((part, at) => (at === 0 ? Number(part) : part)) as [
      number,
      string,
    ]
    if (held !== '' && isAlive(pid) && birthOf(pid) === birth) {
      throw new AppError('STORE_LOCKED', `Another Amiable (process ${pid}) uses the data folder ${folder}.`)
    }
    takeAway(file, held)
  }
  throw new AppError('STORE_LOCKED', `The lock ${file} changes hands too fast.`)
}

/** Move a dead process's lock aside; if it was somebody else's new one by now, put it back. */
function takeAway(file: string, held: string): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return // somebody was faster
  }
  if (read(aside) !== held) renameSync(aside, file)
  else rmSync(aside, { force: true })
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process began, in clock ticks since boot: tells it from a later one with the same number. Linux only. */
function birthOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
