import { z } from 'zod'
import { LoadError, Manifest } from '../handlers/manifest.ts'
import type { Runner } from '../handlers/runner/runner.ts'
import type { AdminRoutes } from './admin-server.ts'

const Version = z.object({ id: z.string(), sinceMs: z.number(), rolledBack: z.boolean() })

/** What the running server serves. */
export const ServedHandlers = z.object({
  folder: z.string(),
  version: Version,
  manifests: z.array(Manifest),
  errors: z.array(LoadError),
  ignored: z.array(z.string()),
})
export type ServedHandlers = z.infer<typeof ServedHandlers>

export const ReloadAnswer = z.object({
  kind: z.enum(['taken', 'same', 'refused']),
  version: Version,
  errors: z.array(LoadError),
  handlers: z.array(z.string()),
})

export const RollbackAnswer = z.object({
  from: Version,
  to: Version,
  left: z.number(),
  handlers: z.array(z.string()),
})

/** What commands may ask about handlers. */
export function handlerRoutes(runner: Runner, folder: string): AdminRoutes {
  const { registry } = runner
  const names = (): string[] => registry.manifests.map(({ name }) => name)
  return {
    'GET /handlers': (): ServedHandlers => ({
      folder,
      version: registry.version,
      manifests: [...registry.manifests],
      errors: [...registry.errors],
      ignored: [...registry.ignored],
    }),
    'POST /reload': async () => ({ ...(await runner.reload()), handlers: names() }),
    'POST /rollback': async () => ({ ...(await runner.rollback()), handlers: names() }),
  }
}
