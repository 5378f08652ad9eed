import type { Actor, SandboxSite } from '../site.ts'
import { formatDateTime } from '../values/date.ts'

/** What every step of one write has in common. */
export type WriteContext = {
  readonly site: SandboxSite
  readonly actor: Actor
  /** The time of the write, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly at: string
  /** The site itself is writing (seeds, demo): ids, pictures and read-only fields may be given. */
  readonly asSite: boolean
}

export function writeContext(site: SandboxSite, actor: Actor, asSite = false): WriteContext {
  return { site, actor, at: formatDateTime(site.now()), asSite }
}
