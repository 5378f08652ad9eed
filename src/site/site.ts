import { createActivityStreams } from './activity-stream.ts'
import { openConnection, type Scope } from './connection.ts'
import { createDownloader } from './download.ts'
import { resolveFileUrl } from './file-source.ts'
import { createFollowing } from './following.ts'
import { createInfo } from './info.ts'
import { createLocalFiles } from './local-files.ts'
import { createNavigation } from './navigation.ts'
import { createNoteThreads } from './note-thread.ts'
import type { SiteOptions, SiteOverrides } from './options.ts'
import type { DatesOption } from './own-schema.ts'
import { createReader } from './read.ts'
import type { SiteInfo } from './result-types.ts'
import { createSchemaReads } from './schema.ts'
import { createSchemaWrites } from './schema-writes.ts'
import { createSessionToken, withSignIn } from './session-token.ts'
import { createSessions } from './sessions.ts'
import { parseOverrides, parseSiteOptions } from './settings.ts'
import type { Shared } from './shared.ts'
import type { Site } from './site-type.ts'
import { createStudio } from './studio.ts'
import { createSummarizer } from './summarize.ts'
import { createTextSearch } from './text-search.ts'
import { downloadThumbnail } from './thumbnail.ts'
import type { LooseSchema } from './types.ts'
import { createUploads } from './uploads.ts'
import { createWorkSchedule } from './work-schedule.ts'
import { createWriter } from './write.ts'

/**
 * A client for one site. Nothing is sent until the first call; {@link connect} asks the site at once.
 *
 * @throws {SiteUsageError} `SITE_OPTION_INVALID`
 * @example
 * await using site = createSite({ url: 'https://example.shotgrid.autodesk.com', auth: { scriptName, scriptKey } })
 */
export function createSite<S = LooseSchema>(options: SiteOptions & DatesOption<S>): Site<S>
export function createSite(options: SiteOptions): Site {
  return openSite(options).site
}

function openSite(options: SiteOptions): { site: Site; scope: Scope } {
  const settings = parseSiteOptions(options)
  const connection = withSignIn(openConnection(settings))
  const scope: Scope = {
    connection,
    sessionUuid: settings.sessionUuid,
    sudoAsLogin: settings.sudoAsLogin,
    timeoutMs: settings.timeoutMs,
    signals: settings.signal === undefined ? [] : [settings.signal],
    ledgers: settings.ledger === undefined ? undefined : [settings.ledger],
  }
  const shared = { info: createInfo(connection), sessionToken: createSessionToken(scope) }
  return { site: buildSite(scope, shared, connection.close), scope }
}

/**
 * A client for one site that has answered: a wrong address or an unreachable site shows here, and so does a one-time
 * code that is wrong.
 *
 * @throws {SiteError}
 * @example
 * await using site = await connect({ url, auth: { scriptName, scriptKey } })
 */
export async function connect<S = LooseSchema>(options: SiteOptions & DatesOption<S>): Promise<Site<S>>
export async function connect(options: SiteOptions): Promise<Site> {
  const { site, scope } = openSite(options)
  try {
    await Promise.all([site.info(), scope.connection.signIn?.(scope, {})])
    return site
  } catch (error) {
    await site.close()
    throw error
  }
}

type SharedAnswers = { readonly info: Shared<SiteInfo>; readonly sessionToken: Shared<string> }

/** The public face of a scope. It holds functions only: there is nothing in it to print. */
function buildSite(scope: Scope, shared: SharedAnswers, close: () => Promise<void>): Site {
  const { address } = scope.connection.settings
  const reader = createReader(scope, shared.info)
  const writer = createWriter(scope)
  const downloader = createDownloader(scope, shared.sessionToken)
  return Object.freeze({
    url: address.display,
    ...reader,
    ...writer,
    ...createSessions(scope),
    ...createLocalFiles(scope, reader),
    ...createWorkSchedule(scope),
    ...createStudio(scope, reader),
    ...createSummarizer(scope),
    ...createFollowing(scope),
    ...createNoteThreads(scope),
    ...createActivityStreams(scope),
    ...createTextSearch(scope),
    ...createNavigation(scope),
    ...createUploads(scope, shared.info),
    schema: { ...createSchemaReads(scope), ...createSchemaWrites(scope) },
    info: (options = {}) => shared.info.get(scope, options),
    download: (source, options) => downloader.toBytes(source, options),
    downloadStream: (source, options) => downloader.toStream(source, options),
    downloadTo: (path, source, options) => downloader.toFile(path, source, options),
    downloadUrl: (source) => resolveFileUrl(source, address.origin).href,
    downloadThumbnail: (source, options) =>
      downloadThumbnail({ reader, downloader, siteUrl: address.origin }, source, options),
    with: (overrides) => derive(scope, shared, overrides),
    close,
    [Symbol.asyncDispose]: close,
  } satisfies Site)
}

/** Another scope on the same connection. Only acting as somebody else needs a session of its own. */
function derive(scope: Scope, shared: SharedAnswers, overrides: SiteOverrides): Site {
  const { sessionUuid, sudoAsLogin, timeoutMs, signal, ledger } = parseOverrides(overrides)
  const derived: Scope = {
    connection: scope.connection,
    sessionUuid: sessionUuid ?? scope.sessionUuid,
    sudoAsLogin: sudoAsLogin ?? scope.sudoAsLogin,
    timeoutMs: timeoutMs ?? scope.timeoutMs,
    signals: signal === undefined ? scope.signals : [...scope.signals, signal],
    ledgers: ledger === undefined ? scope.ledgers : [...(scope.ledgers ?? []), ledger],
  }
  const samePerson = derived.sudoAsLogin === scope.sudoAsLogin
  const sessionToken = samePerson ? shared.sessionToken : createSessionToken(derived)
  return buildSite(derived, { info: shared.info, sessionToken }, async () => {})
}
