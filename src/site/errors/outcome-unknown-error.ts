import type { CodeOf } from './codes.ts'
import { SiteError } from './site-error.ts'

/** One write whose answer was lost, without its values. */
export type AttemptedWrite = {
  readonly operation:
    | 'create'
    | 'update'
    | 'delete'
    | 'revive'
    | 'createField'
    | 'updateField'
    | 'deleteField'
    | 'follow'
    | 'unfollow'
    | 'updateWorkSchedule'
    | 'updateLastAccessed'
    | 'createSubscription'
    | 'upload'
    | 'shareThumbnail'
  readonly entityType: string
  readonly entityId?: number
  readonly fields?: readonly string[]
}

/**
 * A write was sent and no answer came: it may have been made or not. `cause` is what went wrong; `attempted` and
 * `sentAt` say what to look for on the site.
 */
export class SiteOutcomeUnknownError extends SiteError {
  override readonly name = 'SiteOutcomeUnknownError'
  declare readonly kind: 'outcomeUnknown'
  declare readonly code: CodeOf<'outcomeUnknown'>
  readonly attempted: readonly AttemptedWrite[]
  readonly sentAt: Date

  constructor(message: string, options: { cause: unknown; attempted: readonly AttemptedWrite[]; sentAt: Date }) {
    super('SITE_OUTCOME_UNKNOWN', message, { cause: options.cause })
    this.attempted = options.attempted
    this.sentAt = options.sentAt
  }
}
