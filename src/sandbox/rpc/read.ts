import type { Actor, ReadParams, ReadResult, SandboxSite } from '../site.ts'

/**
 * The entities that match, as `read` answers them.
 * Throws a `Fault` whose message is the one the API would send.
 */
export function readEntities(_site: SandboxSite, _actor: Actor, _params: ReadParams): ReadResult {
  throw new Error('not written yet')
}
