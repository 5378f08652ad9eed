import type { Grants } from '../runs/envelope.ts'
import type { Settings } from '../settings.ts'

/** What this server may give to handlers that ask for it. */
export function grantsOf({ site, scripts, mode }: Settings): Grants {
  return { site, scripts, anyScript: mode === 'sandbox', environment: process.env }
}
