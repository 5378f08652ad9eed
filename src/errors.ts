/**
 * Every error that a person may meet: HTTP status and what to do next. Codes are public: docs/errors.md lists them,
 * logs and scripts lean on them, and a retired one is never used again.
 */
export const errorTable = {
  SETTINGS_INVALID: {
    status: 500,
    hint: 'Mend the settings named above, in the environment or in .env, and start again.',
  },
  SANDBOX_EXPOSED: {
    status: 500,
    hint: 'Set SHOTGRID_URL, SHOTGRID_SCRIPT_NAME, SHOTGRID_SCRIPT_KEY and AMIABLE_SECRET to serve a real site, or take the settings named above away to use the sandbox.',
  },
  SECRET_MISSING: {
    status: 500,
    hint: 'Make one with: node -e "console.log(crypto.randomBytes(32).toString(\'base64url\'))" and set it as AMIABLE_SECRET.',
  },
  PORT_IN_USE: { status: 500, hint: 'Stop the other program, or choose another port with PORT or SANDBOX_PORT.' },
  STORE_LOCKED: {
    status: 500,
    hint: 'One server at a time uses a data folder, also with PostgreSQL. Stop the other one, or choose another folder with AMIABLE_DATA.',
  },
  STORE_UNREACHABLE: { status: 500, hint: 'Check DATABASE_URL and that PostgreSQL answers there.' },
  STORE_LOST: {
    status: 500,
    hint: 'Start the server again: what was recorded is kept, and runs that were under way end as interrupted. If it happens again, use PostgreSQL with DATABASE_URL.',
  },
  SANDBOX_FAILED: { status: 500, hint: 'Read the lines above, or start it alone to see more: npx amiable sandbox' },
  SEED_INVALID: { status: 500, hint: 'Mend the file; docs/sandbox.md shows one. Nothing was started.' },
  SERVER_UNREACHABLE: { status: 502, hint: 'Start the server with: npm start' },
  CERTIFICATE_UNTRUSTED: {
    status: 502,
    hint: 'If an authority of the studio issued it, name the file of the authority’s own certificate in NODE_EXTRA_CA_CERTS: in the environment, for Node reads it before .env is read.',
  },
  HANDLERS_FOLDER_MISSING: {
    status: 500,
    hint: 'Make the folder, or name another one with AMIABLE_HANDLERS; docs/handlers.md has a handler to copy into it.',
  },
  MENU_INVALID: {
    status: 500,
    hint: 'Mend the handlers named above, or make on the site what they name, then run it again.',
  },
  MENU_UNCERTAIN: {
    status: 502,
    hint: 'Run "npx amiable register" again: it looks at the site first, and does only what is missing.',
  },
  HANDLERS_FOLDER_TOO_LARGE: {
    status: 500,
    hint: 'Keep what is no code, data or template of handlers elsewhere, or in a folder whose name begins with a dot.',
  },
  ROLLBACK_IMPOSSIBLE: {
    status: 409,
    hint: 'Nothing was changed. Mend the files, or bring them back with git: the server takes them by itself, or with "npx amiable reload".',
  },
  VERSION_REFUSED: {
    status: 409,
    hint: 'Mend the files named above. What was served before is still served.',
  },
  FILE_EXISTS: { status: 409, hint: 'Nothing was written. Choose another name, or move what is there away.' },
  TYPES_OUTDATED: { status: 409, hint: 'Make it anew with: npx amiable types' },
  HANDLER_NOT_FOUND: {
    status: 404,
    hint: 'Whoever looks after this menu item can compare its URL with the list that "npx amiable list" prints.',
  },
  HANDLER_BROKEN: {
    status: 503,
    hint: 'Ask whoever looks after this menu item: the reason stands on the dashboard and in the log.',
  },
  NOT_A_FORM: {
    status: 415,
    hint: 'Action menu items send application/x-www-form-urlencoded. Use the menu, or "npx amiable click" from a terminal.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, hint: 'Select fewer entities, or use the item on a page with fewer rows.' },
  PAYLOAD_TOO_MANY_FIELDS: { status: 413, hint: 'Use the item on a page that shows fewer columns.' },
  PAYLOAD_INVALID: { status: 400, hint: 'Go back to the page on the site, reload it, and use the menu item again.' },
  PAYLOAD_AMBIGUOUS: { status: 400, hint: 'Go back to the page on the site, reload it, and use the menu item again.' },
  SIGNATURE_MISSING: {
    status: 401,
    hint: 'Whoever looks after the menu item has to paste the secret token that "npx amiable token" prints into it.',
  },
  SIGNATURE_MISMATCH: {
    status: 401,
    hint: 'Whoever looks after the menu item has to paste the secret token that "npx amiable token" prints into it again.',
  },
  CLICK_STALE: { status: 403, hint: 'Go back to the page on the site and use the menu item again.' },
  SITE_WRONG: {
    status: 403,
    hint: 'If that is another name of the same site, whoever runs this server adds it to SHOTGRID_HOSTNAMES. Otherwise this menu item belongs to another server.',
  },
  ENTITY_TYPE_WRONG: { status: 422, hint: 'Use the item on a page of the right kind.' },
  CLICK_NEEDED: {
    status: 405,
    hint: 'Use it from the right-click menu of the site, or with "npx amiable click" from a terminal.',
  },
  SELECTION_EMPTY: { status: 422, hint: 'Go back, select at least one row, and use the menu item again.' },
  SELECTION_WRONG_SIZE: { status: 422, hint: 'Go back, change the selection, and use the menu item again.' },
  ANSWER_NEEDED: { status: 409, hint: 'Add --yes if that is what you want.' },
  PARAMS_INVALID: { status: 422, hint: 'Correct what is marked, and send the form again.' },
  LIGHT_PAYLOAD_UNKNOWN: { status: 404, hint: 'Go back to the page on the site and use the menu item again.' },
  LIGHT_PAYLOAD_USED: {
    status: 409,
    hint: 'Look for the page that it opened, or go back to the site and use the menu item again.',
  },
  FORM_NOT_FOUND: { status: 404, hint: 'Check that the address is whole, or use the menu item again.' },
  FORM_EXPIRED: { status: 410, hint: 'Go back to the page on the site and use the menu item again.' },
  ACCESS_DENIED: {
    status: 403,
    hint: 'Ask somebody of a group that may, or an administrator of the site to change your permission group.',
  },
  PROJECT_WRONG: { status: 403, hint: 'Use it in a project that it is made for, on entities of that project alone.' },
  SITE_UNREACHABLE: {
    status: 502,
    hint: 'Wait a moment and use the menu item again. If it stays, whoever runs this server finds the reason in its log.',
  },
  RATE_LIMITED: { status: 429, hint: 'Wait a moment and try again.' },
  SERVER_BUSY: { status: 503, hint: 'Nothing was started. Wait a moment and use the menu item again.' },
  FILTER_INVALID: { status: 400, hint: 'Choose from the lists on the page of runs, or begin again with all runs.' },
  PAGE_NOT_FOUND: { status: 404, hint: 'Check the address, or begin at the dashboard.' },
  RUN_NOT_FOUND: { status: 404, hint: 'Check that the address is whole, or use the menu item again.' },
  ARTIFACT_GONE: { status: 410, hint: 'Use the menu item again to make it anew.' },
  RUN_FAILED: { status: 500, hint: 'Show this page to whoever looks after the menu item.' },
  RUN_TIMEOUT: {
    status: 500,
    hint: 'Select fewer entities, or ask whoever looks after the menu item to raise its time limit.',
  },
  RUN_OUT_OF_MEMORY: {
    status: 500,
    hint: 'Select fewer entities, or ask whoever looks after the menu item to raise its memory limit.',
  },
  RUN_CRASHED: { status: 500, hint: 'Show this page to whoever looks after the menu item.' },
  RUN_CANCELLED: {
    status: 409,
    hint: 'Look at what it may have done already. To have it after all, use the menu item again.',
  },
  RUN_INTERRUPTED: {
    status: 500,
    hint: 'It is not repeated by itself. Look at what it may have done already, then use the menu item again.',
  },
  RESULT_INVALID: {
    status: 500,
    hint: 'Whoever wrote the menu item has to return page(), html(), message(), file(), pdf(), csv(), redirect() or nothing.',
  },
  INTERNAL: { status: 500, hint: 'Try again. If it stays, give the number below to whoever runs this server.' },
} as const satisfies Record<string, { status: number; hint: string }>

export type ErrorCode = keyof typeof errorTable

export const errorCodes = Object.keys(errorTable) as ErrorCode[]

/** An error with a code of the table. Its message says what happened and what was expected; the hint says what to do next. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }

  get status(): number {
    return errorTable[this.code].status
  }

  get hint(): string {
    return errorTable[this.code].hint
  }
}

/** What was thrown, as an Error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(typeof thrown === 'string' ? thrown : `thrown: ${String(thrown)}`)
}
