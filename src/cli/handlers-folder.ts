import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from './root.ts'

/** The folder that a command means: the one that it was given, that of the settings, or the one at hand. */
export function findHandlersFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given)
  if (process.env.AMIABLE_HANDLERS) return resolve(root, process.env.AMIABLE_HANDLERS)
  return existsSync('handlers') ? resolve('handlers') : resolve(root, 'handlers')
}
