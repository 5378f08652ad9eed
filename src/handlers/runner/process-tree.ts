import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const PAGE_BYTES = 4096

/** Resident memory of a process in bytes, or undefined when it is gone. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    if (process.platform === 'linux') {
      const pages = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]
      return Number(pages) * PAGE_BYTES
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
    return Number(stdout.trim()) * 1024
  } catch {
    return undefined
  }
}

/** End a process and all of its group, at once. Already gone is fine. */
/** Send a signal to a process that may be gone, or on a platform that does not know it. */
export function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // whoever waits for it does so with a limit
  }
}

export function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // gone, or no group of its own
    }
  }
}

/**
 * Processes that belong to an executor besides itself: of its group, or with its marker in their environment (children
 * that left the group with `detached: true`). Only Linux tells; elsewhere the list is empty.
 */
export async function findStragglers(executorPid: number, marker: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid) => {
      if (pid === process.pid || pid === executorPid) return []
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (state === 'Z' || state === undefined) return []
      if (Number(group) === executorPid) return [pid]
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      return environment.includes(marker) ? [pid] : []
    }),
  )
  return found.flat()
}
