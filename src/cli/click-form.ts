import { randomUUID } from 'node:crypto'
import { secretTokenOf, signatureOf } from '../ami/signature.ts'
import { AppError } from '../errors.ts'
import { findSelectionProject } from '../handlers/selection-project.ts'
import type { Site } from '../site/index.ts'

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
  const project = await findSelectionProject(site, request.entityType, request.ids)
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
