import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { createAccess } from '../ami/access.ts'
import { syncSandboxMenu } from '../ami/menu-sandbox.ts'
import { AppError } from '../errors.ts'
import type { Manifest } from '../handlers/manifest.ts'
import { type Runner, startRunner } from '../handlers/runner/runner.ts'
import { startPruning } from '../runs/retention.ts'
import { createRuns, type Runs } from '../runs/runs.ts'
import { buildApp } from '../server/app.ts'
import { readTls, type Tls } from '../server/tls.ts'
import { followTlsRenewal } from '../server/tls-renewal.ts'
import { isLoopback, type Settings } from '../settings.ts'
import { createSite, type Site } from '../site/index.ts'
import { openStore, type Store } from '../store/open.ts'
import { startAdminServer } from './admin-server.ts'
import { grantsOf } from './grants.ts'
import { handlerRoutes } from './handler-admin.ts'
import { startSandboxProcess } from './sandbox-process.ts'
import { scriptAuth } from './script-auth.ts'
import { writeServerFile } from './server-file.ts'

/** When the server stops, answers on their way get this long to arrive whole; milliseconds. */
const DOWNLOADS_MS = 3000

/** Everything that `amiable start` runs in this process, and how to end it. */
export interface RunningServer {
  readonly manifests: readonly Manifest[]
  readonly errorCount: number
  /** In sandbox mode: resolves when the sandbox site is gone. */
  readonly sandboxEnded?: Promise<void>
  close(): Promise<void>
}

/** Start it all, or nothing: what was started is stopped again when the next part fails. */
export async function startServer(settings: Settings, log: Logger): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack()
  const certificate = settings.tls && readTls(settings.tls)
  const [store, runner, sandbox] = await startTogether(stack, settings, log)
  const site = stack.use(createSite({ url: settings.site.url, auth: scriptAuth(settings.site) }))

  const runs = await createRuns({
    store,
    runner,
    dataDir: settings.dataDir,
    grants: grantsOf(settings),
    secret: settings.secret,
    secretPrevious: settings.secretPrevious,
    timeZone: settings.timeZone,
    log,
  })
  stack.use(startPruning(store.db, runs.artifacts, { retention: settings.retention, log }))
  let app: FastifyInstance | undefined
  stack.defer(async () => {
    const closed = app?.close() // takes nothing new; answers that wait for runs end by themselves
    try {
      await runs.close()
      await Promise.race([closed, delay(DOWNLOADS_MS, undefined, { ref: false })])
    } finally {
      app?.server.closeAllConnections() // what is still half sent or half read
      await closed
    }
  })
  reportRegistry(runner, runs, log)

  if (sandbox) {
    await fillSandboxMenu(site, { runner, settings, log })
    runner.registry.onChange(() => {
      fillSandboxMenu(site, { runner, settings, log }).catch((error: unknown) =>
        log.warn({ err: error }, 'menu of the sandbox not filled'),
      )
    })
  }
  app = await listen(settings, { log, runner, runs, store, site, certificate })
  if (settings.tls && certificate && app.server instanceof TlsServer) {
    const { tls: files, publicUrl } = settings
    stack.use(followTlsRenewal({ files, tls: certificate, server: app.server, log, publicUrl }))
  }
  const { dataDir, handlersDir } = settings
  const admin = await startAdminServer({ dataDir, log }, handlerRoutes(runner, handlersDir))
  stack.defer(() => admin.close())
  const file = writeServerFile(dataDir, {
    pid: process.pid,
    admin: admin.address,
    url: settings.publicUrl,
    siteUrl: settings.site.url,
  })
  stack.defer(() => file[Symbol.dispose]())
  log.info({ url: settings.publicUrl, site: settings.site.url, store: store.kind }, 'ready')

  const running = stack.move()
  return {
    manifests: runner.registry.manifests,
    errorCount: runner.registry.errors.length,
    ...(sandbox ? { sandboxEnded: sandbox.ended } : {}),
    close: () => running.disposeAsync(),
  }
}

/**
 * The three slow beginnings, side by side. Each one that succeeded is on the stack, also when another fails, and in this
 * order: the store, which holds the data folder's lock, is closed last.
 */
async function startTogether(stack: AsyncDisposableStack, settings: Settings, log: Logger) {
  const kept = <T extends { close(): Promise<void> } | undefined>(starting: Promise<T>): Promise<T> => {
    stack.defer(async () => (await starting.catch(() => undefined))?.close())
    return starting
  }
  const opening = kept(openStore(settings))
  const parts = await Promise.allSettled([
    opening,
    kept(
      startRunner({
        handlersDir: settings.handlersDir,
        versionsDir: join(settings.dataDir, 'versions'),
        watch: settings.watch,
        mayRecord: opening, // the store finds out whether the data folder is ours
        slots: settings.slots,
        onOutput: (text) => log.debug({ text }, 'executor output'),
        onWarning: (text) => log.warn(text),
      }),
    ),
    kept(settings.mode === 'sandbox' ? startSandboxProcess(settings.sandboxPort) : Promise.resolve(undefined)),
  ] as const)
  const [store, runner, sandbox] = parts
  if (store.status === 'rejected') throw store.reason
  if (runner.status === 'rejected') throw runner.reason
  if (sandbox.status === 'rejected') throw sandbox.reason
  return [store.value, runner.value, sandbox.value] as const
}

async function fillSandboxMenu(
  site: Site,
  { runner, settings, log }: { runner: Runner; settings: Settings; log: Logger },
): Promise<void> {
  const { manifests, errors } = runner.registry
  const { problems, ...counts } = await syncSandboxMenu(
    site,
    manifests,
    settings,
    errors.map(({ name }) => name),
  )
  log.info(counts, 'menu of the sandbox filled')
  for (const problem of problems) log.warn(problem)
}

function reportRegistry({ registry }: Runner, runs: Runs, log: Logger): void {
  let told: string | undefined
  const report = (): void => {
    const { manifests, errors, ignored, version } = registry
    const text = version.id === told ? 'handlers as before' : 'handlers loaded'
    log.info({ handlers: manifests.map(({ name }) => name), ignored, version: version.id }, text)
    for (const { file, detail, message } of errors) log.error({ file, detail }, `handler not loaded: ${message}`)
    for (const manifest of manifests) {
      const problem = runs.problemOf(manifest)
      if (problem) log.warn({ handler: manifest.name }, `handler cannot run on this server: ${problem}`)
    }
    told = version.id
  }
  report()
  registry.onChange(report)
}

async function listen(
  settings: Settings,
  parts: { log: Logger; runner: Runner; runs: Runs; store: Store; site: Site; certificate: Tls | undefined },
): Promise<FastifyInstance> {
  const { log, runner, runs, store, site, certificate } = parts
  const app = await buildApp({
    ...settings,
    logger: log,
    registry: runner.registry,
    runs,
    access: createAccess({ site }),
    ...(certificate ? { certificate } : {}),
    site,
    siteUrl: settings.site.url,
    sandbox: settings.mode === 'sandbox' && isLoopback(settings.host),
    isReady: async () => {
      try {
        await sql`select 1`.execute(store.db)
        return true
      } catch {
        return false
      }
    },
  })
  try {
    await app.listen({ host: settings.host, port: settings.port })
  } catch (error) {
    await app.close()
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new AppError('PORT_IN_USE', `Port ${settings.port} on ${settings.host} is taken by another program.`, {
        cause: error,
      })
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new AppError('SETTINGS_INVALID', `HOST is ${settings.host}: this machine has no such address.`, {
        cause: error,
      })
    throw error
  }
  return app
}
