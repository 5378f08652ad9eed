import { readdirSync, readFileSync } from 'node:fs'

/**
 * End this executor, its process group, and children that left the group: those carry its marker in their environment,
 * which only Linux tells.
 */
export function endFamily(): void {
  const marker = process.env.AMIABLE_EXECUTOR
  if (process.platform === 'linux' && marker) {
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name) && Number(name) !== process.pid && carries(name, `AMIABLE_EXECUTOR=${marker}`))
        kill(Number(name))
    }
  }
  kill(-process.pid)
  kill(process.pid)
}

function carries(pid: string, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(marker)
  } catch {
    return false // gone, or somebody else's
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // gone
  }
}
