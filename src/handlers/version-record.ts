import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * One version of the handlers' folder, copied away: executors that are forked later read the code from the copy, whatever
 * has become of the folder. Modules keep the addresses of the originals.
 */
export const VersionRecord = z.object({
  v: z.literal(1),
  /** Of what the files say and where they are. */
  digest: z.string().regex(/^[0-9a-f]{20}$/),
  /** As it is configured, absolute. */
  folder: z.string(),
  takenMs: z.number(),
  /** Names at the top of the folder, handlers and others. */
  top: z.array(z.string()),
  /** Where a file really is, and its copy inside the version. */
  files: z.array(z.object({ path: z.string(), at: z.string(), bytes: z.number() })),
  /** Symbolic links on the way to them, and the folder itself if it is one. */
  links: z.array(z.object({ from: z.string(), to: z.string() })),
})
export type VersionRecord = z.infer<typeof VersionRecord>

const RECORD = 'version.json'
/** Folder in a version that mirrors the handlers' folder. */
export const MIRROR = 'files'

/** @throws when there is no such version, or it is not whole */
export function readVersion(dir: string): VersionRecord {
  return VersionRecord.parse(JSON.parse(readFileSync(join(dir, RECORD), 'utf8')))
}

export function recordFile(dir: string): string {
  return join(dir, RECORD)
}
