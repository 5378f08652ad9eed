import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The site does not accept the credentials. */
export class SiteAuthenticationError extends SiteError {
  override readonly name = 'SiteAuthenticationError'
  declare readonly kind: 'authentication'
  declare readonly code: CodeOf<'authentication'>

  constructor(code: CodeOf<'authentication'>, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}
