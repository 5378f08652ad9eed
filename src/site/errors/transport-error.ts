import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** No answer, or half of one. */
export class SiteTransportError extends SiteError {
  override readonly name = 'SiteTransportError'
  declare readonly kind: 'transport'
  declare readonly code: CodeOf<'transport'>
  /** False when the request certainly never left: no connection was made. */
  readonly sent: boolean

  constructor(code: CodeOf<'transport'>, message: string, options: ErrorOptions & { sent: boolean }) {
    super(code, message, options)
    this.sent = options.sent
  }
}
