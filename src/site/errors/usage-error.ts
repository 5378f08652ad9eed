import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The call itself is wrong; nothing was sent. */
export class SiteUsageError extends SiteError {
  override readonly name = 'SiteUsageError'
  declare readonly kind: 'usage'
  declare readonly code: CodeOf<'usage'>

  constructor(code: CodeOf<'usage'>, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}
