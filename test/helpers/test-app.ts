import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createAccess } from '../../src/ami/access.ts'
import { createLogger } from '../../src/cli/logger.ts'
import { type Runner, startRunner } from '../../src/handlers/runner/runner.ts'
import type { Grants } from '../../src/runs/envelope.ts'
import { createRuns, type Runs } from '../../src/runs/runs.ts'
import { type AppOptions, buildApp } from '../../src/server/app.ts'
import { createSite } from '../../src/site/index.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { testSecret } from './ami-form.ts'
import { type Engine, openTestStorage } from './engines.ts'

export const hostileHandlers = join(import.meta.dirname, '../fixtures/hostile')

export interface TestApp extends AsyncDisposable {
  readonly app: FastifyInstance
  /** What it was built with. */
  readonly options: AppOptions
  readonly runs: Runs
  readonly runner: Runner
  readonly store: Store
  readonly dataDir: string
  /** Log records so far. */
  readonly logLines: Record<string, unknown>[]
}

/** The whole application on a store of its own, without a port. */
export async function buildTestApp(
  overrides: Partial<AppOptions> & {
    engine?: Engine
    handlersDir?: string
    slots?: number
    grants?: Partial<Grants>
  } = {},
): Promise<TestApp> {
  await using stack = new AsyncDisposableStack()
  const { engine = 'embedded', handlersDir = hostileHandlers, slots = 2, grants = {}, ...options } = overrides
  const site = { url: 'http://127.0.0.1:1', scriptName: 'amiable', scriptKey: 'key-5f0c-secret' }
  const auth = { scriptName: site.scriptName, scriptKey: site.scriptKey }
  const logLines: Record<string, unknown>[] = []
  const log = createLogger({
    level: 'debug',
    secrets: [testSecret, site.scriptKey],
    destination: { write: (line) => void logLines.push(JSON.parse(line)) },
  })
  const storage = stack.use(await openTestStorage(engine))
  const store = await openStore(storage)
  stack.defer(() => store.close())
  const runner = await startRunner({ handlersDir, slots })
  const runs = await createRuns({
    store,
    runner,
    dataDir: storage.dataDir,
    grants: { site, scripts: {}, anyScript: true, environment: {}, ...grants },
    secret: testSecret,
    timeZone: 'UTC',
    log,
  })
  stack.defer(() => runs.close())
  const serverSite = stack.use(createSite({ url: site.url, auth }))
  const appOptions: AppOptions = {
    logger: log,
    registry: runner.registry,
    runs,
    access: createAccess({ site: serverSite }),
    site: serverSite,
    secret: testSecret,
    environment: 'main',
    maxClickAgeMs: 60_000,
    graceMs: 5000,
    rateLimit: 0,
    publicUrl: 'http://127.0.0.1:8800',
    siteUrl: 'https://studio.example.com',
    sandbox: true,
    timeZone: 'UTC',
    isReady: async () => true,
    ...options,
  }
  const app = await buildApp(appOptions)
  stack.defer(() => app.close())
  const parts = stack.move()
  return {
    app,
    options: appOptions,
    runs,
    runner,
    store,
    dataDir: storage.dataDir,
    logLines,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
