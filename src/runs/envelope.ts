import { AppError } from '../errors.ts'
import type { ClickContext, Envelope, SiteAccess } from '../handlers/envelope.ts'
import type { Manifest } from '../handlers/manifest.ts'

/** What handlers may be given beyond their click: script users and variables of the server's environment. */
export interface Grants {
  readonly site: SiteAccess
  /** Further script users by the name that handlers call them. */
  readonly scripts: Readonly<Record<string, { readonly scriptName: string; readonly scriptKey: string }>>
  /** Every name of a script user is the default one: in the sandbox, where nobody configures any. */
  readonly anyScript: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Settings of the server and its store that no handler is given. */
const OWN_SETTINGS = /^(SHOTGRID_SCRIPT_KEY|AMIABLE_|DATABASE_URL$|PG)/

/** Why a handler cannot be given what it asks for, if it cannot. */
export function grantProblem(
  { script, env = [] }: Pick<Manifest, 'script' | 'env'>,
  grants: Omit<Grants, 'site'>,
): string | undefined {
  const own = env.find((name) => OWN_SETTINGS.test(name))
  if (own) return `env names ${own}, which belongs to the server: handlers are never given it.`
  const missing = env.filter((name) => grants.environment[name] === undefined)
  if (missing.length > 0)
    return `env names ${missing.join(', ')}, not set in the server's environment: set it there or in .env, and start the server again.`
  if (script === undefined || grants.anyScript || Object.hasOwn(grants.scripts, script)) return undefined
  const suffix = script.toUpperCase().replaceAll('-', '_')
  return `script is "${script}", which is not configured: set SHOTGRID_SCRIPT_NAME_${suffix} and SHOTGRID_SCRIPT_KEY_${suffix}, and start the server again.`
}

/** @throws {AppError} `HANDLER_BROKEN` when it asks for what is not there */
export function buildEnvelope(
  run: {
    runId: string
    manifest: Manifest
    context: ClickContext
    params?: Readonly<Record<string, unknown>> | undefined
  },
  place: { scratch: string; timeoutMs: number; timeZone: string; grants: Grants },
): Envelope {
  const { manifest, context, params } = run
  const problem = grantProblem(manifest, place.grants)
  if (problem) throw new AppError('HANDLER_BROKEN', `${manifest.title}: ${problem}`)
  return {
    v: 1,
    runId: run.runId,
    handler: manifest.name,
    context,
    ...(params ? { params } : {}),
    env: Object.fromEntries((manifest.env ?? []).map((name) => [name, place.grants.environment[name] ?? ''])),
    site: accessOf(manifest, context, place.grants),
    scratch: place.scratch,
    attempt: 1,
    nowMs: Date.now(),
    timeZone: place.timeZone,
    timeoutMs: place.timeoutMs,
  }
}

function accessOf({ script, actAs }: Manifest, { user }: ClickContext, { site, scripts }: Grants): SiteAccess {
  const other = script === undefined ? undefined : scripts[script]
  return { ...site, ...other, ...(actAs === 'user' ? { sudoAsLogin: user.login } : {}) }
}

/** Texts of an envelope that must not come back through what a handler says. */
export function secretsOf({ site, env = {} }: Envelope): string[] {
  return [site.scriptKey, ...Object.values(env).filter((value) => value.length >= MIN_SECRET_CHARS)]
}

/** Shorter values ("1", "eu-west") would strike half of every log. */
const MIN_SECRET_CHARS = 8
