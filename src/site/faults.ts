import {
  SiteAuthenticationError,
  type SiteError,
  SiteFaultError,
  SiteNotFoundError,
  SitePermissionError,
} from './errors/index.ts'

export type Fault = {
  readonly errorCode: number | undefined
  /** As the site wrote it, fit for showing. */
  readonly message: string
  /** The call, for people: `read of Version`. */
  readonly what: string
  /** Did the call carry a login and a password? */
  readonly usesPassword: boolean
}

// The site gives all of these the codes 103 and 104; nothing but the text tells them apart.
const missingEntity = /Entity of type \[[^\]]*\] with id=\S+ does not exist/
const missingPermission =
  /does not have permission to|can not be (accessed|deleted|created|edited) by this user|not editable for this user/

/** The error for a refusal that the site itself sent. */
export function buildFault({ errorCode, message, what, usesPassword }: Fault): SiteError {
  const text = `The site refused the ${what}: ${message}`
  switch (errorCode) {
    case 102:
      return new SiteAuthenticationError('SITE_AUTHENTICATION_FAILED', text, { siteCode: errorCode })
    case 106:
      return new SiteAuthenticationError('SITE_TWO_FACTOR_REQUIRED', text, { siteCode: errorCode })
    case 108:
    case 110:
      // Also used for other refusals, which can reach only those who did not sign in with a password.
      if (usesPassword) return new SiteAuthenticationError('SITE_PASSWORD_NOT_ALLOWED', text, { siteCode: errorCode })
      return new SiteFaultError('SITE_VALIDATION_FAILED', text, { siteCode: errorCode })
  }
  if (missingEntity.test(message)) return new SiteNotFoundError('SITE_ENTITY_NOT_FOUND', text)
  if (missingPermission.test(message)) return new SitePermissionError('SITE_PERMISSION_DENIED', text)
  if (errorCode === 103) return new SiteFaultError('SITE_REQUEST_REFUSED', text, { siteCode: errorCode })
  if (errorCode === 104) return new SiteFaultError('SITE_VALIDATION_FAILED', text, { siteCode: errorCode })
  return new SiteFaultError('SITE_FAULT', text, { siteCode: errorCode })
}
