import { once } from 'node:events'
import Fastify, { LogController } from 'fastify'
import type { Logger } from 'pino'
import { AppError, toError } from '../errors.ts'
import { chooseAdminAddress, clearAdminAddress, removeAdminAddress } from './admin-address.ts'
import { readServerFile } from './server-file.ts'

/** What commands may ask of the running server: `GET /handlers`, `POST /reload`. Answers are JSON. */
export type AdminRoutes = Readonly<Record<`${'GET' | 'POST'} /${string}`, (body: unknown) => unknown>>

export interface AdminServer {
  /** Path of a Unix socket that only this user can open, or a named pipe of Windows. */
  readonly address: string
  close(): Promise<void>
}

const MAX_BODY_BYTES = 64 * 1024

/** Listen for commands of this machine. What servers left behind that were killed is replaced. */
export async function startAdminServer(
  { dataDir, log }: { dataDir: string; log: Logger },
  routes: AdminRoutes,
): Promise<AdminServer> {
  const earlier = readServerFile(dataDir)?.admin
  if (earlier !== undefined) await clearAdminAddress(earlier, dataDir)
  const address = chooseAdminAddress(dataDir)
  if (!(await clearAdminAddress(address, dataDir)))
    throw new AppError('STORE_LOCKED', `Another server already uses the data folder ${dataDir}.`)

  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
  })
  app.setErrorHandler((thrown, _request, reply) => {
    const error = toError(thrown)
    const known = error instanceof AppError ? error : new AppError('INTERNAL', error.message, { cause: error })
    if (known !== error) log.error({ err: error }, 'a command failed')
    return reply.code(known.status).send({ code: known.code, message: known.message })
  })
  for (const [route, answer] of Object.entries(routes)) {
    const [method = '', url = ''] = route.split(' ')
    app.route({ method, url, handler: async (request) => (await answer(request.body)) ?? {} })
  }

  await app.ready()
  const mask = process.umask(0o177) // nobody else may connect, not even for a moment
  app.server.listen(address)
  process.umask(mask)
  await once(app.server, 'listening')
  return {
    address,
    async close() {
      app.server.close()
      app.server.closeAllConnections()
      await app.close()
      removeAdminAddress(address, dataDir)
    },
  }
}
