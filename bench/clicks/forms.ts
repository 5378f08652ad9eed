import { randomUUID } from 'node:crypto'
import { secretTokenOf, signatureOf } from '../../src/ami/signature.ts'

/** A click's form as a site posts it: three of twelve Versions selected, every field filled in, signed, unlike any other. */
export function signedForm(handler: string, secret: string, nowMs: number): string {
  const pairs: [string, string][] = [
    ['user_id', '61'],
    ['user_login', 'admin'],
    ['entity_type', 'Version'],
    ['selected_ids', '3,4,5'],
    ['ids', '1,2,3,4,5,6,7,8,9,10,11,12'],
    ['title', 'All Versions'],
    ['page_id', '1353'],
    ['server_hostname', '127.0.0.1'],
    ['referrer_path', '/page/1353'],
    ['session_uuid', randomUUID()],
    ['cols', 'code,image,sg_status_list,sg_task,user'],
    ['column_display_names', 'Version Name,Thumbnail,Status,Task,Artist'],
    ['view', 'Default'],
    ['sort_column', 'created_at'],
    ['sort_direction', 'desc'],
    ['project_name', 'Lighthouse'],
    ['project_id', '12'],
    ['timestamp', new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z')],
  ]
  const signature = signatureOf(pairs, secretTokenOf(handler, { secret, environment: 'main' }))
  return new URLSearchParams([...pairs, ['signature', signature]]).toString()
}
