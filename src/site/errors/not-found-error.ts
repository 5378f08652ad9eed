import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The entity or file does not exist. */
export class SiteNotFoundError extends SiteError {
  override readonly name = 'SiteNotFoundError'
  declare readonly kind: 'notFound'
  declare readonly code: CodeOf<'notFound'>

  constructor(code: CodeOf<'notFound'>, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}
