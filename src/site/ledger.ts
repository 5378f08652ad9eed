import type { MultiEntityUpdateMode } from './call-types.ts'
import type { Scope } from './connection.ts'
import type { AttemptedWrite } from './errors/index.ts'
import { readOldValues } from './old-values.ts'
import type { CallOptions } from './options.ts'
import { isLink } from './types.ts'

/** One write, as it ended. A batch gives one for each of its requests. */
export type WriteRecord = {
  readonly operation: AttemptedWrite['operation']
  readonly entityType: string
  /** For a create, the id that the site gave it; undefined when there is none. */
  readonly entityId: number | undefined
  /**
   * Field ▸ value as it was sent, secrets struck out; what was sent besides type and id where no fields are written
   * (`follow`, schema writes); undefined for `delete` and `revive`.
   */
  readonly values: WrittenValues | undefined
  /** Fields whose values were added to the list that was there, or taken out of it. */
  readonly modes: { readonly [field: string]: MultiEntityUpdateMode }
  /** For an update with `oldValues: true`: field ▸ value before it, without fields that could not be read. */
  readonly oldValues: WrittenValues | undefined
  /**
   * `unchanged`: the site answered that there was nothing to do. `failed`: certainly not made. `unknown`: sent, but cut
   * off or answered by nothing that says what became of it.
   */
  readonly outcome: 'done' | 'unchanged' | 'failed' | 'unknown'
  /** What the call rejects with; undefined unless it failed or its outcome is unknown. */
  readonly error: unknown
  /** When it was on its way to the site; for a batch the same for all. */
  readonly at: Date
  /** Where in its batch, from 0; undefined outside of one. */
  readonly batchIndex: number | undefined
  readonly sessionUuid: string | undefined
  readonly sudoAsLogin: string | undefined
}

export type WrittenValues = { readonly [field: string]: unknown }

/** Somebody who is told about every write. */
export type Ledger = {
  /** Called when a write has ended, before its call does. What it throws is a warning of the process, nothing more. */
  readonly onWrite: (write: WriteRecord) => void | Promise<void>
  /** Read the fields of each update before it, one more call per entity type and hundred ids. Default false. */
  readonly oldValues?: boolean | undefined
}

/** What is known of a write before it is made. */
export type PlannedWrite = Pick<
  WriteRecord,
  'operation' | 'entityType' | 'entityId' | 'values' | 'modes' | 'oldValues' | 'batchIndex'
>

/** What became of it. */
export type WriteEnd = Pick<WriteRecord, 'entityId' | 'outcome' | 'error' | 'at'>

/** Fields that hold secrets: their values are no business of a ledger. */
const secretFields: ReadonlySet<string> = new Set(['password_proxy', 'salted_password', 'secret_token'])

/** The writes of one call with their values, old ones too if a ledger wants them. */
export async function planWrites(
  scope: Scope,
  attempted: readonly AttemptedWrite[],
  argument: unknown,
  options: CallOptions,
): Promise<readonly PlannedWrite[]> {
  const payloads: readonly unknown[] = Array.isArray(argument) ? argument : [argument]
  const wantsOld = scope.ledgers?.some(({ oldValues }) => oldValues === true)
  const oldValuesOf = wantsOld ? await readOldValues(scope, attempted, options) : undefined
  return attempted.map((write, index) => ({
    operation: write.operation,
    entityType: write.entityType,
    entityId: write.entityId,
    ...describePayload(write.operation, payloads[index]),
    oldValues: oldValuesOf?.(write),
    batchIndex: Array.isArray(argument) ? index : undefined,
  }))
}

/** Tell every ledger of the scope. For writes of any kind; nothing that a ledger does reaches the write. */
export function tellLedgers(scope: Scope, planned: PlannedWrite, end: WriteEnd): void {
  const { sessionUuid, sudoAsLogin } = scope
  const record: WriteRecord = Object.freeze({ ...planned, ...end, sessionUuid, sudoAsLogin })
  for (const { onWrite } of scope.ledgers ?? []) {
    try {
      Promise.resolve(onWrite(record)).catch(warn)
    } catch (error) {
      warn(error)
    }
  }
}

/** What a request of the API wrote, out of its result: its id, and whether there was anything to do. */
export function readResult(planned: PlannedWrite, result: unknown): Pick<WriteEnd, 'entityId' | 'outcome'> {
  const entityId = planned.entityId ?? (isLink(result) ? result.id : undefined)
  return { entityId, outcome: result === false ? 'unchanged' : 'done' }
}

function describePayload(operation: string, payload: unknown): Pick<PlannedWrite, 'values' | 'modes'> {
  const isPlain = typeof payload === 'object' && payload !== null
  if (!isPlain || operation === 'delete' || operation === 'revive') return { values: undefined, modes: {} }
  if (!('fields' in payload && Array.isArray(payload.fields))) return { values: { ...payload }, modes: {} }
  const fields: readonly { field_name: string; value: unknown; multi_entity_update_mode?: MultiEntityUpdateMode }[] =
    payload.fields
  const shown = fields.map(({ field_name, value }) => [
    field_name,
    secretFields.has(field_name) && value !== null ? '[secret]' : value,
  ])
  const modes = fields.flatMap(({ field_name, multi_entity_update_mode: mode }) =>
    mode === undefined || mode === 'set' ? [] : [[field_name, mode] as const],
  )
  return { values: Object.fromEntries(shown), modes: Object.fromEntries(modes) }
}

function warn(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  process.emitWarning(`onWrite of a site's ledger failed: ${reason}`, 'SiteLedgerWarning')
}
