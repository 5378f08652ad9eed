import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The site does not accept the credentials. */
export class SiteAuthenticationError extends SiteError {
  override readonly name = 'SiteAuthenticationError'
  declare readonly kind: 'authentication'
  declare readonly code: CodeOf<'authentication'>

  /** The site's own number: 102, 106, 108, 110. Undefined when something before the site refused the call. */
  readonly siteCode: number | undefined

  constructor(code: CodeOf<'authentication'>, message: string, options: ErrorOptions & { siteCode?: number } = {}) {
    super(code, message, options)
    this.siteCode = options.siteCode
  }
}
