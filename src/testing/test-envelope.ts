import { randomUUID } from 'node:crypto'
import type { Envelope } from '../handlers/envelope.ts'
import type { LoadedHandler } from '../handlers/executor/load.ts'
import { parseParams } from '../handlers/params/parse.ts'
import { findSelectionProject } from '../handlers/selection-project.ts'
import { createSite, type Site } from '../site/index.ts'
import { sharedSandbox } from './sandbox.ts'
import type { TestOptions } from './test-options.ts'

/** What a server would make of the click, with the checks that it does. @throws {TypeError} */
export async function buildTestEnvelope(
  loaded: LoadedHandler,
  options: TestOptions,
  scratch: string,
): Promise<Envelope> {
  const { handler, manifest } = loaded
  const selectedIds = options.selection ?? []
  const entityType = options.entityType ?? manifest.entityTypes?.[0] ?? 'Version'
  checkSelection(loaded, entityType, selectedIds)
  const params = await checkParams(loaded, options.params)
  const { url, scriptName, scriptKey } = options.site ?? (await sharedSandbox())
  await using site = createSite({ url, auth: { scriptName, scriptKey } })
  const user = await findUser(site, options.user ?? 'admin')
  const project =
    options.project === undefined ? await findSelectionProject(site, entityType, selectedIds) : options.project
  return {
    v: 1,
    runId: randomUUID(),
    handler: manifest.name,
    context: {
      entityType,
      selectedIds,
      pageIds: options.pageIds ?? selectedIds,
      user,
      page: { columns: [], sorts: [], groupings: [], ...options.page },
      sessionUuid: randomUUID(),
      serverHostname: new URL(url).host,
      payload: options.payload ?? {},
      ...(project ? { project } : {}),
    },
    ...(handler.params ? { params } : {}),
    env: Object.fromEntries((manifest.env ?? []).map((name) => [name, options.env?.[name] ?? ''])),
    site: { url, scriptName, scriptKey, ...(manifest.actAs === 'user' ? { sudoAsLogin: user.login } : {}) },
    scratch,
    attempt: 1,
    nowMs: options.nowMs ?? Date.now(),
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    timeoutMs: manifest.timeoutMs,
  }
}

function checkSelection({ manifest }: LoadedHandler, entityType: string, ids: readonly number[]): void {
  const { entityTypes, selection, title } = manifest
  if (entityTypes && !entityTypes.includes(entityType))
    throw new TypeError(`“${title}” does not work on ${entityType}: expected ${entityTypes.join(' or ')}.`)
  const { min, max = Number.POSITIVE_INFINITY } = selection
  if (ids.length >= min && ids.length <= max) return
  const expected = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`
  throw new TypeError(
    `“${title}” was given ${ids.length} selected entities: expected ${expected}. Name their ids with selection.`,
  )
}

async function checkParams(
  { handler, manifest }: LoadedHandler,
  params: TestOptions['params'] = {},
): Promise<Readonly<Record<string, unknown>>> {
  if (!handler.params) {
    if (Object.keys(params).length === 0) return params
    throw new TypeError(`“${manifest.title}” asks for nothing, but was given params.`)
  }
  const parsed = await parseParams(handler.params, manifest.params ?? [], params)
  if ('params' in parsed) return params
  const wrong = parsed.issues.map(({ field, message }) => `params${field === undefined ? '' : `.${field}`}: ${message}`)
  throw new TypeError(`“${manifest.title}” refuses what was filled in. ${wrong.join('; ')}`)
}

async function findUser(site: Site, user: NonNullable<TestOptions['user']>): Promise<{ id: number; login: string }> {
  if (typeof user === 'object') return user
  const found = await site.findOne('HumanUser', [['login', 'is', user]], ['login'])
  if (found) return { id: found.id, login: user }
  throw new TypeError(`The site has nobody with the login "${user}".`)
}
