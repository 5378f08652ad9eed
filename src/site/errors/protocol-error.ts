import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** Something answered, but not as a ShotGrid site does. */
export class SiteProtocolError extends SiteError {
  override readonly name = 'SiteProtocolError'
  declare readonly kind: 'protocol'
  declare readonly code: CodeOf<'protocol'>
  /** The HTTP status of the answer, when there was one. */
  readonly status: number | undefined

  constructor(code: CodeOf<'protocol'>, message: string, options?: ErrorOptions & { status?: number | undefined }) {
    super(code, message, options)
    this.status = options?.status
  }
}
