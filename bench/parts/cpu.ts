import { readdirSync, readFileSync } from 'node:fs'

/** Seconds of processor time since the start of each, by what it does. Empty where the system does not tell (only Linux does). */
export type CpuTimes = ReadonlyMap<string, number>

const TICKS_PER_SECOND = 100

/** Processor time of a process and everything below it; that of the server by kind of thread. */
export function readCpuTimes(pid: number): CpuTimes {
  const times = new Map<string, number>()
  if (process.platform !== 'linux') return times
  for (const member of [pid, ...descendantsOf(pid)]) {
    const command = commandOf(member)
    for (const { name, seconds } of threadsOf(member)) {
      const what = partOf(command) ?? kindOf(name)
      times.set(what, (times.get(what) ?? 0) + seconds)
    }
  }
  return times
}

/** What a process is, by its command line; undefined for the server. */
function partOf(command: string): string | undefined {
  if (command.includes('executor/main')) return 'executors'
  if (command.includes('sandbox')) return 'sandbox site'
  return /amiable\.js\0start/.test(command) ? undefined : 'npm'
}

/** What was used between two readings, per unit of work, in milliseconds. */
export function cpuPerUnit(before: CpuTimes, after: CpuTimes, units: number): Map<string, number> {
  return new Map(Array.from(after, ([what, seconds]) => [what, ((seconds - (before.get(what) ?? 0)) * 1000) / units]))
}

/** The names that Node 24 gives its threads. */
function kindOf(name: string): string {
  if (name === 'MainThread' || name === 'node') return 'web thread'
  if (name.startsWith('V8')) return 'compiler and garbage collector of the server'
  if (name.startsWith('libuv')) return 'file threads'
  return 'store thread'
}

function threadsOf(pid: number): { name: string; seconds: number }[] {
  return list(`/proc/${pid}/task`).flatMap((thread) => {
    const stat = parseStat(`/proc/${pid}/task/${thread}/stat`)
    return stat
      ? [{ name: stat.name, seconds: (Number(stat.rest[11]) + Number(stat.rest[12])) / TICKS_PER_SECOND }]
      : []
  })
}

function descendantsOf(pid: number): number[] {
  const children = list('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(parseStat(`/proc/${name}/stat`)?.rest[1]) === pid)
    .map(Number)
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`)
}

function parseStat(path: string): { name: string; rest: string[] } | undefined {
  const text = read(path)
  const end = text.lastIndexOf(')')
  return end < 0 ? undefined : { name: text.slice(text.indexOf('(') + 1, end), rest: text.slice(end + 2).split(' ') }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // gone
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // gone
  }
}
