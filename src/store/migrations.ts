import { type Kysely, sql } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'

/** In order; a migration that has been released is never edited. SQL that PostgreSQL 15 and newer take. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001_runs': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('instances')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('started_ms', 'bigint', (column) => column.notNull())
        .addColumn('seen_ms', 'bigint', (column) => column.notNull())
        .addColumn('description', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('runs')
        .addColumn('id', 'uuid', (column) => column.primaryKey())
        .addColumn('token_hash', 'text', (column) => column.notNull().unique())
        .addColumn('click_key', 'text', (column) => column.unique())
        .addColumn('handler', 'text', (column) => column.notNull())
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('entity_type', 'text', (column) => column.notNull())
        .addColumn('selected_count', 'integer', (column) => column.notNull())
        .addColumn('user_id', 'bigint', (column) => column.notNull())
        .addColumn('user_login', 'text', (column) => column.notNull())
        .addColumn('project_id', 'bigint')
        .addColumn('project_name', 'text')
        .addColumn('page_title', 'text')
        .addColumn('context', 'jsonb', (column) => column.notNull())
        .addColumn('instance_id', 'text', (column) => column.notNull())
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('created_ms', 'bigint', (column) => column.notNull())
        .addColumn('started_ms', 'bigint')
        .addColumn('finished_ms', 'bigint')
        .addColumn('progress', 'jsonb')
        .addColumn('outcome', 'jsonb')
        .addColumn('error_code', 'text')
        .addColumn('error_message', 'text')
        .execute()
      await db.schema.createIndex('runs_newest').on('runs').columns(['created_ms desc', 'id']).execute()
      await sql`create index runs_unsettled on runs (instance_id) where status in ('queued', 'running')`.execute(db)
      await db.schema
        .createTable('run_log')
        .addColumn('run_id', 'uuid', (column) => column.notNull().references('runs.id').onDelete('cascade'))
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('at_ms', 'bigint', (column) => column.notNull())
        .addColumn('level', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('fields', 'jsonb')
        .addPrimaryKeyConstraint('run_log_pk', ['run_id', 'seq'])
        .execute()
    },
  },
  '0002_forms': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('runs').addColumn('params', 'jsonb').addColumn('item_counts', 'jsonb').execute()
      await db.schema
        .createTable('run_items')
        .addColumn('run_id', 'uuid', (column) => column.notNull().references('runs.id').onDelete('cascade'))
        .addColumn('entity_type', 'text', (column) => column.notNull())
        .addColumn('entity_id', 'bigint', (column) => column.notNull())
        .addColumn('name', 'text')
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('why', 'text')
        .addPrimaryKeyConstraint('run_items_pk', ['run_id', 'entity_type', 'entity_id'])
        .execute()
      await db.schema
        .createTable('forms')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('click_key', 'text', (column) => column.notNull().unique())
        .addColumn('handler', 'text', (column) => column.notNull())
        .addColumn('context', 'jsonb', (column) => column.notNull())
        .addColumn('created_ms', 'bigint', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('forms_oldest').on('forms').column('created_ms').execute()
      await db.schema
        .createTable('remembered')
        .addColumn('user_id', 'bigint', (column) => column.notNull())
        .addColumn('handler', 'text', (column) => column.notNull())
        .addColumn('params', 'jsonb', (column) => column.notNull())
        .addColumn('updated_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('remembered_pk', ['user_id', 'handler'])
        .execute()
    },
  },
  '0003_dashboard': {
    async up(db: Kysely<unknown>) {
      await db.schema.createIndex('runs_of_handler').on('runs').columns(['handler', 'created_ms desc', 'id']).execute()
      await sql`create index runs_of_person on runs (lower(user_login) text_pattern_ops, created_ms desc, id)`.execute(
        db,
      )
      // Nearly all succeed, and those are found by the order of all.
      await sql`create index runs_not_succeeded on runs (status, created_ms desc, id) where status <> 'succeeded'`.execute(
        db,
      )
    },
  },
  '0004_cancel': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('runs')
        .addColumn('cancel_asked', 'boolean', (column) => column.notNull().defaultTo(false))
        .execute()
    },
  },
  '0005_writes': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('run_writes')
        .addColumn('run_id', 'uuid', (column) => column.notNull().references('runs.id').onDelete('cascade'))
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('at_ms', 'bigint', (column) => column.notNull())
        .addColumn('operation', 'text', (column) => column.notNull())
        .addColumn('entity_type', 'text', (column) => column.notNull())
        .addColumn('entity_id', 'bigint')
        .addColumn('name', 'text')
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('why', 'text')
        .addColumn('fields', 'jsonb', (column) => column.notNull())
        .addPrimaryKeyConstraint('run_writes_pk', ['run_id', 'seq'])
        .execute()
    },
  },
}

export const migrationProvider: MigrationProvider = { getMigrations: async () => ({ ...migrations }) }
