import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { SiteUsageError } from './errors/index.ts'
import type { Ledger } from './ledger.ts'
import type { SiteOptions, SiteOverrides } from './options.ts'
import { type ParsedProxy, parseProxy } from './proxy.ts'
import { createRedactor, type Redactor } from './redact.ts'
import { parseSiteUrl, type SiteAddress } from './site-url.ts'

/** The longest delay that Node's timers take. */
const MAX_TIMEOUT_MS = 2_147_483_647

const timeoutMs = z.number().positive().max(MAX_TIMEOUT_MS)
const text = z.string().min(1)
const headerText = text.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'expected text that fits in an HTTP header')
const signal = z.instanceof(AbortSignal)

/** Keys of the authentication object that have options. */
const ownAuthParams: ReadonlySet<string> = new Set([
  'script_name',
  'script_key',
  'user_login',
  'user_password',
  'auth_token',
  'session_token',
  'reject_if_expired',
  'session_uuid',
  'sudo_as_login',
])

const Overrides = z.strictObject({
  sessionUuid: text.optional(),
  sudoAsLogin: text.optional(),
  timeoutMs: timeoutMs.optional(),
  signal: signal.optional(),
  ledger: z
    .strictObject({
      onWrite: z.custom<Ledger['onWrite']>((value) => typeof value === 'function', 'expected a function'),
      oldValues: z.boolean().optional(),
    })
    .optional(),
})

const Options = Overrides.extend({
  url: text,
  auth: z.record(z.string(), z.unknown()),
  extraAuthParams: z
    .record(
      text.refine((key) => !ownAuthParams.has(key), 'this key is set by options of its own'),
      z.string(),
    )
    .default({}),
  localized: z.boolean().default(false),
  userAgent: headerText.optional(),
  timeoutMs: timeoutMs.default(60_000),
  downloadTimeoutMs: timeoutMs.default(600_000),
  uploadTimeoutMs: timeoutMs.default(3_600_000),
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
  proxy: z
    .union([text, z.strictObject({ http: text.optional(), https: text.optional(), except: z.string().optional() })])
    .optional(),
  caCerts: text.optional(),
  dispatcher: z.custom<Dispatcher>(isDispatcher, 'expected an undici dispatcher').optional(),
})

/** The authentication object of the API. */
export type AuthParams = Readonly<Record<string, string | boolean>>

/** The options with their defaults. Holds credentials: never leaves this folder. */
export type SiteSettings = Omit<z.infer<typeof Options>, 'auth' | 'url' | 'proxy'> & {
  readonly address: SiteAddress
  readonly authParams: AuthParams
  /** Of the person who signs in; undefined for scripts and session tokens. */
  readonly login: string | undefined
  readonly usesPassword: boolean
  readonly proxy: ParsedProxy | undefined
  readonly redactor: Redactor
}

/**
 * @throws {SiteUsageError} `SITE_OPTION_INVALID`, naming every mistake at once and no secret
 */
export function parseSiteOptions(options: SiteOptions): SiteSettings {
  const parsed = Options.safeParse(options)
  if (!parsed.success) throw invalidOptions(parsed.error)
  if (parsed.data.dispatcher !== undefined && (parsed.data.proxy ?? parsed.data.caCerts) !== undefined) {
    throw new SiteUsageError(
      'SITE_OPTION_INVALID',
      'dispatcher excludes proxy and caCerts: give them to the dispatcher, or leave it out.',
    )
  }
  const { url, auth, proxy: givenProxy, ...rest } = parsed.data
  const proxy = givenProxy === undefined ? undefined : parseProxy(givenProxy)
  const address = parseSiteUrl(url)
  const authParams = parseAuth(auth)
  const { script_key, user_login, user_password, auth_token, session_token } = authParams
  const redactor = createRedactor([
    script_key,
    user_password,
    auth_token,
    session_token,
    address.basicPassword,
    address.authorization,
    address.authorization?.slice('Basic '.length),
    ...(proxy?.secrets ?? []),
  ])
  const login = typeof user_login === 'string' ? user_login : undefined
  return { ...rest, proxy, address, authParams, login, usesPassword: login !== undefined, redactor }
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

/**
 * The authentication object, by the kind of credentials.
 *
 * @throws {SiteUsageError} `SITE_OPTION_INVALID`
 */
export function parseAuth(auth: Readonly<Record<string, unknown>>): AuthParams {
  const given = Object.entries(auth).filter(([key, value]) => key !== 'authToken' || value !== undefined)
  const keys = given
    .map(([key]) => key)
    .sort()
    .join(', ')
  const values = given.map(([, value]) => value)
  if (values.every((value) => typeof value === 'string' && value !== '')) {
    const take = (key: string): string => String(auth[key])
    if (keys === 'scriptKey, scriptName') return { script_name: take('scriptName'), script_key: take('scriptKey') }
    if (keys === 'login, password') return { user_login: take('login'), user_password: take('password') }
    if (keys === 'authToken, login, password') {
      return { user_login: take('login'), user_password: take('password'), auth_token: take('authToken') }
    }
    // An expired token would otherwise act as nobody.
    if (keys === 'sessionToken') return { session_token: take('sessionToken'), reject_if_expired: true }
  }
  throw new SiteUsageError(
    'SITE_OPTION_INVALID',
    `auth has ${keys === '' ? 'no keys' : `the keys ${keys}`}: expected { scriptName, scriptKey }, { login, password }, ` +
      '{ login, password, authToken } or { sessionToken }, each a text that is not empty. Take one kind of credentials and fill all of it in.',
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
