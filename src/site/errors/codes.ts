/** Every kind of failure, and the codes in it. Codes are public: branch on them, never on a message. */
export type SiteErrorKind =
  | 'usage'
  | 'authentication'
  | 'permission'
  | 'notFound'
  | 'fault'
  | 'overload'
  | 'timeout'
  | 'transport'
  | 'protocol'
  | 'outcomeUnknown'

export const siteErrorTable = {
  SITE_OPTION_INVALID: { kind: 'usage', hint: 'Correct the option named in the message.' },
  SITE_FILTER_INVALID: { kind: 'usage', hint: 'Write conditions as [field, relation, value].' },
  SITE_VALUE_INVALID: {
    kind: 'usage',
    hint: 'Pass what the field takes: text, number, boolean, Date, link, list or null.',
  },
  SITE_CALL_INVALID: { kind: 'usage', hint: 'Correct the argument named in the message.' },
  SITE_CLOSED: { kind: 'usage', hint: 'Keep the site open until its last call has ended.' },
  SITE_AUTHENTICATION_FAILED: {
    kind: 'authentication',
    hint: 'Compare script name and key (or login, password, token) with the site. A key can only be read once, when it is made.',
  },
  SITE_TWO_FACTOR_REQUIRED: {
    kind: 'authentication',
    hint: 'Pass the one-time code as `authToken`, a new one each time, or use a script user or a session token.',
  },
  SITE_PASSWORD_NOT_ALLOWED: {
    kind: 'authentication',
    hint: 'The site signs people in elsewhere. Use a script user or a session token.',
  },
  SITE_PERMISSION_DENIED: {
    kind: 'permission',
    hint: 'Ask an admin of the site to give this script or person the permission named in the message.',
  },
  SITE_ACCESS_BLOCKED: {
    kind: 'permission',
    hint: 'Something before the site refused the request (firewall, proxy, IP list). Show the message to whoever runs it.',
  },
  SITE_FILE_REFUSED: {
    kind: 'permission',
    hint: 'Addresses of files expire within minutes: read the field again, then download.',
  },
  SITE_FILE_NOT_SCANNED: { kind: 'permission', hint: 'The malware scan is not done yet: try again in a minute.' },
  SITE_FILE_QUARANTINED: {
    kind: 'permission',
    hint: 'The malware scan refused this file. Upload it again from a clean source.',
  },
  SITE_STORAGE_REFUSED: {
    kind: 'permission',
    hint: 'The storage of the site refused the file; its message says why. Its addresses expire: start the upload again.',
  },
  SITE_ENTITY_NOT_FOUND: { kind: 'notFound', hint: 'Check the id; the entity may have been deleted for good.' },
  SITE_FILE_NOT_FOUND: {
    kind: 'notFound',
    hint: 'The attachment may not exist, or be a local file: look at its link_type and local_path.',
  },
  SITE_REQUEST_REFUSED: { kind: 'fault', hint: 'Check entity type, field names and value types against the schema.' },
  SITE_VALIDATION_FAILED: { kind: 'fault', hint: 'Correct the value that the site names in the message.' },
  SITE_THUMBNAIL_NOT_READY: {
    kind: 'fault',
    hint: 'The site is still making the picture of the source: share it again in a minute.',
  },
  SITE_FAULT: { kind: 'fault', hint: 'The site refused the call; its message says why.' },
  SITE_OVERLOADED: { kind: 'overload', hint: 'Try again later, with fewer calls at once (option `concurrency`).' },
  SITE_TIMEOUT: { kind: 'timeout', hint: 'Ask for less at once, or allow more time with `timeoutMs`.' },
  SITE_UNREACHABLE: {
    kind: 'transport',
    hint: 'Open the site in a browser on this machine; check name, network, proxy, certificate.',
  },
  SITE_CONNECTION_LOST: {
    kind: 'transport',
    hint: 'Try again. If it keeps happening, look for a proxy that cuts connections.',
  },
  SITE_GATEWAY_FAILED: {
    kind: 'transport',
    hint: 'The site is behind a gateway that got no answer from it. Try again later.',
  },
  SITE_CHECKSUM_MISMATCH: {
    kind: 'transport',
    hint: 'Upload the file again. If it keeps happening, look for a proxy that changes what passes through it.',
  },
  SITE_ANSWER_INVALID: {
    kind: 'protocol',
    hint: 'Check that `url` is the address of a ShotGrid site and that no proxy or login page answers in its place.',
  },
  SITE_ANSWER_TOO_LARGE: { kind: 'protocol', hint: 'Ask for less at once, or raise `maxResponseBytes` or `maxBytes`.' },
  SITE_REDIRECTED: { kind: 'protocol', hint: 'Set `url` to the address that the message names, if you trust it.' },
  SITE_STATUS_UNEXPECTED: { kind: 'protocol', hint: 'Check that `url` is the address of a ShotGrid site.' },
  SITE_TOO_OLD: { kind: 'protocol', hint: 'This client needs a site of version 7.4 or newer.' },
  SITE_OUTCOME_UNKNOWN: {
    kind: 'outcomeUnknown',
    hint: 'Find out on the site whether the change was made before you repeat the call; `attempted` says what to look for.',
  },
} as const satisfies Record<string, { kind: SiteErrorKind; hint: string }>

export type SiteErrorCode = keyof typeof siteErrorTable

/** The codes of one kind. */
export type CodeOf<K extends SiteErrorKind> = {
  [C in SiteErrorCode]: (typeof siteErrorTable)[C]['kind'] extends K ? C : never
}[SiteErrorCode]
