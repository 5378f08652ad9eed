import { isIP } from 'node:net'
import { z } from 'zod'

const whole = (least: number, most: number, what = 'a whole number') => {
  const error = `expected ${what} from ${least} to ${most}`
  return z.coerce.number({ error }).refine((value) => Number.isInteger(value) && value >= least && value <= most, error)
}

/** 0 is for ever. */
const days = () => whole(0, 36_500, 'a whole number of days')

const port = () => whole(1, 65_535, 'a port number')

const httpUrl = (example: string) =>
  z.url({ protocol: /^https?$/, error: `expected an http or https address, such as ${example}` })

const listOf = (isItem: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine((items) => items.every(isItem), error)

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** The variables of the environment that Amiable reads, each by itself; what belongs together is checked where they become settings. */
export const Environment = z.object({
  SHOTGRID_URL: httpUrl('https://studio.shotgrid.autodesk.com').optional(),
  SHOTGRID_SCRIPT_NAME: z.string().optional(),
  SHOTGRID_SCRIPT_KEY: z.string().optional(),
  AMIABLE_SECRET: z.string().min(16, 'expected at least 16 characters, better 32 random bytes').optional(),
  AMIABLE_SECRET_PREVIOUS: z.string().min(16, 'expected the earlier AMIABLE_SECRET, at least 16 characters').optional(),
  SHOTGRID_HOSTNAMES: listOf(
    (one) => /^[\w.-]+(:\d+)?$/.test(one),
    'expected host names separated by commas',
  ).optional(),
  AMIABLE_ENV: z
    .string()
    .regex(/^[\w.-]+$/, 'expected a short name of letters, digits, dots, dashes, such as "main" or "staging"')
    .default('main'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port().default(8800),
  SANDBOX_PORT: port().default(8810),
  AMIABLE_TLS_CERT: z.string().optional(),
  AMIABLE_TLS_KEY: z.string().optional(),
  AMIABLE_TRUST_PROXY: listOf(
    isProxy,
    'expected addresses or networks of proxies separated by commas, such as 10.0.0.0/8, or "loopback"',
  ).optional(),
  AMIABLE_PUBLIC_URL: httpUrl('https://amiable.studio.example')
    .refine(isOrigin, 'expected an address without a path, such as https://amiable.studio.example')
    .optional(),
  AMIABLE_HANDLERS: z.string().optional(),
  AMIABLE_WATCH: z.enum(['on', 'poll', 'off'], { error: 'expected on, poll or off' }).default('on'),
  AMIABLE_DATA: z.string().default('.amiable'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgres:// address' }).optional(),
  AMIABLE_TIME_ZONE: z.string().refine(isTimeZone, 'expected an IANA time zone, such as Europe/Paris').optional(),
  LOG_LEVEL: z.enum(logLevels, { error: `expected one of ${logLevels.join(', ')}` }).default('info'),
  AMIABLE_MAX_CLICK_AGE: whole(1, 86_400, 'a whole number of seconds').default(60),
  AMIABLE_GRACE_MS: whole(0, 30_000, 'a whole number of milliseconds').default(1000),
  AMIABLE_SLOTS: whole(1, 64).default(4),
  AMIABLE_RATE_LIMIT: whole(0, 1_000_000).default(600),
  AMIABLE_KEEP_RUNS: days().default(90),
  AMIABLE_KEEP_LOGS: days().default(90),
  AMIABLE_KEEP_FILES: days().default(14),
})
export type Environment = z.infer<typeof Environment>

/** An address, a network, or one of the names that Fastify knows for the usual ones. */
function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [, address = '', bits] = /^([\da-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && Number(bits ?? 1) >= 1 && Number(bits ?? 1) <= (family === 4 ? 32 : 128)
}

/** Addresses of runs, forms and style sheets begin at the root: a server below a path needs a name of its own. */
function isOrigin(address: string): boolean {
  const url = URL.parse(address)
  return url === null || (url.pathname === '/' && url.search === '' && url.hash === '')
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
