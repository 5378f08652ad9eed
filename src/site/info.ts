import { z } from 'zod'
import type { Connection, Scope } from './connection.ts'
import { SiteProtocolError } from './errors/index.ts'
import type { SiteInfo } from './result-types.ts'
import { callSite } from './rpc.ts'
import { createShared, type Shared } from './shared.ts'

const DEFAULT_PAGE_SIZE = 500 // when the site names none

const InfoAnswer = z.looseObject({
  // A fourth item "Dev" marks a development server.
  version: z.tuple([z.int(), z.int(), z.int()], z.unknown()),
  full_version: z.array(z.union([z.int(), z.string()])).nullish(),
  user_authentication_method: z.string().nullish(),
  api_max_entities_per_page: z.int().min(0).nullish(),
})

/** What the site says about itself, asked once per connection and without credentials. */
export function createInfo(connection: Connection): Shared<SiteInfo> {
  const scope: Scope = {
    connection,
    sessionUuid: undefined,
    sudoAsLogin: undefined,
    timeoutMs: connection.settings.timeoutMs,
    signals: [],
  }
  return createShared('The info call', async () => {
    const results = await callSite(scope, { method: 'info', what: 'info call', repeatable: true, anonymous: true })
    return parseInfo(results)
  })
}

/** @throws {SiteProtocolError} when it is not what a site says, or the site is too old */
export function parseInfo(results: unknown): SiteInfo {
  const parsed = InfoAnswer.safeParse(results)
  if (!parsed.success) {
    throw new SiteProtocolError(
      'SITE_ANSWER_INVALID',
      'The info call was answered without a version number: expected the answer of a ShotGrid site.',
      { cause: parsed.error },
    )
  }
  const { version: versionItems, full_version, user_authentication_method, api_max_entities_per_page } = parsed.data
  const [major, minor, patch, mark] = versionItems
  if (major < 7 || (major === 7 && minor < 4)) {
    throw new SiteProtocolError(
      'SITE_TOO_OLD',
      `The site is version ${major}.${minor}.${patch}: expected 7.4 or newer.`,
    )
  }
  return {
    version: [major, minor, patch],
    fullVersion: (full_version ?? [major, minor, patch]).join('.'),
    isDevelopment: mark === 'Dev',
    userAuthenticationMethod: user_authentication_method ?? undefined,
    maxEntitiesPerPage: api_max_entities_per_page || DEFAULT_PAGE_SIZE,
    raw: parsed.data,
  }
}
