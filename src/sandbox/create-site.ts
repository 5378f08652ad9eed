import { type FileOptions, FileStore } from './files/file-store.ts'
import type { JsonObject } from './json.ts'
import type { EntityRef } from './refs.ts'
import { SiteFields } from './schema/site-fields.ts'
import { type OneTimeCodes, Sessions } from './sessions.ts'
import type { Actor, ActorOptions, SandboxSite } from './site.ts'
import { Follows } from './store/follows.ts'
import { Store } from './store/store.ts'
import { WorkDays } from './store/work-days.ts'

export type SiteOptions = {
  /** The site's clock; that of the machine unless given. */
  now?: () => Date
  /** Scheme, host and port that image URLs start with; else those of each request. */
  baseUrl?: string
  /** Keys that replace or extend the answer to `info`. */
  info?: JsonObject
  /** Keys that replace or extend the answer to `preferences_read`. */
  preferences?: JsonObject
  /** Where uploads are kept, and how much of them. */
  files?: FileOptions
  /** People who sign in with two factors, and their codes. */
  oneTimeCodes?: OneTimeCodes
}

/** A site with a schema and nothing in it, not even people. */
export function createSite(options: SiteOptions = {}): SandboxSite {
  const store = new Store()
  const fields = new SiteFields()
  const now = options.now ?? (() => new Date())
  const sessions = new Sessions(store, now, options.oneTimeCodes)
  return {
    schema: fields.schema,
    fields,
    follows: new Follows(),
    store,
    files: new FileStore(options.files ?? {}),
    workDays: new WorkDays(),
    info: { ...defaultInfo, ...options.info },
    preferences: { ...defaultPreferences, ...options.preferences },
    now,
    baseUrl: options.baseUrl?.replace(/\/+$/, ''),
    actorFor: (user, actorOptions) => actorFor(store, user, { baseUrl: options.baseUrl ?? '', ...actorOptions }),
    secretTokenOf: (actionMenuItemId) => {
      const token = store.findActive({ type: 'ActionMenuItem', id: actionMenuItemId })?.values.secret_token
      return typeof token === 'string' ? token : null
    },
    checkLogin: (login, password) => sessions.checkLogin(login, password),
    useOneTimeCode: (login, code) => sessions.useOneTimeCode(login, code),
    checkScript: (name, key) => sessions.checkScript(name, key),
    openSession: (user) => sessions.open(user),
    findSession: (token) => sessions.find(token),
    closeSession: (token) => sessions.close(token),
  }
}

function actorFor(store: Store, { type, id }: EntityRef, options: ActorOptions): Actor {
  const { sudoActualUser = null } = options
  const authenticated = sudoActualUser ?? { type, id }
  const script = authenticated.type === 'ApiUser' ? store.find('ApiUser', authenticated.id) : undefined
  return {
    user: { type, id },
    sessionUuid: options.sessionUuid ?? null,
    sudoActualUser,
    baseUrl: (options.baseUrl ?? '').replace(/\/+$/, ''),
    logsEvents: script?.values.generate_event_log_entries !== false,
  }
}

const defaultInfo: JsonObject = {
  full_version: [8, 89, 0, 0],
  version: [8, 89, 0],
  user_authentication_method: 'default',
  api_max_entities_per_page: 500,
  s3_direct_uploads_enabled: false,
  s3_enabled_upload_types: {},
  site_name: 'Sandbox',
}

const defaultPreferences: JsonObject = {
  date_component_order: 'month_day',
  duration_units: 'days',
  enable_rv_integration: false,
  enable_shotgun_review_for_rv: false,
  format_currency_fields_decimal_options: '$1,000.99',
  format_currency_fields_display_dollar_sign: false,
  format_currency_fields_negative_options: '- $1,000',
  format_date_fields: '08/04/22 OR 04/08/22 (depending on the Month order preference)',
  format_float_fields: '9,999.99',
  format_float_fields_rounding: '9.999999',
  format_footage_fields: '10-05',
  format_number_fields: '1,000',
  format_time_hour_fields: '24 hour',
  hours_per_day: 8,
  support_local_storage: true,
}
