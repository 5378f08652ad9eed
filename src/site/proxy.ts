import { readFileSync } from 'node:fs'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { SiteUsageError } from './errors/index.ts'
import type { ProxyOptions } from './options.ts'

const DEFAULT_PORT = 8080 // of the Python client, where no scheme is given
const MAX_TUNNEL_MS = 30_000 // for a proxy to reach the site; a call may give up earlier

/** A proxy as undici takes it, and what of it must not be shown. */
export type ParsedProxy = {
  readonly http: string | undefined
  readonly https: string | undefined
  readonly except: string
  readonly secrets: readonly string[]
}

type GivenProxy = { readonly [K in keyof ProxyOptions]: ProxyOptions[K] | undefined }

/** @throws {SiteUsageError} `SITE_OPTION_INVALID`; never quotes user info */
export function parseProxy(proxy: string | GivenProxy): ParsedProxy {
  const given = typeof proxy === 'string' ? { http: proxy, https: proxy } : proxy
  const http = given.http === undefined ? undefined : parseProxyUrl(given.http, 'proxy')
  const https = given.https === undefined ? undefined : parseProxyUrl(given.https, 'proxy')
  return {
    http: http?.href,
    https: https?.href,
    except: given.except ?? '',
    secrets: [...(http?.secrets ?? []), ...(https?.secrets ?? [])],
  }
}

/**
 * `http://user:password@proxy:3128`, where special characters are percent-encoded, or as the Python client takes it,
 * `user:password@proxy:3128`, taken as it stands up to the last `@`.
 *
 * @throws {SiteUsageError} `SITE_OPTION_INVALID`; never quotes user info
 */
export function parseProxyUrl(text: string, where: string): { href: string; secrets: readonly string[] } {
  const hasScheme = text.includes('://')
  const url = URL.parse(hasScheme ? text : `http://${encodeUserInfo(text)}`)
  if (url === null || url.hostname === '' || !/^https?:$/.test(url.protocol) || /[^/]/.test(url.pathname)) {
    throw new SiteUsageError(
      'SITE_OPTION_INVALID',
      `${where} is not the address of a proxy: expected one like http://proxy.example:3128, with http:// or https://.`,
    )
  }
  // A port that is the scheme's own disappears from a URL, so the text says whether there was one.
  if (!hasScheme && !/:\d+\/?$/.test(text)) url.port = String(DEFAULT_PORT)
  const [user, password] = [decode(url.username), decode(url.password)]
  const token = Buffer.from(`${user}:${password}`).toString('base64')
  return { href: url.href, secrets: password === '' ? [] : [password, url.password, token] }
}

/** User info that is not encoded, made part of a URL. */
function encodeUserInfo(text: string): string {
  const at = text.lastIndexOf('@')
  if (at < 0) return text
  const [user = '', ...password] = text.slice(0, at).split(':')
  return `${encodeURIComponent(user)}:${encodeURIComponent(password.join(':'))}@${text.slice(at + 1)}`
}

/**
 * What to believe besides the authorities that Node knows: PEM text, or a file of it, read now.
 *
 * @throws {SiteUsageError} `SITE_OPTION_INVALID`
 */
export function readAuthorities(caCerts: string): SecureContext {
  const isText = caCerts.includes('-----BEGIN')
  const where = isText ? 'caCerts' : `caCerts, the file ${caCerts},`
  try {
    const pem = isText ? caCerts : readFileSync(caCerts, 'utf8')
    if (!pem.includes('-----BEGIN')) throw new Error('there is no -----BEGIN CERTIFICATE----- in it')
    // One context for all connections: to read some hundred authorities for each would cost more than the handshake.
    return createSecureContext({ ca: [...getCACertificates('default'), pem] })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SiteUsageError('SITE_OPTION_INVALID', `${where} cannot be used: ${reason}. Expected PEM certificates.`, {
      cause,
    })
  }
}

export type SocketOptions = {
  readonly connections: number
  readonly proxy: ParsedProxy | undefined
  readonly authorities: SecureContext | undefined
}

/** A pool of sockets; whoever opens it closes it. */
export function openSockets({ connections, proxy, authorities }: SocketOptions): Dispatcher {
  const tls = { allowH2: false, ...(authorities !== undefined && { secureContext: authorities }) }
  if (proxy === undefined) return new Agent({ connections, allowH2: false, connect: tls })
  // '' is no proxy; undefined would let undici look into the environment.
  return new EnvHttpProxyAgent({
    connections,
    allowH2: false,
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    httpProxy: proxy.http ?? '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.except,
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: MAX_TUNNEL_MS }),
  })
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
