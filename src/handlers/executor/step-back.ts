import { readFileSync, writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

const NICER = 5

/**
 * People who wait for a page come before the work of handlers: this process, and whatever it starts, is nicer than the
 * server. On Linux a process that leads a session also has to be nice as a group, or else four executors get four fifths of a
 * machine on which the server is the fifth.
 */
export function stepBack(): void {
  setPriority(nicerThan(getPriority()))
  if (process.platform !== 'linux') return
  try {
    const [nice = '0'] = /-?\d+$/.exec(readFileSync(`/proc/${process.ppid}/autogroup`, 'utf8').trim()) ?? []
    writeFileSync('/proc/self/autogroup', String(nicerThan(Number(nice))))
  } catch {
    // a kernel without groups of sessions
  }
}

function nicerThan(nice: number): number {
  return Math.min(constants.priority.PRIORITY_LOW, nice + NICER)
}
