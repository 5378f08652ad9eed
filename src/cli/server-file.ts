import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const ServerFile = z.object({
  pid: z.number(),
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

/** What people's browsers call the server: as it was set, or as the running one was told. */
export function findPublicUrl({ publicUrl, dataDir }: { publicUrl: string; dataDir: string }): string {
  return process.env.AMIABLE_PUBLIC_URL ? publicUrl : (readServerFile(dataDir)?.url ?? publicUrl)
}
