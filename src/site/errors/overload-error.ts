import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The site is too busy, down for maintenance, or asks for fewer calls. */
export class SiteOverloadError extends SiteError {
  override readonly name = 'SiteOverloadError'
  declare readonly kind: 'overload'
  declare readonly code: CodeOf<'overload'>
  /** 429 (too many calls) or 503 (too busy, maintenance). */
  readonly status: number
  /** How long the site asks to wait, in ms. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: CodeOf<'overload'>,
    message: string,
    options: ErrorOptions & { status: number; retryAfterMs: number | undefined },
  ) {
    super(code, message, options)
    this.status = options.status
    this.retryAfterMs = options.retryAfterMs
  }
}
