import { createHash, createHmac } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { ClickContext } from '../handlers/envelope.ts'
import type { Tables } from '../store/tables.ts'
import { storableJson } from './storable.ts'
import { isRunToken, tokenHashOf } from './token.ts'

/** A form that was not sent by then is thrown away: what was selected may have changed. */
const MAX_AGE_MS = 24 * 3_600_000
const PRUNE_EVERY_MS = 3_600_000

/** A click that waits for an answer of its person. */
export interface WaitingForm {
  readonly clickKey: string
  readonly handler: string
  readonly context: ClickContext
  readonly createdMs: number
  readonly expired: boolean
}

/** Clicks that wait: each has an address of its own, as secret as a run's. */
export interface Forms {
  /** @returns the secret part of the form's address, and whether this very click had none yet */
  begin(clickKey: string, handler: string, context: ClickContext): Promise<{ token: string; isNew: boolean }>
  findTokenByClick(clickKey: string): Promise<string | undefined>
  find(token: string): Promise<WaitingForm | undefined>
  /** What this person filled in the last time. */
  recall(userId: number, handler: string): Promise<Readonly<Record<string, unknown>>>
  remember(userId: number, handler: string, input: Readonly<Record<string, unknown>>): Promise<void>
}

/** @param secrets  newest first: addresses made with an earlier one are still found */
export function createForms(
  db: Kysely<Tables>,
  { secrets, nowMs = Date.now }: { secrets: readonly [string, ...string[]]; nowMs?: () => number },
): Forms {
  let nextPruneMs = 0
  const prune = async (): Promise<void> => {
    if (nowMs() < nextPruneMs) return
    nextPruneMs = nowMs() + PRUNE_EVERY_MS
    await db
      .deleteFrom('forms')
      .where('created_ms', '<', nowMs() - 2 * MAX_AGE_MS)
      .execute()
  }

  const tokenByHash = (clickKey: string, hash: string): string | undefined =>
    secrets.map((secret) => formTokenOf(clickKey, secret)).find((token) => tokenHashOf(token) === hash)

  const findTokenByClick = async (clickKey: string): Promise<string | undefined> => {
    const row = await db.selectFrom('forms').select('token_hash').where('click_key', '=', clickKey).executeTakeFirst()
    return row && tokenByHash(clickKey, row.token_hash)
  }

  return {
    findTokenByClick,
    async begin(clickKey, handler, context) {
      await prune()
      const token = formTokenOf(clickKey, secrets[0])
      const taken = await db
        .insertInto('forms')
        .values({
          token_hash: tokenHashOf(token),
          click_key: clickKey,
          handler,
          context: storableJson(context),
          created_ms: nowMs(),
        })
        .onConflict((on) => on.doNothing())
        .returning('token_hash')
        .executeTakeFirst()
      if (taken) return { token, isNew: true }
      return { token: (await findTokenByClick(clickKey)) ?? token, isNew: false }
    },
    async find(token) {
      if (!isRunToken(token)) return undefined
      const row = await db
        .selectFrom('forms')
        .selectAll()
        .where('token_hash', '=', tokenHashOf(token))
        .executeTakeFirst()
      if (!row) return undefined
      const { click_key: clickKey, handler, created_ms: createdMs } = row
      const context = row.context as ClickContext // written by begin()
      return { clickKey, handler, context, createdMs, expired: nowMs() - createdMs > MAX_AGE_MS }
    },
    async recall(userId, handler) {
      const row = await db
        .selectFrom('remembered')
        .select('params')
        .where('user_id', '=', userId)
        .where('handler', '=', handler)
        .executeTakeFirst()
      return { ...row?.params }
    },
    async remember(userId, handler, input) {
      const row = { params: storableJson(input), updated_ms: nowMs() }
      await db
        .insertInto('remembered')
        .values({ user_id: userId, handler, ...row })
        .onConflict((on) => on.columns(['user_id', 'handler']).doUpdateSet(row))
        .execute()
    },
  }
}

/** The run of one sending of a form: sending the very same thing twice is the same run. */
export function sendingKeyOf(clickKey: string, nonce: string, input: Readonly<Record<string, unknown>>): string {
  return createHash('sha256')
    .update(`form:v1:${clickKey}:${nonce}:${JSON.stringify(input)}`)
    .digest('hex')
}

function formTokenOf(clickKey: string, secret: string): string {
  return createHmac('sha256', secret).update(`form:v1:${clickKey}`).digest('base64url')
}
