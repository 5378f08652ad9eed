import { SiteUsageError } from './errors/index.ts'

export type SiteAddress = {
  /** What people see: no user info, no trailing slash. */
  readonly display: string
  readonly origin: string
  /** Where API calls go: the path of the site up to its last `/`, lower-cased as the official client does. */
  readonly rpcPath: string
  /** `Basic …` when the address carries user info: an outer gate, nothing to do with API credentials. */
  readonly authorization: string | undefined
  readonly basicPassword: string | undefined
}

/** @throws {SiteUsageError} `SITE_OPTION_INVALID`; never quotes user info */
export function parseSiteUrl(text: string): SiteAddress {
  const url = URL.parse(text)
  if (url === null) {
    throw new SiteUsageError(
      'SITE_OPTION_INVALID',
      'url is not an address: expected one like https://example.shotgrid.autodesk.com.',
    )
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new SiteUsageError('SITE_OPTION_INVALID', `url starts with ${url.protocol}//: expected https:// or http://.`)
  }
  const prefix = url.pathname.slice(0, url.pathname.lastIndexOf('/')).toLowerCase()
  const hasUserInfo = url.username !== '' || url.password !== ''
  const userInfo = `${decode(url.username)}:${decode(url.password)}`
  return {
    display: `${url.origin}${prefix}`,
    origin: url.origin,
    rpcPath: `${prefix}/api3/json`,
    authorization: hasUserInfo ? `Basic ${Buffer.from(userInfo).toString('base64')}` : undefined,
    basicPassword: hasUserInfo ? decode(url.password) : undefined,
  }
}

/** An address fit for messages: without user info, and without the query, where storages put their signatures. */
export function displayUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a lone % is meant as it stands
  }
}
