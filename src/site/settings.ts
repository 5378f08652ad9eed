import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { SiteUsageError } from './errors/index.ts'
import type { SiteOptions, SiteOverrides } from './options.ts'
import { createRedactor, type Redactor } from './redact.ts'
import { parseSiteUrl, type SiteAddress } from './site-url.ts'

/** The longest delay that Node's timers take. */
const MAX_TIMEOUT_MS = 2_147_483_647

const timeoutMs = z.number().positive().max(MAX_TIMEOUT_MS)
const text = z.string().min(1)
const headerText = text.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'expected text that fits in an HTTP header')
const signal = z.instanceof(AbortSignal)

const Overrides = z.strictObject({
  sessionUuid: text.optional(),
  sudoAsLogin: text.optional(),
  timeoutMs: timeoutMs.optional(),
  signal: signal.optional(),
})

const Options = Overrides.extend({
  url: text,
  auth: z.record(z.string(), z.unknown()),
  userAgent: headerText.optional(),
  timeoutMs: timeoutMs.default(60_000),
  downloadTimeoutMs: timeoutMs.default(600_000),
  retry: z
    .strictObject({
      attempts: z.int().min(1).max(20).default(3),
      baseDelayMs: z.number().min(0).default(300),
      maxDelayMs: z.number().min(0).max(MAX_TIMEOUT_MS).default(10_000),
    })
    .prefault({}),
  concurrency: z.int().min(1).max(1_000).default(8),
  maxResponseBytes: z.int().positive().default(134_217_728),
  dates: z.enum(['string', 'Date']).default('string'),
  platform: z.enum(['linux', 'mac', 'windows']).default(detectPlatform),
  dispatcher: z.custom<Dispatcher>(isDispatcher, 'expected an undici dispatcher').optional(),
})

/** The options with their defaults. Holds credentials: never leaves this folder. */
export type SiteSettings = Omit<z.infer<typeof Options>, 'auth' | 'url'> & {
  readonly address: SiteAddress
  readonly authParams: Readonly<Record<string, string | boolean>>
  readonly usesPassword: boolean
  readonly redactor: Redactor
}

/**
 * @throws {SiteUsageError} `SITE_OPTION_INVALID`, naming every mistake at once and no secret
 */
export function parseSiteOptions(options: SiteOptions): SiteSettings {
  const parsed = Options.safeParse(options)
  if (!parsed.success) throw invalidOptions(parsed.error)
  const { url, auth, ...rest } = parsed.data
  const address = parseSiteUrl(url)
  const authParams = buildAuthParams(auth)
  const { script_key, user_password, session_token } = authParams
  const redactor = createRedactor([
    script_key,
    user_password,
    session_token,
    address.basicPassword,
    address.authorization,
  ])
  return { ...rest, address, authParams, usesPassword: user_password !== undefined, redactor }
}

/** @throws {SiteUsageError} `SITE_OPTION_INVALID` */
export function parseOverrides(overrides: SiteOverrides): z.infer<typeof Overrides> {
  const parsed = Overrides.safeParse(overrides)
  if (!parsed.success) throw invalidOptions(parsed.error)
  return parsed.data
}

/** @throws {SiteUsageError} `SITE_OPTION_INVALID` */
export function checkTimeout(value: number): number {
  if (value > 0 && value <= MAX_TIMEOUT_MS) return value
  throw new SiteUsageError(
    'SITE_OPTION_INVALID',
    `timeoutMs is ${value}: expected milliseconds above 0 and up to ${MAX_TIMEOUT_MS}.`,
  )
}

/** The authentication object of the API, by the kind of credentials. */
function buildAuthParams(auth: Record<string, unknown>): Record<string, string | boolean> {
  const keys = Object.keys(auth).sort().join(', ')
  const values = Object.values(auth)
  if (values.every((value) => typeof value === 'string' && value !== '')) {
    const take = (key: string): string => String(auth[key])
    if (keys === 'scriptKey, scriptName') return { script_name: take('scriptName'), script_key: take('scriptKey') }
    if (keys === 'login, password') return { user_login: take('login'), user_password: take('password') }
    // An expired token would otherwise act as nobody.
    if (keys === 'sessionToken') return { session_token: take('sessionToken'), reject_if_expired: true }
  }
  throw new SiteUsageError(
    'SITE_OPTION_INVALID',
    `auth has ${keys === '' ? 'no keys' : `the keys ${keys}`}: expected { scriptName, scriptKey }, { login, password } or ` +
      '{ sessionToken }, each a text that is not empty. Take one kind of credentials and fill all of it in.',
  )
}

function invalidOptions(error: z.ZodError): SiteUsageError {
  return new SiteUsageError('SITE_OPTION_INVALID', `The options of the site are not right.\n${z.prettifyError(error)}`)
}

/** By what it can do: there may be several copies of undici. */
function isDispatcher(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'request' in value && typeof value.request === 'function'
}

function detectPlatform(): 'linux' | 'mac' | 'windows' {
  if (process.platform === 'win32') return 'windows'
  return process.platform === 'darwin' ? 'mac' : 'linux'
}
