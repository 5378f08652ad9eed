import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What every system takes as the path of a socket: macOS is the strictest with 103. */
const MAX_PATH_BYTES = 100

/**
 * Where the admin socket of a data folder is to be: in the folder, or where its path would be too long, in a folder of
 * its own among the temporary ones; on Windows a named pipe.
 */
export function chooseAdminAddress(dataDir: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32')
    return `\\\\.\\pipe\\amiable-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  const path = join(dataDir, 'admin.sock')
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path
  const temporary = Buffer.byteLength(tmpdir()) < MAX_PATH_BYTES / 2 ? tmpdir() : '/tmp'
  return join(mkdtempSync(join(temporary, 'amiable-')), 'admin.sock')
}

/** Remove what a server left that was killed. @returns false when somebody answers there */
export async function clearAdminAddress(address: string, dataDir: string): Promise<boolean> {
  if (isPipe(address) || !isSocket(address)) return true
  if (await answers(address)) return false
  removeAdminAddress(address, dataDir)
  return true
}

export function removeAdminAddress(address: string, dataDir: string): void {
  if (isPipe(address)) return
  rmSync(address, { force: true })
  if (dirname(address) === dataDir) return
  try {
    rmdirSync(dirname(address)) // was made for it
  } catch {
    // something else is in it, or it is gone
  }
}

function isPipe(address: string): boolean {
  return address.startsWith('\\\\.\\pipe\\')
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket()
  } catch {
    return false
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
