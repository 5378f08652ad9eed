import { randomUUID } from 'node:crypto'
import { secretTokenOf, signatureOf } from '../ami/signature.ts'
import { AppError } from '../errors.ts'
import { isLink, type Site } from '../site/index.ts'

export interface ClickRequest {
  readonly handler: string
  readonly entityType: string
  readonly ids: readonly number[]
  /** Who clicks. */
  readonly login: string
  readonly nowMs: number
  readonly secret: string
  readonly environment: string
}

/** The signed form that a site would post, with person and project looked up there. */
export async function buildClickForm(site: Site, request: ClickRequest): Promise<URLSearchParams> {
  const user = await site.findOne('HumanUser', [['login', 'is', request.login]], ['login'])
  if (!user) throw new AppError('SETTINGS_INVALID', `The site has nobody with the login "${request.login}".`)
  const ids = request.ids.join(',')
  const project = await projectOf(site, request.entityType, request.ids)
  const pairs: [string, string][] = [
    ['user_id', String(user.id)],
    ['user_login', request.login],
    ['entity_type', request.entityType],
    ['selected_ids', ids],
    ['ids', ids],
    ['title', 'amiable click'],
    ['server_hostname', new URL(site.url).host],
    ['referrer_path', ''],
    ['session_uuid', randomUUID()],
    ['cols', 'code'],
    ['column_display_names', 'Name'],
    ['view', 'Default'],
    ...(project
      ? ([
          ['project_name', project.name],
          ['project_id', String(project.id)],
        ] satisfies [string, string][])
      : []),
    ['timestamp', new Date(request.nowMs).toISOString().replace(/\.\d+Z$/, 'Z')],
  ]
  return new URLSearchParams([...pairs, ['signature', signatureOf(pairs, secretTokenOf(request.handler, request))]])
}

/** The project of the selection, when it is one. Types without projects have none. */
async function projectOf(
  site: Site,
  entityType: string,
  ids: readonly number[],
): Promise<{ id: number; name: string } | undefined> {
  if (ids.length === 0) return undefined
  const rows = await site.find(entityType, [['id', 'in', [...ids]]], ['project'])
  const projects = new Map(rows.flatMap(({ project }) => (isLink(project) ? [[project.id, project] as const] : [])))
  const [only] = projects.values()
  return projects.size === 1 && only && rows.every(({ project }) => isLink(project))
    ? { id: only.id, name: only.name ?? '' }
    : undefined
}
