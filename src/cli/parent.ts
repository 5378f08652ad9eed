import { readFileSync } from 'node:fs'

const CHECK_MS = 1000

/**
 * Call `onGone` when the npm that started us is gone, so that killing npm leaves nothing behind.
 * Does nothing where npm did not start us, or where the system does not tell (only Linux does).
 */
export function watchNpm(onGone: () => void): void {
  if (process.platform !== 'linux' || process.env.npm_lifecycle_event === undefined) return
  const chain = [process.ppid]
  for (let pid = process.ppid; pid > 1 && chain.length < 5; ) {
    if (stat(pid)?.name.startsWith('npm')) break
    pid = stat(pid)?.parent ?? 0
    chain.push(pid)
  }
  const npm = chain.at(-1) ?? 0
  if (!stat(npm)?.name.startsWith('npm')) return
  const timer = setInterval(() => {
    const intact =
      process.ppid === chain[0] && chain.slice(0, -1).every((pid, at) => stat(pid)?.parent === chain[at + 1])
    if (intact) return
    clearInterval(timer)
    onGone()
  }, CHECK_MS)
  timer.unref()
}

function stat(pid: number): { name: string; parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = text.lastIndexOf(')')
    return { name: text.slice(text.indexOf('(') + 1, end), parent: Number(text.slice(end + 2).split(' ')[1]) }
  } catch {
    return undefined
  }
}
