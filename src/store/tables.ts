import type { ColumnType, JSONColumnType } from 'kysely'

export const runStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const
export type RunStatus = (typeof runStatuses)[number]

/** JSON goes in as text and comes out parsed. */
type Json = JSONColumnType<object, string, string>
type NullableJson = ColumnType<object | null, string | null, string | null>
/** Milliseconds since 1970, in a bigint column. */
type Millis = ColumnType<number, number, number>
type NullableMillis = ColumnType<number | null, number | null, number | null>

export interface RunsTable {
  id: string
  /** SHA-256, hex, of the secret part of the run's address. */
  token_hash: string
  /** What makes two requests the same click; null for runs that no click started. */
  click_key: string | null
  handler: string
  title: string
  status: RunStatus
  entity_type: string
  selected_count: number
  user_id: number
  user_login: string
  project_id: number | null
  project_name: string | null
  page_title: string | null
  /** The click as the handler got it. */
  context: Json
  /** What the person filled in: `{ input, asked }`, for the handler's schema and for people. */
  params: NullableJson
  /** How many entities ended how: `{ done, failed, skipped }`. */
  item_counts: NullableJson
  instance_id: string
  attempt: number
  /** Another process than the one that works on it wants it to stop. */
  cancel_asked: ColumnType<boolean, boolean | undefined, boolean>
  created_ms: Millis
  started_ms: NullableMillis
  finished_ms: NullableMillis
  progress: NullableJson
  outcome: NullableJson
  error_code: string | null
  error_message: string | null
}

export interface RunLogTable {
  run_id: string
  seq: number
  at_ms: Millis
  level: string
  text: string
  fields: NullableJson
}

/** What became of one entity of a run. */
export interface RunItemsTable {
  run_id: string
  entity_type: string
  entity_id: number
  name: string | null
  status: 'done' | 'failed' | 'skipped'
  why: string | null
}

/** One change on the site that a run made, in the order of the run. */
export interface RunWritesTable {
  run_id: string
  seq: number
  at_ms: Millis
  operation: string
  entity_type: string
  entity_id: number | null
  name: string | null
  outcome: 'done' | 'unchanged' | 'failed' | 'unknown'
  why: string | null
  /** Field by field: `{ field, to, from?, mode? }`. */
  fields: Json
}

/** A click that waits for an answer of its person. */
export interface FormsTable {
  /** SHA-256, hex, of the secret part of the form's address. */
  token_hash: string
  click_key: string
  handler: string
  context: Json
  created_ms: Millis
}

/** What a person filled in the last time. */
export interface RememberedTable {
  user_id: number
  handler: string
  params: Json
  updated_ms: Millis
}

/** One row per running server process; whoever stops writing here is taken for dead. */
export interface InstancesTable {
  id: string
  started_ms: Millis
  seen_ms: Millis
  description: string
}

export interface Tables {
  runs: RunsTable
  run_log: RunLogTable
  run_items: RunItemsTable
  run_writes: RunWritesTable
  forms: FormsTable
  remembered: RememberedTable
  instances: InstancesTable
}
