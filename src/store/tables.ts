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
  instance_id: string
  attempt: number
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
  instances: InstancesTable
}
