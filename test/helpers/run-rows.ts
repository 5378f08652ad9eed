import { randomUUID } from 'node:crypto'
import type { Insertable, Kysely } from 'kysely'
import { runTokenOf, tokenHashOf } from '../../src/runs/token.ts'
import type { RunsTable, Tables } from '../../src/store/tables.ts'
import { testSecret } from './ami-form.ts'

/** Put runs into the store as if another process had recorded them. @returns their ids */
export async function addRuns(db: Kysely<Tables>, rows: readonly Partial<Insertable<RunsTable>>[]): Promise<string[]> {
  const nowMs = Date.now()
  const whole = rows.map((row) => {
    const id = row.id ?? randomUUID()
    return {
      id,
      token_hash: tokenHashOf(runTokenOf(id, testSecret)),
      click_key: null,
      handler: 'hello',
      title: 'Hello',
      status: 'succeeded' as const,
      entity_type: 'Version',
      selected_count: 2,
      user_id: 61,
      user_login: 'mira',
      project_id: 12,
      project_name: 'Lighthouse',
      page_title: 'All Versions',
      context: '{}',
      instance_id: 'another',
      attempt: 1,
      created_ms: nowMs,
      started_ms: nowMs,
      finished_ms: row.status === 'queued' || row.status === 'running' ? null : nowMs + 1200,
      progress: null,
      outcome: null,
      error_code: null,
      error_message: null,
      ...row,
    }
  })
  for (let at = 0; at < whole.length; at += 500)
    await db
      .insertInto('runs')
      .values(whole.slice(at, at + 500))
      .execute()
  return whole.map(({ id }) => id)
}
