import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** The site understood the call and refused it: unknown field, bad value, failed validation. */
export class SiteFaultError extends SiteError {
  override readonly name = 'SiteFaultError'
  declare readonly kind: 'fault'
  declare readonly code: CodeOf<'fault'>
  /** The site's own number: 103 malformed, 104 operation failed, others rare. */
  readonly siteCode: number | undefined

  constructor(code: CodeOf<'fault'>, message: string, options: ErrorOptions & { siteCode: number | undefined }) {
    super(code, message, options)
    this.siteCode = options.siteCode
  }
}
