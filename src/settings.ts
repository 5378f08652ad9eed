import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from './errors.ts'

/** Everything the server can be told, parsed once. docs/settings.md lists the variables. */
export interface Settings {
  /** `sandbox`: no SHOTGRID_URL; the server brings its own demo site. `site`: a real one. */
  readonly mode: 'sandbox' | 'site'
  readonly site: { readonly url: string; readonly scriptName: string; readonly scriptKey: string }
  /** Root of every secret token. */
  readonly secret: string
  /** Part of every secret token, so that a test server and the real one do not share tokens. */
  readonly environment: string
  readonly host: string
  readonly port: number
  readonly sandboxPort: number
  readonly publicUrl: string
  readonly handlersDir: string
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
}

const port = (name: string) =>
  z.coerce
    .number({ error: `${name} must be a port number between 0 and 65535` })
    .int()
    .min(0)
    .max(65_535)

const whole = (name: string, least: number, most: number) =>
  z.coerce
    .number({ error: `${name} must be a whole number` })
    .int()
    .min(least)
    .max(most)

const httpUrl = (name: string, example: string) =>
  z.url({ protocol: /^https?$/, error: `${name} must be an http or https address, such as ${example}` })

const Environment = z.object({
  SHOTGRID_URL: httpUrl('SHOTGRID_URL', 'https://studio.shotgrid.autodesk.com').optional(),
  SHOTGRID_SCRIPT_NAME: z.string().optional(),
  SHOTGRID_SCRIPT_KEY: z.string().optional(),
  AMIABLE_SECRET: z
    .string()
    .min(16, 'AMIABLE_SECRET is too short to be a secret: use at least 16 characters, better 32 random bytes')
    .optional(),
  AMIABLE_ENV: z
    .string()
    .regex(/^[\w.-]+$/, 'AMIABLE_ENV is a short name of letters, digits, dots, dashes, such as "main" or "staging"')
    .default('main'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port('PORT').default(8800),
  SANDBOX_PORT: port('SANDBOX_PORT').default(8810),
  AMIABLE_PUBLIC_URL: httpUrl('AMIABLE_PUBLIC_URL', 'https://amiable.studio.example').optional(),
  AMIABLE_HANDLERS: z.string().optional(),
  AMIABLE_DATA: z.string().default('.amiable'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'DATABASE_URL must be a postgres:// address' }).optional(),
  AMIABLE_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'AMIABLE_TIME_ZONE must be an IANA time zone, such as Europe/Paris')
    .optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),
  AMIABLE_MAX_CLICK_AGE: whole('AMIABLE_MAX_CLICK_AGE (seconds)', 1, 86_400).default(60),
  AMIABLE_GRACE_MS: whole('AMIABLE_GRACE_MS (milliseconds)', 0, 30_000).default(1000),
  AMIABLE_SLOTS: whole('AMIABLE_SLOTS (runs at one time)', 1, 64).default(4),
  AMIABLE_RATE_LIMIT: whole('AMIABLE_RATE_LIMIT (requests per minute, 0 for none)', 0, 1_000_000).default(600),
})

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
  if (!parsed.success) {
    throw new AppError(
      'SETTINGS_INVALID',
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    )
  }
  const env = parsed.data
  const mode = env.SHOTGRID_URL === undefined ? 'sandbox' : 'site'
  const dataDir = resolve(root, env.AMIABLE_DATA)
  const shared = {
    environment: env.AMIABLE_ENV,
    host: env.HOST,
    port: env.PORT,
    sandboxPort: env.SANDBOX_PORT,
    publicUrl: (env.AMIABLE_PUBLIC_URL ?? httpAddress(env.HOST, env.PORT)).replace(/\/+$/, ''),
    handlersDir: resolve(root, env.AMIABLE_HANDLERS ?? 'handlers'),
    dataDir: join(dataDir, mode),
    ...(env.DATABASE_URL === undefined ? {} : { databaseUrl: env.DATABASE_URL }),
    timeZone: env.AMIABLE_TIME_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    logLevel: env.LOG_LEVEL,
    maxClickAgeMs: env.AMIABLE_MAX_CLICK_AGE * 1000,
    graceMs: env.AMIABLE_GRACE_MS,
    slots: env.AMIABLE_SLOTS,
    rateLimit: env.AMIABLE_RATE_LIMIT,
  }
  if (env.SHOTGRID_URL === undefined) {
    refuseExposedSandbox(env)
    return {
      ...shared,
      mode,
      site: { url: httpAddress('127.0.0.1', env.SANDBOX_PORT), scriptName: 'amiable', scriptKey: 'sandbox-script-key' },
      secret: env.AMIABLE_SECRET ?? sandboxSecret(shared.dataDir),
    }
  }
  const missing = (['SHOTGRID_SCRIPT_NAME', 'SHOTGRID_SCRIPT_KEY'] as const).filter((name) => env[name] === undefined)
  if (missing.length > 0) {
    throw new AppError(
      'SETTINGS_INVALID',
      `${missing.join(' and ')} must be set together with SHOTGRID_URL: the script user that Amiable signs in as.`,
    )
  }
  if (env.AMIABLE_SECRET === undefined) {
    throw new AppError(
      'SECRET_MISSING',
      'AMIABLE_SECRET is not set. Every menu item’s secret token is made from it; without it anybody could send clicks.',
    )
  }
  return {
    ...shared,
    mode,
    site: {
      url: env.SHOTGRID_URL.replace(/\/+$/, ''),
      scriptName: env.SHOTGRID_SCRIPT_NAME ?? '',
      scriptKey: env.SHOTGRID_SCRIPT_KEY ?? '',
    },
    secret: env.AMIABLE_SECRET,
  }
}

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

export function httpAddress(host: string, portNumber: number): string {
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${portNumber}`
}

function refuseExposedSandbox(env: z.infer<typeof Environment>): void {
  const reasons = [
    ...(isLoopback(env.HOST) ? [] : [`HOST is ${env.HOST}, so other machines could reach it`]),
    ...(env.AMIABLE_PUBLIC_URL === undefined ? [] : [`AMIABLE_PUBLIC_URL is ${env.AMIABLE_PUBLIC_URL}`]),
    ...(env.DATABASE_URL === undefined ? [] : ['DATABASE_URL is set']),
    ...(env.SHOTGRID_SCRIPT_NAME === undefined ? [] : ['SHOTGRID_SCRIPT_NAME is set']),
    ...(env.SHOTGRID_SCRIPT_KEY === undefined ? [] : ['SHOTGRID_SCRIPT_KEY is set']),
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

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
