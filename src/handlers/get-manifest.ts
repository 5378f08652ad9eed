import { AppError } from '../errors.ts'
import type { Manifest } from './manifest.ts'
import type { Registry } from './registry.ts'

/**
 * The manifest of a handler that people asked for by name.
 *
 * @throws {AppError} `HANDLER_NOT_FOUND`, `HANDLER_BROKEN`
 */
export function getManifest(registry: Registry, name: string): Manifest {
  const manifest = registry.find(name)
  if (manifest) return manifest
  if (registry.findError(name))
    throw new AppError(
      'HANDLER_BROKEN',
      `The menu item “${name}” is there, but it could not be loaded. Nothing was started.`,
    )
  throw new AppError(
    'HANDLER_NOT_FOUND',
    `This server has no menu item named “${name.slice(0, 80)}”. Nothing was started.`,
  )
}
