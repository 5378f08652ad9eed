import { secretTokenOf, signatureOf } from '../../src/ami/signature.ts'

export const testSecret = 'a-secret-for-tests-only'

/** The form of a click, signed as a site would; a field set to undefined is left out. */
export function amiForm(
  overrides: Readonly<Record<string, string | readonly string[] | undefined>> = {},
  { handler = 'hello', secret = testSecret, environment = 'main', nowMs = Date.now() } = {},
): string {
  const fields: Record<string, string | readonly string[] | undefined> = {
    user_id: '61',
    user_login: 'mira',
    entity_type: 'Version',
    selected_ids: '902,903',
    ids: '901,902,903,904',
    title: 'All Versions',
    page_id: '1353',
    server_hostname: 'studio.example.com',
    referrer_path: '/page/1353',
    session_uuid: '9f0c6d1e-0000-4000-8000-000000000001',
    cols: 'code,image,sg_status_list',
    column_display_names: 'Version Name,Thumbnail,Status',
    view: 'Default',
    sort_column: 'created_at',
    sort_direction: 'desc',
    project_name: 'Lighthouse',
    project_id: '12',
    timestamp: new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    ...overrides,
  }
  const pairs = Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return []
    return typeof value === 'string' ? [[name, value]] : value.map((one) => [name, one])
  })
  if (fields.signature === undefined)
    pairs.push(['signature', signatureOf(pairs, secretTokenOf(handler, { secret, environment }))])
  return new URLSearchParams(pairs).toString()
}
