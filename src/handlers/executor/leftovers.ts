import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'

/** The state of the process before a run, to be compared with after it. */
export interface Baseline {
  /** True when timers, sockets, files or child processes of the run are still there. */
  isUnclean(): boolean
  /** True when the run started processes, waited for or not. */
  hasSpawned(): boolean
  /** Give working directory and environment back. */
  restore(): void
}

const children = new Set<ChildProcess>()
let started = 0

/** Count child processes from now on. */
export function watchChildren(): void {
  subscribe('child_process', (message) => {
    const { process: child } = message as { process: ChildProcess }
    started += 1
    children.add(child)
    child.once('exit', () => children.delete(child))
    child.once('error', () => child.pid === undefined && children.delete(child))
  })
}

export function takeBaseline(): Baseline {
  const resources = countResources()
  const cwd = process.cwd()
  const environment = { ...process.env }
  const startedBefore = started
  const faultsBefore = faultsOfChildren()
  return {
    isUnclean() {
      if (children.size > 0) return true
      return [...countResources()].some(([type, count]) => count > (resources.get(type) ?? 0))
    },
    hasSpawned: () => started > startedBefore || faultsOfChildren() !== faultsBefore,
    restore() {
      process.chdir(cwd)
      for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
      Object.assign(process.env, environment)
    },
  }
}

/** What keeps the event loop alive, by kind. */
function countResources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}

/** Page faults of children that were waited for: grows with every one, `spawnSync` included, of which Node tells nothing. */
function faultsOfChildren(): string {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[8] ?? ''
  } catch {
    return '' // not Linux
  }
}
