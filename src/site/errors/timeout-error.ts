import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The deadline of the call passed. */
export class SiteTimeoutError extends SiteError {
  override readonly name = 'SiteTimeoutError'
  declare readonly kind: 'timeout'
  declare readonly code: CodeOf<'timeout'>

  constructor(code: CodeOf<'timeout'>, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}
