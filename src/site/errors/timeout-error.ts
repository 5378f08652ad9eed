import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The deadline of the call passed. */
export class SiteTimeoutError extends SiteError {
  override readonly name = 'SiteTimeoutError'
  declare readonly kind: 'timeout'
  declare readonly code: CodeOf<'timeout'>

  /** False when the request certainly never left: it was still waiting or connecting. */
  readonly sent: boolean

  constructor(code: CodeOf<'timeout'>, message: string, options: ErrorOptions & { sent: boolean }) {
    super(code, message, options)
    this.sent = options.sent
  }
}
