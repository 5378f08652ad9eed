import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The credentials are good, but may not do this. */
export class SitePermissionError extends SiteError {
  override readonly name = 'SitePermissionError'
  declare readonly kind: 'permission'
  declare readonly code: CodeOf<'permission'>

  constructor(code: CodeOf<'permission'>, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}
