import { SiteUsageError } from './errors/index.ts'
import type { ProxyOptions, SiteOptions } from './options.ts'
import { parseProxyUrl } from './proxy.ts'

/**
 * The options that the environment of a machine sets: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not, and
 * `SHOTGUN_API_CACERTS` and `SHOTGUN_API_RETRY_INTERVAL` (ms) as the Python client knows them. Nothing else reads
 * them: `createSite` never looks at the environment.
 *
 * @throws {SiteUsageError} `SITE_OPTION_INVALID`, naming the variable
 * @example
 * const site = createSite({ ...siteOptionsFromEnv(process.env), url, auth })
 */
export function siteOptionsFromEnv(
  env: Readonly<Record<string, string | undefined>>,
): Pick<SiteOptions, 'proxy' | 'caCerts' | 'retry'> {
  const proxy = readProxy(env)
  const caCerts = env.SHOTGUN_API_CACERTS
  const interval = env.SHOTGUN_API_RETRY_INTERVAL
  return {
    ...(proxy !== undefined && { proxy }),
    ...(caCerts && { caCerts }),
    ...(interval && { retry: readRetry(interval) }),
  }
}

function readProxy(env: Readonly<Record<string, string | undefined>>): ProxyOptions | undefined {
  const read = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined
  const [http, https, except] = [read('http_proxy'), read('https_proxy'), read('no_proxy')]
  if (http === undefined && https === undefined) return undefined
  if (http !== undefined) parseProxyUrl(http, 'HTTP_PROXY')
  if (https !== undefined) parseProxyUrl(https, 'HTTPS_PROXY')
  return {
    ...(http !== undefined && { http }),
    ...(https !== undefined && { https }),
    ...(except !== undefined && { except }),
  }
}

function readRetry(interval: string): { baseDelayMs: number; maxDelayMs: number } {
  const delayMs = Number(interval)
  if (!/^\d+$/.test(interval) || delayMs > 3_600_000) {
    throw new SiteUsageError(
      'SITE_OPTION_INVALID',
      `SHOTGUN_API_RETRY_INTERVAL is "${interval.slice(0, 40)}": expected whole milliseconds from 0 to 3600000.`,
    )
  }
  return { baseDelayMs: delayMs, maxDelayMs: Math.max(10_000, delayMs) }
}
