import { type SiteErrorCode, type SiteErrorKind, siteErrorTable } from './codes.ts'

/**
 * What every call rejects with. `kind` and `code` are for programs, `message` and `hint` for people. Nothing in it
 * holds credentials.
 */
export class SiteError extends Error {
  override readonly name: string = 'SiteError'
  readonly kind: SiteErrorKind
  readonly code: SiteErrorCode
  /** What to do next. */
  readonly hint: string

  constructor(code: SiteErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.kind = siteErrorTable[code].kind
    this.hint = siteErrorTable[code].hint
  }
}
