import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { Environment } from './environment.ts'
import { AppError } from './errors.ts'

/** Everything the server can be told, parsed once. docs/settings.md lists the variables. */
export interface Settings {
  /** `sandbox`: no SHOTGRID_URL; the server brings its own demo site. `site`: a real one. */
  readonly mode: 'sandbox' | 'site'
  readonly site: { readonly url: string; readonly scriptName: string; readonly scriptKey: string }
  /** Host names by which the site may call itself in its payloads; empty: any. */
  readonly siteHostnames: readonly string[]
  /** Further script users, by the name that handlers call them: `SHOTGRID_SCRIPT_NAME_REVIEW` is `review`. */
  readonly scripts: Readonly<Record<string, { readonly scriptName: string; readonly scriptKey: string }>>
  /** Root of every secret token. */
  readonly secret: string
  /** The one before, still accepted while menu items are registered anew. */
  readonly secretPrevious?: string
  /** Part of every secret token, so that a test server and the real one do not share tokens. */
  readonly environment: string
  readonly host: string
  readonly port: number
  readonly sandboxPort: number
  /** Files of the certificate (with its chain) and the key, PEM. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string }
  /** Proxies whose X-Forwarded-For is believed: addresses and networks, or `loopback`. */
  readonly trustProxy?: readonly string[]
  /** What people's browsers call this server. */
  readonly publicUrl: string
  /** Nobody said so: it is made from the name of this machine. */
  readonly publicUrlIsGuess: boolean
  readonly handlersDir: string
  /** How changes in that folder are noticed. */
  readonly watch: 'on' | 'poll' | 'off'
  readonly dataDir: string
  /** PostgreSQL; without it the embedded store. */
  readonly databaseUrl?: string
  readonly timeZone: string
  readonly logLevel: string
  /** How old a signed click may be, milliseconds. */
  readonly maxClickAgeMs: number
  /** How long a run may take before its person sees the live page, milliseconds. */
  readonly graceMs: number
  /** Runs at one time. */
  readonly slots: number
  /** Requests per minute and address; 0 is no limit. */
  readonly rateLimit: number
  /** How long what runs leave is kept, milliseconds; undefined is for ever. */
  readonly retention: {
    readonly runsMs: number | undefined
    readonly logsMs: number | undefined
    readonly filesMs: number | undefined
  }
}

/** Never repeated in a message. */
const secretNames: ReadonlySet<string> = new Set([
  'SHOTGRID_SCRIPT_KEY',
  'AMIABLE_SECRET',
  'AMIABLE_SECRET_PREVIOUS',
  'DATABASE_URL',
])

/**
 * Parse the environment into settings.
 *
 * @param root  the checkout: where `handlers/` and relative folders are
 * @throws {AppError} `SETTINGS_INVALID` with every mistake at once, `SECRET_MISSING`, `SANDBOX_EXPOSED`
 */
export function parseSettings(environment: NodeJS.ProcessEnv, root: string): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = Environment.safeParse(given)
  const mistakes = (parsed.error?.issues ?? []).map(({ path, message }) =>
    describeMistake(path.join('.'), given, message),
  )
  const missing = given.SHOTGRID_URL === undefined ? [] : neededForSite.filter((name) => given[name] === undefined)
  if (mistakes.length === 0 && missing.length === 1 && missing[0] === 'AMIABLE_SECRET') {
    throw new AppError(
      'SECRET_MISSING',
      'AMIABLE_SECRET is not set. Every menu item’s secret token is made from it; without it anybody could send clicks.',
    )
  }
  const scripts = readScripts(given)
  mistakes.push(...scripts.mistakes)
  if (
    given.SHOTGRID_URL !== undefined &&
    (given.AMIABLE_TLS_CERT === undefined) !== (given.AMIABLE_TLS_KEY === undefined)
  )
    mistakes.push('AMIABLE_TLS_CERT and AMIABLE_TLS_KEY go together: only one of them is set')
  mistakes.push(...missing.map((name) => `${name} is not set: ${whyNeeded[name]}`))
  if (!parsed.success || mistakes.length > 0) throw new AppError('SETTINGS_INVALID', mistakes.join('\n'))
  const env = parsed.data
  const mode = env.SHOTGRID_URL === undefined ? 'sandbox' : 'site'
  const dataDir = resolve(root, env.AMIABLE_DATA)
  const shared = {
    environment: env.AMIABLE_ENV,
    host: env.HOST,
    port: env.PORT,
    sandboxPort: env.SANDBOX_PORT,
    publicUrl: (
      env.AMIABLE_PUBLIC_URL ?? httpAddress(nameOfHost(env.HOST), env.PORT, env.AMIABLE_TLS_CERT !== undefined)
    ).replace(/\/+$/, ''),
    ...(env.AMIABLE_TLS_CERT && env.AMIABLE_TLS_KEY
      ? { tls: { certFile: resolve(root, env.AMIABLE_TLS_CERT), keyFile: resolve(root, env.AMIABLE_TLS_KEY) } }
      : {}),
    ...(env.AMIABLE_TRUST_PROXY ? { trustProxy: env.AMIABLE_TRUST_PROXY } : {}),
    ...(env.AMIABLE_SECRET_PREVIOUS ? { secretPrevious: env.AMIABLE_SECRET_PREVIOUS } : {}),
    scripts: scripts.byName,
    watch: env.AMIABLE_WATCH,
    publicUrlIsGuess: env.AMIABLE_PUBLIC_URL === undefined && isEveryAddress(env.HOST),
    handlersDir: resolve(root, env.AMIABLE_HANDLERS ?? 'handlers'),
    dataDir: join(dataDir, mode),
    ...(env.DATABASE_URL === undefined ? {} : { databaseUrl: env.DATABASE_URL }),
    timeZone: env.AMIABLE_TIME_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    logLevel: env.LOG_LEVEL,
    maxClickAgeMs: env.AMIABLE_MAX_CLICK_AGE * 1000,
    graceMs: env.AMIABLE_GRACE_MS,
    slots: env.AMIABLE_SLOTS,
    rateLimit: env.AMIABLE_RATE_LIMIT,
    retention: {
      runsMs: daysMs(env.AMIABLE_KEEP_RUNS),
      logsMs: daysMs(env.AMIABLE_KEEP_LOGS),
      filesMs: daysMs(env.AMIABLE_KEEP_FILES),
    },
  }
  if (env.SHOTGRID_URL === undefined) {
    refuseExposedSandbox(env, given)
    return {
      ...shared,
      mode,
      siteHostnames: [],
      site: { url: httpAddress('127.0.0.1', env.SANDBOX_PORT), scriptName: 'amiable', scriptKey: 'sandbox-script-key' },
      secret: env.AMIABLE_SECRET ?? sandboxSecret(shared.dataDir),
    }
  }
  return {
    ...shared,
    mode,
    siteHostnames: [new URL(env.SHOTGRID_URL).host, ...(env.SHOTGRID_HOSTNAMES ?? [])],
    site: {
      url: env.SHOTGRID_URL.replace(/\/+$/, ''),
      scriptName: env.SHOTGRID_SCRIPT_NAME ?? '',
      scriptKey: env.SHOTGRID_SCRIPT_KEY ?? '',
    },
    secret: env.AMIABLE_SECRET ?? '',
  }
}

/** `SHOTGRID_SCRIPT_NAME_<X>` with `SHOTGRID_SCRIPT_KEY_<X>`: further script users, `<x>` to handlers. */
function readScripts(given: NodeJS.ProcessEnv): { byName: Settings['scripts']; mistakes: string[] } {
  const suffixes = new Set(
    Object.keys(given).flatMap((name) => /^SHOTGRID_SCRIPT_(?:NAME|KEY)_([A-Z0-9_]+)$/.exec(name)?.[1] ?? []),
  )
  const mistakes: string[] = []
  const byName: Record<string, { scriptName: string; scriptKey: string }> = {}
  for (const suffix of suffixes) {
    const scriptName = given[`SHOTGRID_SCRIPT_NAME_${suffix}`]
    const scriptKey = given[`SHOTGRID_SCRIPT_KEY_${suffix}`]
    if (scriptName === undefined || scriptKey === undefined)
      mistakes.push(
        `SHOTGRID_SCRIPT_NAME_${suffix} and SHOTGRID_SCRIPT_KEY_${suffix} go together: only one of them is set`,
      )
    else byName[suffix.toLowerCase().replaceAll('_', '-')] = { scriptName, scriptKey }
  }
  return { byName, mistakes }
}

const whyNeeded = {
  SHOTGRID_SCRIPT_NAME: 'it goes with SHOTGRID_URL, the script user that Amiable signs in as',
  SHOTGRID_SCRIPT_KEY: 'it goes with SHOTGRID_URL, the application key of that script user',
  AMIABLE_SECRET: 'it goes with SHOTGRID_URL, at least 16 characters from which every secret token is made',
} as const

const neededForSite = Object.keys(whyNeeded) as (keyof typeof whyNeeded)[]

function describeMistake(name: string, given: NodeJS.ProcessEnv, message: string): string {
  return secretNames.has(name) ? `${name}: ${message}` : `${name} is "${given[name]}": ${message}`
}

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Whether a server that listens on `host` is reached by every address of this machine, so that `host` names none. */
function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function nameOfHost(host: string): string {
  return isEveryAddress(host) ? hostname() : host
}

export function httpAddress(host: string, portNumber: number, secure = false): string {
  return `${secure ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host}:${portNumber}`
}

/** Nobody sets these to try things, so a sandbox beside them is a mistake, whether this server reads them or not. */
const productionNames = [
  'DATABASE_URL',
  'SHOTGRID_SCRIPT_NAME',
  'SHOTGRID_SCRIPT_KEY',
  'AMIABLE_TLS_CERT',
  'AMIABLE_TLS_KEY',
] as const

function refuseExposedSandbox(env: Environment, given: NodeJS.ProcessEnv): void {
  const reasons = [
    ...(isLoopback(env.HOST) ? [] : [`HOST is ${env.HOST}, so other machines could reach it`]),
    ...(env.AMIABLE_PUBLIC_URL === undefined ? [] : [`AMIABLE_PUBLIC_URL is ${env.AMIABLE_PUBLIC_URL}`]),
    ...productionNames.filter((name) => given[name] !== undefined).map((name) => `${name} is set`),
  ]
  if (reasons.length > 0) {
    throw new AppError(
      'SANDBOX_EXPOSED',
      `SHOTGRID_URL is not set, so this would be the sandbox with its published demo passwords, but ${reasons.join(', and ')}. That looks like a real installation.`,
    )
  }
}

/** The sandbox's own secret: made once, kept in the data folder. */
function sandboxSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    try {
      writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return readFileSync(file, 'utf8').trim()
}

function daysMs(days: number): number | undefined {
  return days === 0 ? undefined : days * 86_400_000
}
