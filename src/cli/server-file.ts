import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { z } from 'zod'

const ANSWER_MS = 3000

const ServerFile = z.object({
  pid: z.int().positive(),
  url: z.string(),
  siteUrl: z.string(),
  /** Where commands reach it. */
  admin: z.string().optional(),
})

/** How commands find the server that uses the same data folder. */
export type ServerFile = z.infer<typeof ServerFile>

export function writeServerFile(dataDir: string, content: ServerFile): Disposable {
  const file = join(dataDir, 'server.json')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 })
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}

export function readServerFile(dataDir: string): ServerFile | undefined {
  try {
    return ServerFile.parse(JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')))
  } catch {
    return undefined
  }
}

/** The server that uses this data folder, if it still runs: its file outlives a server that was killed. */
export async function findRunningServer(dataDir: string): Promise<ServerFile | undefined> {
  const known = readServerFile(dataDir)
  return known && (isAlive(known.pid) || (await answers(known.url))) ? known : undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // somebody else's
  }
}

/** It may run in a container, where its process has another number. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await request(`${url}/health/live`, { signal: AbortSignal.timeout(ANSWER_MS) })
    await response.body.dump()
    return response.statusCode === 200
  } catch {
    return false
  }
}

/** What people's browsers call the server: as it was set, or as the running one was told. */
export function findPublicUrl({ publicUrl, dataDir }: { publicUrl: string; dataDir: string }): string {
  return process.env.AMIABLE_PUBLIC_URL ? publicUrl : (readServerFile(dataDir)?.url ?? publicUrl)
}
