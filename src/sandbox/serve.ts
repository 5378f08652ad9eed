import type { FastifyBaseLogger } from 'fastify'
import pino from 'pino'
import { buildSandbox } from './app.ts'
import { createSite, type SiteOptions } from './create-site.ts'
import { loadDemo } from './demo/index.ts'
import { isLoopback } from './loopback.ts'
import { essentials } from './seed/essentials.ts'
import { loadRecords } from './seed/load.ts'
import { inFile, parseSeed, readSeedFile, type Seed } from './seed/seed-file.ts'
import type { SandboxSite } from './site.ts'

export type StartOptions = {
  /** Address to listen on; this machine only, unless said otherwise. */
  host?: string
  /** 0 takes any free port. */
  port: number
  /** A JSON file with entities, people and scripts to add. */
  seedFile?: string
  /** Without the demo project: only accounts, statuses, permissions and steps. */
  empty?: boolean
  /** A level of pino; `warn` unless given. */
  logLevel?: string
}

export type RunningSandbox = { readonly url: string; close(): Promise<void> }

/**
 * Starts a sandbox site and answers where it is. It keeps everything in memory: closing it forgets it.
 * Throws a `SeedError` that says what is wrong with the seed file, or the system's error when it cannot listen.
 */
export async function startSandbox(options: StartOptions): Promise<RunningSandbox> {
  const { host = '127.0.0.1', port, seedFile, empty = false, logLevel = 'warn' } = options
  const seed = seedFile === undefined ? parseSeed({}) : await readSeedFile(seedFile)
  const site = inFile(seedFile ?? '', () => seededSite({ seed, empty }))
  const logger: FastifyBaseLogger = pino({ level: logLevel, name: 'sandbox' })
  const app = await buildSandbox({ site, logger, loopbackOnly: isLoopback(host) })
  try {
    const url = await app.listen({ host, port })
    return { url, close: () => app.close() }
  } catch (error) {
    await app.close()
    throw error
  }
}

/** A site with the essentials, the demo unless it should be empty, and what a seed adds. Throws a `LoadError`. */
export function seededSite({
  seed = parseSeed({}),
  empty = false,
  ...options
}: SiteOptions & { seed?: Seed; empty?: boolean } = {}): SandboxSite {
  const site = createSite({
    ...options,
    info: { ...seed.info, ...options.info },
    preferences: { ...seed.preferences, ...options.preferences },
    oneTimeCodes: { ...seed.oneTimeCodes, ...options.oneTimeCodes },
  })
  loadRecords(site, essentials())
  if (!empty) loadDemo(site)
  loadRecords(site, seed.records)
  return site
}
