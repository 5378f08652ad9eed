import { type Scope, takeTurn } from './connection.ts'
import { type AttemptedWrite, SiteOutcomeUnknownError } from './errors/index.ts'
import { type PlannedWrite, tellLedgers, type WrittenValues } from './ledger.ts'
import { wasCutOff } from './send-write.ts'
import type { EntityRef } from './types.ts'
import type { Upload } from './upload-post.ts'
import type { UploadCallOptions } from './upload-types.ts'

/** One upload before it is made. */
export type UploadPlan = {
  /** For people: `upload of plate.mov to Shot 310`. */
  readonly what: string
  readonly options: UploadCallOptions
  readonly sizeBytes: number
  readonly planned: readonly PlannedWrite[]
}

/** Do the work of an upload with its turn and its deadline; ledgers are told how it ended. */
export async function runUpload<T>(
  scope: Scope,
  { what, options, sizeBytes, planned }: UploadPlan,
  work: (upload: Upload) => Promise<T>,
): Promise<T> {
  const { settings, files: lane } = scope.connection
  const timeoutMs = options.timeoutMs ?? settings.uploadTimeoutMs
  const { deadline, giveBack } = await takeTurn(scope, { lane, what: `The ${what}`, timeoutMs, call: options })
  const at = new Date()
  let written = false
  const tell = (outcome: 'done' | 'failed' | 'unknown', error: unknown): void => {
    for (const write of planned) tellLedgers(scope, write, { entityId: write.entityId, outcome, error, at })
  }
  try {
    const result = await work({
      scope,
      options: { ...options, timeoutMs },
      deadline,
      what,
      onSent: (sentBytes) => options.onProgress?.({ transferredBytes: sentBytes, totalBytes: sizeBytes }),
      setWritten: (value) => {
        written = value
      },
    })
    tell('done', undefined)
    return result
  } catch (error) {
    const isUnknown = error instanceof SiteOutcomeUnknownError || (written && wasCutOff(error))
    tell(isUnknown ? 'unknown' : 'failed', error)
    throw error
  } finally {
    deadline[Symbol.dispose]()
    giveBack()
  }
}

/** What to look for on the site when the answer is lost. */
export function describeUpload(
  operation: 'upload' | 'shareThumbnail',
  { type, id }: EntityRef,
  field: string | undefined,
): AttemptedWrite {
  return { operation, entityType: type, entityId: id, ...(field !== undefined && { fields: [field] }) }
}

/** The same for ledgers, with what is sent besides type and id. */
export function planUpload({ operation, entityType, entityId }: AttemptedWrite, values: WrittenValues): PlannedWrite {
  const sent = Object.entries(values).filter(([, value]) => value !== undefined)
  return {
    operation,
    entityType,
    entityId,
    values: Object.fromEntries(sent),
    modes: {},
    oldValues: undefined,
    batchIndex: undefined,
  }
}
