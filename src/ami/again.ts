import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import { type Destination, lead } from './accept.ts'
import type { AskTools } from './ask.ts'
import { refuseUnsigned, refuseWrongUse } from './click.ts'

export interface AgainTools extends AskTools {
  readonly nowMs: () => number
}

/** Addresses of runs get around; what they allow to start does not last. */
const MAX_AGE_MS = 24 * 3600_000

/**
 * Do the same on the same selection once more, by whoever has the address of an earlier run. What asks first asks again.
 *
 * @param nonce  of the page that was sent: sent twice it is one run
 * @throws {AppError} `RUN_NOT_FOUND`, `CLICK_STALE`, and as a click: the handler may have changed, and with it whom it is for
 */
export async function runAgain(token: string, nonce: string, tools: AgainTools): Promise<Destination> {
  const { runs, access, getManifest, nowMs } = tools
  const earlier = await runs.findClick(token)
  if (!earlier) throw new AppError('RUN_NOT_FOUND', 'There is no run at this address.')
  const { handler } = earlier
  if (!earlier.isSettled) return { to: 'run', token }
  // Of the first click: what repeats a repetition is no younger.
  const clickedMs = earlier.context.clickedMs ?? earlier.createdMs
  if (nowMs() - clickedMs > MAX_AGE_MS)
    throw new AppError('CLICK_STALE', 'This run is older than a day. Nothing was started.')
  const context = { ...earlier.context, clickedMs }
  const manifest = getManifest(handler)
  refuseUnsigned(manifest, context)
  refuseWrongUse(manifest, { entityType: context.entityType, count: context.selectedIds.length })
  await access.check(manifest, context)
  const clickKey = createHash('sha256').update(`again:v1:${earlier.runId}:${nonce}`).digest('hex')
  return await lead(clickKey, manifest, context, runs)
}
